import type { Vault } from "../vault.ts";
import { evidenceBackwards } from "./evidence-backwards.ts";
import type { EvidenceRecord } from "./evidence-record.ts";

export interface EvidenceQuestion {
  /** The oldest that is wanted. */
  readonly since: Date;
  /** @default all */
  readonly kinds?: readonly string[];
  /** Records of the whole environment come too. @default all */
  readonly project?: string;
}

/**
 * The evidence since a moment, newest first: read backwards from the end, so that its cost is that of what is asked
 * for and not of the whole chain. Records that are none are left out, since here nothing is proved by them: the chain
 * is checked by `verifyEvidence`.
 * @throws HoldfastError STORE_…, BUCKET_UNKNOWN
 */
export async function evidenceSince(
  vault: Vault,
  { since, kinds, project }: EvidenceQuestion,
): Promise<EvidenceRecord[]> {
  const found: EvidenceRecord[] = [];
  for await (const record of evidenceBackwards(vault, since)) {
    const isOfProject = project === undefined || record.project === undefined || record.project === project;
    if ((kinds?.includes(record.kind) ?? true) && isOfProject) found.push(record);
  }
  return found;
}
