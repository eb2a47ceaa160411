import type { AuditFact } from "./audit-fact.ts";
import { keptValue } from "./kept-value.ts";
import type { Audit } from "./run-audit.ts";

/** What the evidence of an audit tells, see `recordAudit`. */
export interface PastAudit {
  /** Of its evidence. */
  readonly sequence: number;
  readonly at: string;
  readonly sources: readonly string[];
  /** Ids of its findings. */
  readonly findings: ReadonlySet<string>;
  /** By fact; values that move by themselves are not kept. */
  readonly actual: ReadonlyMap<string, string>;
}

export interface ChangedValue {
  readonly fact: AuditFact;
  readonly before: string;
}

/** What changed from one audit to another, as far as both asked the same sources. */
export interface AuditChanges {
  readonly since: Pick<PastAudit, "sequence" | "at">;
  /** Findings that were none, or not there. */
  readonly found: readonly AuditFact[];
  /** Ids of findings that are none any more. */
  readonly mended: readonly string[];
  /** As declared or not, before and now. */
  readonly changed: readonly ChangedValue[];
  /** Sources that only one of them asked. */
  readonly notCompared: readonly string[];
}

/**
 * @param sourceOf the source that tells a fact, by the fact's id
 */
export function compareAudits(
  past: PastAudit,
  { facts, sources }: Audit,
  sourceOf: (id: string) => string | undefined,
): AuditChanges {
  const shared = new Set(sources.filter((name) => past.sources.includes(name)));
  const isShared = (id: string) => shared.has(sourceOf(id) ?? "");
  const open = new Set(facts.filter(({ verdict }) => verdict !== "PASS").map(({ id }) => id));
  const comparable = facts.filter(({ id }) => isShared(id));
  return {
    since: { sequence: past.sequence, at: past.at },
    found: comparable.filter(({ id }) => open.has(id) && !past.findings.has(id)),
    mended: [...past.findings].filter((id) => isShared(id) && !open.has(id)),
    changed: comparable.flatMap((fact) => {
      const before = past.actual.get(fact.id);
      return before === undefined || before === keptValue(fact.actual) ? [] : [{ fact, before }];
    }),
    notCompared: [...new Set([...sources, ...past.sources])].filter((name) => !shared.has(name)),
  };
}
