import { overallVerdict, type Verdict } from "../jobs/verdict.ts";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { redact } from "../plan/redact.ts";
import { runLimited } from "../vault/run-limited.ts";
import type { AuditContext } from "./audit-context.ts";
import type { AuditFact, FactKind } from "./audit-fact.ts";
import type { AuditSource } from "./audit-source.ts";
import { makeFact } from "./make-fact.ts";

export interface Audit {
  /** FAIL with any finding; PARTIAL when all that could be learnt is as declared, and not all could. */
  readonly verdict: Verdict;
  /** Names of the sources that were asked. */
  readonly sources: readonly string[];
  /** Source by source, in the order of the sources. */
  readonly facts: readonly AuditFact[];
}

/** A source that could not be asked is a finding: what is not looked at may be anything. */
export const SOURCE_KIND: FactKind = {
  id: "audit.source",
  setting: "a source of this audit",
  source: "this audit",
  fix: "npm run audit -- {plan} --only {subject}",
};

/** Sources asked at once; each has requests of its own under way. */
const CONCURRENCY = 6;

/**
 * Asks all sources side by side. One that fails becomes one fact with its error's code and hint, and hides neither what
 * it told before nor the others.
 * @throws the signal's reason when it is aborted
 */
export async function runAudit(context: AuditContext, sources: readonly AuditSource[]): Promise<Audit> {
  const told = new Map<string, AuditFact[]>(sources.map(({ name }) => [name, []]));
  await runLimited(sources, CONCURRENCY, async (source) => {
    const facts = told.get(source.name) ?? [];
    try {
      for await (const fact of source.read(context)) {
        context.signal.throwIfAborted();
        facts.push(fact);
      }
    } catch (error) {
      context.signal.throwIfAborted();
      facts.push(failedSource(context, source, error));
    }
  });
  const facts = [...told.values()].flat();
  const checks = facts.map(({ id, verdict, actual }) => ({ name: id, verdict, detail: actual }));
  return { verdict: overallVerdict(checks), sources: sources.map(({ name }) => name), facts };
}

function failedSource(context: AuditContext, { name }: AuditSource, error: unknown): AuditFact {
  const known = error instanceof HoldfastError ? error : undefined;
  const message = redact(error instanceof Error ? error.message : String(error));
  return makeFact(context, SOURCE_KIND, {
    subject: name,
    declared: "answers",
    actual: `${known?.code ?? "UNEXPECTED"}: ${message}`,
    fix: known && `${redact(known.hint)} Then: ${SOURCE_KIND.fix}`,
  });
}
