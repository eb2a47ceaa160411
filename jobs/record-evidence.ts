import { HoldfastError } from "../plan/holdfast-error.ts";
import { redact } from "../plan/redact.ts";
import { appendEvidence } from "../vault/evidence/append-evidence.ts";
import type { Vault } from "../vault/vault.ts";
import type { Verdict } from "./verdict.ts";

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
  kind:
    | "backup"
    | "restore"
    | "verify"
    | "pitr-recovery"
    | "storage-sync"
    | "storage-restore"
    | "storage-proof",
  project: string,
  body: EvidenceBody,
): Promise<void> {
  const { error, ...facts } = body;
  const described = error === undefined ? {} : { error: describe(error) };
  const append = appendEvidence(vault, { kind, project, body: { ...facts, ...described } });
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

function describe(error: unknown): { code: string; message: string } {
  const code = error instanceof HoldfastError ? error.code : "UNEXPECTED";
  return { code, message: redact(error instanceof Error ? error.message : String(error)) };
}
