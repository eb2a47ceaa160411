import type { Verdict } from "../jobs/verdict.ts";

/** A sort of fact that an audit can tell; docs/audit.md lists them all. */
export interface FactKind {
  /** Lower-case words, `<what>.<setting>`, such as `vault.versioning`; unique among all kinds. */
  readonly id: string;
  /** As a reader knows it: `versioning of the vault`. */
  readonly setting: string;
  /** Who was asked, and what: `S3 GetBucketVersioning`, `Supabase GET /v1/projects/{ref}/ssl-enforcement`. */
  readonly source: string;
  /**
   * The exact command, or sentence with one, that mends it. `{plan}` stands for the options that name the plan
   * (`--stack prod`), `{stack}` for the stack, `{project}` and `{subject}` for what the fact is about.
   */
  readonly fix: string;
  /** Its actual value changes by itself, as an age does: a change since the last audit is none. @default false */
  readonly moves?: true;
}

/** One row of an audit: what the plan declares, and what is there. */
export interface AuditFact {
  /** `<kind>[/<project>][/<subject>]`: unique within an audit, the same in the next one. */
  readonly id: string;
  /** Absent for what concerns the whole environment. */
  readonly project?: string;
  readonly setting: string;
  readonly declared: string;
  readonly actual: string;
  readonly source: string;
  /** PASS: as declared. FAIL: a finding. PARTIAL: it could not be learnt, or not all of it. */
  readonly verdict: Verdict;
  /** How to mend it; absent on PASS. */
  readonly fix?: string;
}
