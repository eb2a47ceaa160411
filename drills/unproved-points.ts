import type { ProjectPlan } from "../plan/protection-plan.ts";
import { listPoints, type Point } from "../vault/list-points.ts";
import type { Vault } from "../vault/vault.ts";
import { isWholePoint } from "./is-whole-point.ts";

/**
 * The whole points of a project that were never restored and proved, the newest first: one that cannot be proved, as the
 * plan's checks are younger, keeps none from it that comes later.
 * @throws HoldfastError STORE_…, BUCKET_UNKNOWN
 */
export async function unprovedPoints(vault: Vault, project: ProjectPlan): Promise<Point[]> {
  const points = await listPoints(vault, project.name);
  return points.filter((point) => point.verifiedAt === undefined && isWholePoint(project, point));
}
