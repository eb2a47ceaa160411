import { HoldfastError } from "../plan/holdfast-error.ts";
import { COMPUTE_SIZES, type ComputeSize } from "../plan/schema/supabase.ts";

export type ComputeVariant = `ci_${Exclude<ComputeSize, "nano">}`;

/**
 * The compute add-on's variant for a size: `ci_small`.
 * @throws HoldfastError `COMPUTE_SIZE_NOT_SOLD` (exit 2) for nano, which the free plan alone has and no add-on gives
 */
export function computeVariant(size: ComputeSize): ComputeVariant {
  if (size !== "nano") return `ci_${size}`;
  throw new HoldfastError({
    code: "COMPUTE_SIZE_NOT_SOLD",
    message: "compute size nano cannot be set: Supabase has it on the free plan alone",
    hint: "Set compute to micro or larger, or leave it out.",
    exitCode: 2,
  });
}

/** The size of a variant; `undefined` for one that is new or of a special kind (`ci_24xlarge_high_memory`). */
export function computeSize(variant: string): ComputeSize | undefined {
  return COMPUTE_SIZES.find((size) => `ci_${size}` === variant);
}
