import { describeSchedule } from "../../plan/describe-schedule.ts";
import { drillDue } from "../../plan/drill-due.ts";
import { formatDuration } from "../../plan/duration.ts";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import { DRILL_KINDS } from "../../plan/schema/drills.ts";
import type { EvidenceRecord } from "../../vault/evidence/evidence-record.ts";
import { isDrillOf } from "../measure/is-drill-of.ts";
import { inPeriod, type PackChapter, type PackInput } from "./pack-chapter.ts";
import { csvTable, markdownTable } from "./pack-table.ts";

/** Which recoveries are rehearsed, when last and when next, and how long they took beside what is promised. */
export function drillsChapter(input: PackInput): PackChapter {
  const drills = input.records.filter(({ kind }) => kind === "drill");
  const schedule = input.plan.projects.flatMap((project) => scheduled(project, drills, input));
  const executed = inPeriod(input)
    .filter(({ kind }) => kind === "drill")
    .map(measured);
  return {
    name: "drills",
    title: "Drills",
    says: "Which recoveries are rehearsed, when last and when next, and what was measured against the objectives.",
    markdown: [
      `As of ${input.until.toISOString()}.`,
      markdownTable(
        ["project", "drill", "schedule", "last executed", "verdict", "next due"],
        schedule.map((one) => [
          ...[one.project, one.drill],
          one.schedule === undefined ? `left out: ${one.skip}` : describeSchedule(one.schedule),
          one.lastExecuted ?? (one.schedule === undefined ? undefined : "never"),
          one.verdict,
          one.isOverdue ? `${one.nextDue}, overdue` : one.nextDue,
        ]),
      ),
      `## Executed in the period\n\n${markdownTable(
        [
          "executed",
          "project",
          "drill",
          "point",
          "verdict",
          "RTO measured",
          "RTO promised",
          "RPO measured",
          "RPO promised",
          "evidence",
        ],
        executed.map((one) => [
          ...[one.executed, one.project, one.drill, one.point, one.verdict],
          ...[one.rtoSeconds, one.rtoObjectiveSeconds, one.rpoSeconds, one.rpoObjectiveSeconds].map(inWords),
          one.sequence,
        ]),
      )}`,
    ].join("\n\n"),
    json: { asOf: input.until.toISOString(), schedule, executed },
    csv: csvTable(
      [
        ...["executed", "project", "drill", "point", "verdict", "rto_seconds", "rto_objective_seconds"],
        ...["rpo_seconds", "rpo_objective_seconds", "evidence"],
      ],
      executed.map((one) => [
        ...[one.executed, one.project, one.drill, one.point, one.verdict],
        ...[one.rtoSeconds, one.rtoObjectiveSeconds, one.rpoSeconds, one.rpoObjectiveSeconds, one.sequence],
      ]),
    ),
  };
}

function scheduled(
  { name, drills: rules }: ProjectPlan,
  records: readonly EvidenceRecord[],
  { until, records: [first] }: PackInput,
): ScheduledDrill[] {
  return DRILL_KINDS.flatMap((drill): ScheduledDrill[] => {
    const rule = rules[drill];
    if (rule === undefined) return [];
    const last = records.findLast((record) => isDrillOf(record, name, drill));
    const lastExecuted = last && startOf(last);
    const known = {
      project: name,
      drill,
      ...(last && { lastExecuted, verdict: textOf(last.body.verdict), evidence: last.sequence }),
    };
    if ("skip" in rule) return [{ ...known, skip: rule.skip }];
    const due = drillDue(rule.schedule, {
      now: until,
      ...(lastExecuted !== undefined && { lastAt: new Date(lastExecuted) }),
      ...(first && { since: new Date(first.at) }),
    });
    return [{ ...known, schedule: rule.schedule, nextDue: due.dueAt.toISOString(), isOverdue: due.isDue }];
  });
}

interface ScheduledDrill {
  readonly project: string;
  readonly drill: string;
  readonly schedule?: string;
  /** Why it is left out. */
  readonly skip?: string;
  readonly lastExecuted?: string | undefined;
  readonly verdict?: string | undefined;
  /** Sequence of the record. */
  readonly evidence?: number;
  readonly nextDue?: string;
  readonly isOverdue?: boolean;
}

function measured(record: EvidenceRecord) {
  const { project, sequence, body } = record;
  return {
    executed: startOf(record),
    project,
    drill: textOf(body.drill),
    point: textOf(body.point),
    verdict: textOf(body.verdict),
    rtoSeconds: numberOf(body.rtoSeconds),
    rtoObjectiveSeconds: numberOf(body.rtoObjectiveSeconds),
    rpoSeconds: numberOf(body.rpoSeconds),
    rpoObjectiveSeconds: numberOf(body.rpoObjectiveSeconds),
    sequence,
  };
}

/** A record is written at a drill's end. */
function startOf({ at, body }: EvidenceRecord): string {
  const started = textOf(body.startedAt);
  return started !== undefined && !Number.isNaN(Date.parse(started)) ? started : at;
}

const textOf = (value: unknown) => (typeof value === "string" ? value : undefined);
const numberOf = (value: unknown) => (typeof value === "number" ? value : undefined);
const inWords = (seconds: number | undefined) =>
  seconds === undefined ? undefined : formatDuration(Math.round(seconds));
