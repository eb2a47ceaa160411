import { HoldfastError } from "../../plan/holdfast-error.ts";
import { EvidenceRecord } from "../../vault/evidence/evidence-record.ts";
import { readEvidence } from "../../vault/evidence/list-evidence.ts";
import type { Vault } from "../../vault/vault.ts";

/**
 * When the environment did anything for the first time, by its evidence: what was due before is owed by nobody.
 * @returns undefined when there is no evidence yet; the beginning of time when the first record does not say
 * @throws HoldfastError STORE_…, BUCKET_UNKNOWN
 */
export async function environmentBegan(vault: Vault): Promise<Date | undefined> {
  try {
    const { data } = EvidenceRecord.safeParse(await readEvidence(vault, 1));
    return new Date(data?.at ?? 0);
  } catch (error) {
    if (error instanceof HoldfastError && error.code === "CHUNK_MISSING") return undefined;
    throw error;
  }
}
