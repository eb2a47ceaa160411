import { describeSchedule } from "../../plan/describe-schedule.ts";
import { formatDuration } from "../../plan/duration.ts";
import { expectedPoints } from "../../plan/expected-points.ts";
import { retentionDays } from "../../plan/retention-days.ts";
import { longestGapSeconds, previousDue } from "../../plan/schedule.ts";
import type { TierRule } from "../../plan/schema/tiers.ts";
import type { AuditFact, FactKind } from "../audit-fact.ts";
import { makeFact } from "../make-fact.ts";
import { type AuditedTier, listFact } from "./tier-facts.ts";

const SOURCE = "S3 ListObjectsV2, HeadObject";
const BACKUP = "npm run backup -- {plan} --project {project} --tier {subject}";

const GAPS: FactKind = {
  id: "points.gaps",
  setting: "points that schedule and retention owe",
  source: SOURCE,
  fix: `A time that passed cannot be made up for; see why the task did not run, then: ${BACKUP}`,
};
const AGE: FactKind = {
  id: "points.age",
  setting: "age of the newest point",
  source: SOURCE,
  fix: BACKUP,
  moves: true,
};
const VANISHED: FactKind = {
  id: "points.vanished",
  setting: "points on record that are not there",
  source: "evidence, S3 ListObjectsV2",
  fix: "Find who removed them (CloudTrail), and bring the manifest and chunks back: aws s3api list-object-versions, then delete-object of each delete marker; else copy them from the replica.",
};

export const SCHEDULE_KINDS: readonly FactKind[] = [GAPS, AGE, VANISHED];

const DAY_MILLISECONDS = 86_400_000;

/** Whether the points that should exist do. */
export function* scheduleFacts(audited: AuditedTier): Generator<AuditFact> {
  const rule = audited.project.tiers[audited.tier];
  if (rule?.schedule !== undefined) yield* byScheduleFacts(audited, { ...rule, schedule: rule.schedule });
  if (rule !== undefined && audited.evidence !== undefined) yield vanishedFact(audited, rule);
}

function* byScheduleFacts(
  audited: AuditedTier,
  rule: TierRule & { readonly schedule: string },
): Generator<AuditFact> {
  const { context, project, tier, points, now, graceSeconds } = audited;
  const since = owedSince(audited, rule.schedule);
  const taken = points.map(({ createdAt }) => createdAt);
  const { due, gaps } = expectedPoints(rule, taken, { now, since, graceSeconds });
  const kept =
    "days" in rule.retain ? `${rule.retain.days} days` : `the newest ${rule.retain.count} verified`;
  yield listFact(audited, GAPS, {
    what: "missing",
    wrong: gaps.toReversed().map((at) => `${at.toISOString().slice(0, 16)}Z`),
    declared: `none missing of ${due.length}: ${describeSchedule(rule.schedule)}, kept ${kept}`,
  });
  const newest = points.at(-1)?.createdAt;
  const age = newest && Math.max(0, (now.getTime() - newest.getTime()) / 1_000);
  const bound = longestGapSeconds(rule.schedule) + graceSeconds;
  const isOwed = due.length > 0;
  yield makeFact(context, AGE, {
    project: project.name,
    subject: tier,
    declared: isOwed ? `at most ${formatDuration(bound)}` : "none is due yet",
    actual: age === undefined ? "no point" : formatDuration(Math.floor(age)),
    verdict: age === undefined ? (isOwed ? "FAIL" : "PASS") : age <= bound ? "PASS" : "FAIL",
  });
}

/**
 * Since when points of a tier are owed: from what the first one, or the first try that evidence tells of, was due for.
 * Of a tier that never had either only the newest time that was due, since the plan may have got it yesterday; nothing
 * from before the project, or the environment, is first told of.
 */
function owedSince(
  { project, tier, points, evidence, now, graceSeconds }: AuditedTier,
  schedule: string,
): Date {
  const first = earliest(points[0]?.createdAt, evidence?.firstTried.get(`${project.name}/${tier}`));
  if (first !== undefined) {
    const due = previousDue(schedule, first);
    return first.getTime() - due.getTime() <= graceSeconds * 1_000 ? due : first;
  }
  const begun = evidence?.firstSeen.get(project.name) ?? evidence?.firstSeen.get("");
  const newest = previousDue(schedule, new Date(now.getTime() - graceSeconds * 1_000 + 1));
  return begun !== undefined && begun <= newest ? newest : now;
}

function earliest(...times: readonly (Date | undefined)[]): Date | undefined {
  return times.filter((at) => at !== undefined).toSorted((a, b) => a.getTime() - b.getTime())[0];
}

/** Backups that ended well, whose retention is not over, and whose point is gone. */
function vanishedFact(audited: AuditedTier, rule: TierRule): AuditFact {
  const { project, tier, points, evidence, now } = audited;
  const ids = new Set(points.map(({ id }) => id));
  const oldest = now.getTime() - retentionDays(rule) * DAY_MILLISECONDS;
  const gone = (evidence?.points.get(project.name) ?? [])
    .filter((point) => point.tier === tier && point.at.getTime() > oldest && !ids.has(point.id))
    .map(({ id }) => id);
  return listFact(audited, VANISHED, { what: "vanished", wrong: [...new Set(gone)] });
}
