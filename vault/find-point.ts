import { HoldfastError } from "../plan/holdfast-error.ts";
import { parsePointId } from "../plan/point-id.ts";
import type { Tier } from "../plan/tier.ts";
import { listPoints, type Point, readPoint } from "./list-points.ts";
import { pointUnknown } from "./read-manifest.ts";
import type { Vault } from "./vault.ts";

/**
 * The point that a person asked for.
 * @param selector `latest`, `latest-verified`, or an id
 * @param options.tier narrows the two words to a tier
 * @throws HoldfastError POINT_ID_INVALID, POINT_UNKNOWN (exit 2), STORE_…
 */
export async function findPoint(
  vault: Vault,
  project: string,
  selector: string,
  options: { readonly tier?: Tier | undefined } = {},
): Promise<Point> {
  if (selector !== "latest" && selector !== "latest-verified") {
    const { tier } = parsePointId(selector);
    const point = await readPoint(vault, { project, tier, id: selector });
    if (point) return point;
    throw pointUnknown({ project, tier, id: selector });
  }
  const points = await listPoints(vault, project, options);
  const found = points.find(({ verifiedAt }) => selector === "latest" || verifiedAt !== undefined);
  if (found) return found;
  const where = `${project}${options.tier ? ` in tier ${options.tier}` : ""}`;
  throw new HoldfastError({
    code: "POINT_UNKNOWN",
    message: `${where} has no ${selector === "latest" ? "recovery point" : "verified recovery point"}; it has ${points.length} in all.`,
    hint:
      points.length === 0
        ? `Make one: npm run backup -- --project ${project}`
        : `Verify one: npm run verify -- --project ${project} --point latest`,
    exitCode: 2,
  });
}
