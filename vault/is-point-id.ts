import { parsePointId } from "../plan/point-id.ts";
import type { Tier } from "../plan/tier.ts";

/** True for a name that a point of this tier can have; other folders in the bucket are not ours. */
export function isPointId(tier: Tier, id: string): boolean {
  try {
    return parsePointId(id).tier === tier;
  } catch {
    return false;
  }
}
