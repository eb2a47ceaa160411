import type { CustomResourceOptions } from "@pulumi/pulumi";

/**
 * - `drill`: rehearses and is destroyed without a trace.
 * - `recovery`: becomes production, and nobody's mistake deletes it.
 */
export type TargetPurpose = "drill" | "recovery";

/**
 * What a target's resources may have done to them. Those of a recovery are production after the cut-over: they are
 * deleted by no run, and stay where they are when the stack lets go of them.
 */
export function targetOptions(
  purpose: TargetPurpose,
): Required<Pick<CustomResourceOptions, "protect" | "retainOnDelete">> {
  const isKept = purpose === "recovery";
  return { protect: isKept, retainOnDelete: isKept };
}
