import type { ProjectPlan } from "../../plan/protection-plan.ts";
import type { DatabaseAddress } from "../../postgres/database-address.ts";
import type { Manifest } from "../../vault/manifest.ts";
import type { Vault } from "../../vault/vault.ts";
import type { Progress } from "../progress.ts";
import { restore } from "../restore.ts";
import type { Check, Verdict } from "../verdict.ts";
import { verify } from "../verify.ts";

/** What the restore of a checkpoint showed. */
export interface CheckpointProof {
  readonly verdict: Verdict;
  /** Where it was restored, in words. */
  readonly where: string;
  /** How many were made. */
  readonly checks: number;
  /** Those that did not pass. */
  readonly reasons: readonly Check[];
  readonly notChecked: readonly string[];
  readonly restoreSeconds: number;
  readonly proofSeconds: number;
}

/** Restores a point somewhere that harms nobody, and proves it there. */
export type ProveCheckpoint = (manifest: Manifest) => Promise<CheckpointProof>;

/** The proof in an empty database that the caller gives; it is left as it was restored. */
export function proveInDatabase(request: {
  readonly vault: Vault;
  readonly project: ProjectPlan;
  readonly target: DatabaseAddress;
  readonly workers: number;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}): ProveCheckpoint {
  const { target } = request;
  return async (manifest) => {
    const restored = await restore({ ...request, manifest, confirm: target.database });
    const proof = await verify({ ...request, manifest });
    return {
      verdict: proof.verdict,
      where: `database ${target.database} on ${target.host}`,
      checks: proof.checks.length,
      reasons: proof.checks.filter(({ verdict }) => verdict !== "PASS"),
      notChecked: [
        ...restored.notRestored.map(({ what, why }) => `${what}: not restored: ${why}`),
        ...proof.notChecked,
      ],
      restoreSeconds: restored.durationSeconds,
      proofSeconds: proof.durationSeconds,
    };
  };
}
