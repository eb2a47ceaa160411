import { HoldfastError } from "../plan/holdfast-error.ts";
import { redact } from "../plan/redact.ts";
import { appendEvidence } from "../vault/evidence/append-evidence.ts";
import { isReplica } from "../vault/is-replica.ts";
import type { Vault } from "../vault/vault.ts";
import type { Verdict } from "./verdict.ts";

/** What evidence is kept of. Audits, health checks and test alerts concern the whole environment. */
export type EvidenceKind =
  | "backup"
  | "restore"
  | "verify"
  | "pitr-recovery"
  | "storage-sync"
  | "storage-restore"
  | "storage-proof"
  | "drill"
  | "checkpoint"
  | "audit"
  | "health"
  | "canary";

export interface EvidenceBody {
  readonly verdict: Verdict;
  /** Recorded as its code and its redacted message. */
  readonly error?: unknown;
  readonly [fact: string]: unknown;
}

/**
 * Appends what happened to the environment's evidence chain. A failure is recorded too, but never hides the
 * failure itself: when the store is what failed, the record cannot be written either.
 */
export async function recordEvidence(
  vault: Vault,
  kind: EvidenceKind,
  project: string | undefined,
  body: EvidenceBody,
): Promise<void> {
  if (isReplica(vault)) throw noEvidenceInReplica(vault);
  const { error, ...facts } = body;
  const described = error === undefined ? {} : { error: describe(error) };
  const append = appendEvidence(vault, {
    kind,
    ...(project !== undefined && { project }),
    body: { ...facts, ...described },
  });
  if (error === undefined) await append;
  else await append.catch(() => undefined);
}

/**
 * The same for work whose result must reach its caller even when the record cannot be written, as a restore at night.
 *
 * @returns why the record is missing, or undefined when it stands
 */
export async function tryRecordEvidence(
  ...args: Parameters<typeof recordEvidence>
): Promise<string | undefined> {
  try {
    await recordEvidence(...args);
    return undefined;
  } catch (error) {
    return describe(error).message;
  }
}

/** The chain has one end, and that is in the vault; what is replicated later would cover this record. */
function noEvidenceInReplica({ bucket }: Vault): HoldfastError {
  return new HoldfastError({
    code: "VAULT_READ_ONLY",
    message: `${bucket} is the replica of the vault: it holds copies of the evidence and takes none of its own`,
    hint: "Note down what was done; when the vault is back, prove the database again without --replica.",
  });
}

function describe(error: unknown): { code: string; message: string } {
  const code = error instanceof HoldfastError ? error.code : "UNEXPECTED";
  return { code, message: redact(error instanceof Error ? error.message : String(error)) };
}
