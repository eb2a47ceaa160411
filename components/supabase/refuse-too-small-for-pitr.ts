import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { ComputeSize } from "../../plan/schema/supabase.ts";
import type { ProjectAddons } from "../../supabase/calls/list-addons.ts";
import { computeCarriesPitr } from "../../supabase/compute-carries-pitr.ts";
import { computeVariant } from "../../supabase/compute-variant.ts";
import { describePrice } from "./describe-price.ts";

/**
 * Refuses to take a project below Small while point-in-time recovery is on: Supabase would refuse it too, or drop the
 * recovery, which nobody has tried.
 * @throws HoldfastError COMPUTE_TOO_SMALL_FOR_PITR (exit 2)
 */
export function refuseTooSmallForPitr(
  ref: string,
  size: ComputeSize,
  { pitr, available }: ProjectAddons,
): void {
  if (!pitr || computeCarriesPitr(computeVariant(size))) return;
  const small = available.find(({ variant }) => variant === "ci_small");
  throw new HoldfastError({
    code: "COMPUTE_TOO_SMALL_FOR_PITR",
    message: `Project ${ref} cannot go down to compute size ${size}: its point-in-time recovery (${pitr.windowDays} days) needs Small or larger`,
    hint: `Keep small (${describePrice(small?.price)}) or larger; or give up point-in-time recovery in a run of its own first, and lower the size in the next.`,
    exitCode: 2,
  });
}
