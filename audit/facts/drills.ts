import { describeSchedule } from "../../plan/describe-schedule.ts";
import { drillDue } from "../../plan/drill-due.ts";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import { DRILL_KINDS, type DrillKind } from "../../plan/schema/drills.ts";
import type { AuditContext } from "../audit-context.ts";
import type { AuditFact, FactKind } from "../audit-fact.ts";
import type { AuditSource } from "../audit-source.ts";
import type { EvidenceIndex } from "../evidence-index.ts";
import { makeFact } from "../make-fact.ts";

const DRILLED: FactKind = {
  id: "drills.done",
  setting: "drill by its schedule",
  source: "evidence",
  fix: "npm run drill -- {plan} --project {project} --kind {subject}",
  moves: true,
};
const PASSED: FactKind = {
  id: "drills.passed",
  setting: "outcome of the last drill",
  source: "evidence",
  fix: "Read its reasons (npm run evidence -- list {plan} --kind drill), mend them, then: npm run drill -- {plan} --project {project} --kind {subject}",
};

/** A drill takes hours at most, and runs by an hourly schedule. */
export const DRILL_GRACE_SECONDS = 86_400;

/** When each kind of drill was last executed, by evidence alone. */
export const drillsSource: AuditSource = {
  name: "drills",
  kinds: [DRILLED, PASSED],
  async *read(context) {
    const evidence = await context.evidence();
    for (const project of context.plan.projects) {
      for (const kind of DRILL_KINDS) yield* drillFacts(context, project, kind, evidence);
    }
  },
};

function* drillFacts(
  context: AuditContext,
  { name: project, drills }: ProjectPlan,
  kind: DrillKind,
  evidence: EvidenceIndex,
): Generator<AuditFact> {
  const drill = drills[kind];
  if (drill === undefined) return;
  const about = { project, subject: kind };
  if ("skip" in drill) {
    const declared = `left out: ${drill.skip}`;
    yield makeFact(context, DRILLED, { ...about, declared, actual: "left out", verdict: "PASS" });
    return;
  }
  const since = evidence.firstSeen.get(project) ?? evidence.firstSeen.get("");
  const last = evidence.drills.get(`${project}/${kind}`);
  const lastAt = last && new Date(String(last.body.startedAt ?? last.at.toISOString()));
  const { dueAt, isDue, overdueSeconds } = drillDue(drill.schedule, { now: context.clock(), lastAt, since });
  yield makeFact(context, DRILLED, {
    ...about,
    declared: `${describeSchedule(drill.schedule)}${isDue ? `, due since ${day(dueAt)}` : ""}`,
    actual: lastAt === undefined ? "never" : day(lastAt),
    verdict: overdueSeconds >= DRILL_GRACE_SECONDS ? "FAIL" : "PASS",
  });
  if (last === undefined) return;
  const { rtoSeconds, rtoObjectiveSeconds } = last.body;
  const isSlow = Number(rtoSeconds) > Number(rtoObjectiveSeconds);
  const actual = last.verdict === "PASS" && isSlow ? "PASS, slower than its objective" : last.verdict;
  yield makeFact(context, PASSED, { ...about, declared: "PASS", actual });
}

const day = (at: Date) => at.toISOString().slice(0, 10);
