import { tryRecordEvidence } from "../jobs/record-evidence.ts";
import type { Vault } from "../vault/vault.ts";
import type { AuditFact, FactKind } from "./audit-fact.ts";
import { keptValue } from "./kept-value.ts";
import type { Audit } from "./run-audit.ts";

/** So many findings are kept with their texts; all are counted. */
const MOST_FINDINGS = 200;
/** So many actual values are kept for the next audit to compare with. */
const MOST_VALUES = 20_000;

/**
 * Keeps an audit as evidence.
 * @param kinds of all sources asked: values that move by themselves are left out
 * @returns why no evidence was kept, when the caller may not write, or undefined
 */
export async function recordAudit(
  vault: Vault,
  { verdict, sources, facts }: Audit,
  kinds: readonly FactKind[],
): Promise<string | undefined> {
  const moving = new Set(kinds.filter(({ moves }) => moves).map(({ id }) => id));
  const isStill = ({ id }: AuditFact) => !moving.has(id.split("/", 1)[0] ?? "");
  const findings = facts.filter((fact) => fact.verdict !== "PASS");
  const values = facts.filter(isStill).slice(0, MOST_VALUES);
  return await tryRecordEvidence(vault, "audit", undefined, {
    verdict,
    sources,
    facts: facts.length,
    open: findings.slice(0, MOST_VALUES).map(({ id }) => id),
    findings: findings
      .slice(0, MOST_FINDINGS)
      .map(({ id, project, setting, declared, actual, source, verdict: found }) => ({
        ...{ id, setting, declared, actual, source, verdict: found },
        ...(project !== undefined && { project }),
      })),
    actual: Object.fromEntries(values.map(({ id, actual }) => [id, keptValue(actual)])),
  });
}
