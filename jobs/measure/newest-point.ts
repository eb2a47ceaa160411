import type { Tier } from "../../plan/tier.ts";
import { isPointId } from "../../vault/is-point-id.ts";
import { type Point, readPoint } from "../../vault/list-points.ts";
import { listPointFolders } from "../../vault/list-versions.ts";
import type { Vault } from "../../vault/vault.ts";

/**
 * The newest point of a tier, found with one listing and, mostly, two small requests: ids of a tier sort by time.
 * @throws HoldfastError STORE_…, BUCKET_UNKNOWN
 */
export async function newestPoint(vault: Vault, project: string, tier: Tier): Promise<Point | undefined> {
  const ids = (await listPointFolders(vault, project, tier)).filter((id) => isPointId(tier, id));
  for (const id of ids.toSorted().reverse()) {
    // A run that is under way, or died, has a folder and no manifest.
    const point = await readPoint(vault, { project, tier, id });
    if (point !== undefined) return point;
  }
  return undefined;
}
