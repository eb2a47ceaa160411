import type { Vault } from "../vault.ts";
import { EvidenceRecord } from "./evidence-record.ts";
import { lastEvidenceSequence, readEvidence } from "./list-evidence.ts";

/** So many are read at once; a question about last week meets a few dozen. */
const READ_AT_ONCE = 32;
/** Writers take their times from their own clocks, and two that race may end the other way round. */
const CLOCK_SKEW_SECONDS = 3_600;

/**
 * The evidence since a moment, newest first, a few records at a time: memory does not grow with the chain. Records that
 * are none are left out, since here nothing is proved by them: the chain is checked by `verifyEvidence`.
 * @throws HoldfastError STORE_…, BUCKET_UNKNOWN
 */
export async function* evidenceBackwards(vault: Vault, since: Date): AsyncGenerator<EvidenceRecord> {
  const oldest = since.getTime() - CLOCK_SKEW_SECONDS * 1000;
  for (let end = await lastEvidenceSequence(vault); end > 0; end -= READ_AT_ONCE) {
    const count = Math.min(READ_AT_ONCE, end);
    const batch = await Promise.all(
      Array.from({ length: count }, (_, index) => readIfThere(vault, end - index)),
    );
    const records = batch.flatMap((raw) => EvidenceRecord.safeParse(raw).data ?? []);
    for (const record of records) if (new Date(record.at) >= since) yield record;
    if (records.some(({ at }) => Date.parse(at) < oldest)) return;
  }
}

/** A gap in the chain is for the chain's own check. */
async function readIfThere(vault: Vault, sequence: number): Promise<unknown> {
  return await readEvidence(vault, sequence).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "CHUNK_MISSING") return undefined;
    throw error;
  });
}
