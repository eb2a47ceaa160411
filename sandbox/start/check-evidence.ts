import { listEvidence } from "../../vault/evidence/list-evidence.ts";
import { verifyEvidence } from "../../vault/evidence/verify-evidence.ts";
import type { Vault } from "../../vault/vault.ts";

export interface EvidenceSummary {
  readonly records: number;
  readonly signed: number;
  /** Hash of the last record: noted elsewhere, it proves later that nothing was cut off. */
  readonly head?: string;
  readonly problems: readonly string[];
}

/** Fetches the chain once, then checks it as an auditor would: from the records and the public key alone. */
export async function checkEvidence(vault: Vault): Promise<EvidenceSummary> {
  const records = await listEvidence(vault);
  const { signed, head, problems } = verifyEvidence(records, await vault.signer?.publicKeyPem());
  return {
    records: records.length,
    signed,
    ...(head === undefined ? {} : { head }),
    problems: problems.map(({ sequence, problem }) => `record ${sequence} ${problem}`),
  };
}
