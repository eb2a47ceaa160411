import type { ProtectionPlan } from "../../plan/protection-plan.ts";
import type { EvidenceRecord } from "../../vault/evidence/evidence-record.ts";
import type { Point } from "../../vault/list-points.ts";

/** What a pack is made of. The same input gives the same pack, byte for byte. */
export interface PackInput {
  readonly plan: ProtectionPlan;
  /** The chain from its first record to the last one before `until`, checked. */
  readonly records: readonly EvidenceRecord[];
  /** Recovery points of all projects, as they are now. */
  readonly points: readonly Point[];
  /** The period that is reported on: from this moment … */
  readonly since: Date;
  /** … up to and without this one. */
  readonly until: Date;
  /** Of the signing key; absent where nothing is signed. */
  readonly publicKeyPem?: string | undefined;
}

/** One subject of a pack, for people and for programs. */
export interface PackChapter {
  /** Its files begin with it, e.g. `retention`. */
  readonly name: string;
  readonly title: string;
  /** What it answers, in one sentence. */
  readonly says: string;
  /** Without its title. */
  readonly markdown: string;
  readonly json: unknown;
  readonly csv?: string;
}

/** The records of the period, oldest first. */
export function inPeriod({ records, since, until }: PackInput): readonly EvidenceRecord[] {
  return records.filter(({ at }) => new Date(at) >= since && new Date(at) < until);
}
