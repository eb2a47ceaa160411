import type { ProjectPlan } from "../../plan/protection-plan.ts";
import type { Tier } from "../../plan/tier.ts";
import type { AuditContext } from "../audit-context.ts";
import type { AuditFact, FactKind } from "../audit-fact.ts";
import type { EvidenceIndex } from "../evidence-index.ts";
import { makeFact } from "../make-fact.ts";
import type { AuditedPoint } from "./audited-point.ts";

/** One tier of one project with all that is known of its points. */
export interface AuditedTier {
  readonly context: AuditContext;
  readonly project: ProjectPlan;
  readonly tier: Tier;
  /** Oldest first. */
  readonly points: readonly AuditedPoint[];
  /** Absent when it could not be read. */
  readonly evidence: EvidenceIndex | undefined;
  readonly now: Date;
  /** From the time a point is due until it must be there with all that belongs to it. */
  readonly graceSeconds: number;
}

/** Findings are named up to here, the rest counted. */
const NAMED = 5;

/**
 * A fact that is as declared when a list of what is wrong is empty.
 * @param what each of the list is, as in `2 missing: …`
 */
export function listFact(
  { context, project, tier }: AuditedTier,
  kind: FactKind,
  { what, wrong, declared = "none" }: { what: string; wrong: readonly string[]; declared?: string },
): AuditFact {
  const more = wrong.length > NAMED ? `, and ${wrong.length - NAMED} more` : "";
  return makeFact(context, kind, {
    project: project.name,
    subject: tier,
    declared,
    actual:
      wrong.length === 0 ? "none" : `${wrong.length} ${what}: ${wrong.slice(0, NAMED).join(", ")}${more}`,
    verdict: wrong.length === 0 ? "PASS" : "FAIL",
  });
}
