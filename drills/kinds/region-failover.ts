import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { DrillScript } from "../drill-context.ts";
import { restoreAndProve } from "../restore-and-prove.ts";

/**
 * The annual rehearsal of a lost region: the point comes back from the replica bucket and the replica region's key alone.
 * The vault that it is given must be opened so, and knows no way to the primary.
 * @throws HoldfastError DRILL_VAULT_WRONG
 */
export const regionFailover: DrillScript = async (context) => {
  const { bucket, region, replica } = context.vault;
  if (replica === undefined || bucket !== replica.bucket || region !== replica.region)
    throw wrongVault(bucket);
  const findings = await restoreAndProve(context);
  return {
    ...findings,
    checks: [
      ...findings.checks,
      {
        name: "read from",
        verdict: "PASS",
        detail: `${bucket} in ${region} alone, opened by its region's key`,
      },
    ],
  };
};

function wrongVault(bucket: string): HoldfastError {
  return new HoldfastError({
    code: "DRILL_VAULT_WRONG",
    message: `A failover is rehearsed from the replica alone, and the vault is opened at ${bucket}.`,
    hint: "Run it by npm run drill -- --kind region-failover, which opens the replica.",
  });
}
