import { HoldfastError } from "../../plan/holdfast-error.ts";
import { extendLocks } from "../../vault/extend-locks.ts";
import type { Manifest } from "../../vault/manifest.ts";
import type { LockMode, Vault } from "../../vault/vault.ts";
import { recordEvidence } from "../record-evidence.ts";

export interface SettleOptions {
  /** The tier's, when it differs from the vault's. */
  readonly lockMode?: LockMode | undefined;
  /** From the first connection until the manifest stood. */
  readonly durationSeconds: number;
  /** True when a later run does this for one that died. @default false */
  readonly late?: boolean;
}

/**
 * What is left to do once a point's manifest stands: raise the locks of its chunks to its retention and record it as
 * evidence, last, so that a point with evidence is a settled one. Calling it again changes nothing but the evidence.
 *
 * @throws HoldfastError POINT_UNSETTLED: the point stands all the same, and the project's next backup settles it
 */
export async function settlePoint(vault: Vault, manifest: Manifest, options: SettleOptions): Promise<void> {
  try {
    await extendLocks(vault, manifest, { lockMode: options.lockMode });
    await recordEvidence(vault, "backup", manifest.project, {
      verdict: "PASS",
      point: manifest.id,
      tier: manifest.tier,
      seal: manifest.seal,
      durationSeconds: options.durationSeconds,
      storedBytes: manifest.chunks.reduce((sum, chunk) => sum + chunk.bytes, 0),
      ...(options.late ? { settledByLaterRun: true } : {}),
    });
  } catch (cause) {
    throw unsettled(manifest, cause);
  }
}

const UNSETTLED = "POINT_UNSETTLED";

/** True when a point stands although its run failed. */
export function isUnsettled(error: unknown): boolean {
  return error instanceof HoldfastError && error.code === UNSETTLED;
}

function unsettled({ id }: Manifest, cause: unknown): HoldfastError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const fix = cause instanceof HoldfastError ? `${cause.hint} ` : "";
  return new HoldfastError({
    code: UNSETTLED,
    message: `Recovery point ${id} stands and can be restored, but its locks or its evidence could not be completed: ${why}`,
    hint: `${fix}The project's next backup completes them: run the same command again.`,
    cause,
  });
}
