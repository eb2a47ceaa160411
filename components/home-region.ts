import { HoldfastError } from "../plan/holdfast-error.ts";

/**
 * The region of the stack, which is the vault's: CloudTrail tells of calls to bucket and keys there alone, S3 counts
 * replication there, and tasks reach the bucket without leaving AWS's network from there.
 * @param configured `aws:region` of the stack's configuration
 * @throws HoldfastError REGION_MISMATCH (exit 2)
 */
export function homeRegion(vaultRegion: string, configured: string | undefined): string {
  if (configured === vaultRegion) return vaultRegion;
  throw new HoldfastError({
    code: "REGION_MISMATCH",
    message: `The stack's aws:region is ${configured ?? "not set"}; the plan's vault.region is ${vaultRegion}.`,
    hint: `Run: pulumi config set aws:region ${vaultRegion}`,
    exitCode: 2,
  });
}
