import { formatDuration } from "../../plan/duration.ts";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import { longestGapSeconds } from "../../plan/schedule.ts";
import { DRILL_KINDS } from "../../plan/schema/drills.ts";
import { isScheduledTier, TIERS } from "../../plan/tier.ts";
import type { AuditContext } from "../audit-context.ts";
import type { AuditFact, FactKind } from "../audit-fact.ts";
import type { AuditSource } from "../audit-source.ts";
import type { EvidenceIndex } from "../evidence-index.ts";
import { makeFact } from "../make-fact.ts";
import type { AuditedPoint } from "../points/audited-point.ts";
import { CONTENT_KINDS, contentFacts } from "../points/content-facts.ts";
import { LOCK_KINDS, lockFacts } from "../points/lock-facts.ts";
import { readPoints } from "../points/read-points.ts";
import { SCHEDULE_KINDS, scheduleFacts } from "../points/schedule-facts.ts";
import { DRILL_GRACE_SECONDS } from "./drills.ts";

const VERIFIED: FactKind = {
  id: "points.verified",
  setting: "age of the newest proof of a point",
  source: "S3 GetObjectTagging",
  fix: "npm run drill -- {plan} --project {project} --kind staging-restore",
  moves: true,
};
const LITTER: FactKind = {
  id: "points.litter",
  setting: "what dead backups left behind",
  source: "S3 ListObjectsV2",
  fix: "npm run sweep -- {plan} --project {project} --yes",
};

/** The recovery points of every project: those that should exist against those that do. */
export const pointsSource: AuditSource = {
  name: "points",
  kinds: [...SCHEDULE_KINDS, ...CONTENT_KINDS, ...LOCK_KINDS, VERIFIED, LITTER],
  async *read(context) {
    // What evidence alone can tell is left out when it cannot be read, which the drills' source reports.
    const evidence = await context.evidence().catch(() => undefined);
    for (const project of context.plan.projects) yield* projectFacts(context, project, evidence);
  },
};

async function* projectFacts(
  context: AuditContext,
  project: ProjectPlan,
  evidence: EvidenceIndex | undefined,
): AsyncGenerator<AuditFact> {
  const { points, litter } = await readPoints(context, project.name);
  const now = context.clock();
  for (const tier of TIERS) {
    const ofTier = points.filter((point) => point.tier === tier);
    const isRecorded = evidence?.points.get(project.name)?.some((point) => point.tier === tier) ?? false;
    if (ofTier.length === 0 && !isRecorded && !(isScheduledTier(tier) && project.tiers[tier])) continue;
    const audited = {
      context,
      project,
      tier,
      points: ofTier,
      evidence,
      now,
      graceSeconds: context.plan.alerts.thresholds.lateAfterSeconds,
    };
    yield* scheduleFacts(audited);
    yield* contentFacts(audited);
    yield* lockFacts(audited);
  }
  yield verifiedFact(context, project, points, now);
  yield makeFact(context, LITTER, {
    project: project.name,
    declared: "none",
    actual:
      litter.length === 0 ? "none" : `${litter.length} without manifest: ${litter.slice(0, 5).join(", ")}`,
  });
}

/** A point that was never restored proves nothing: the most frequent drill says how old the newest proof may be. */
function verifiedFact(
  context: AuditContext,
  { name: project, drills }: ProjectPlan,
  points: readonly AuditedPoint[],
  now: Date,
): AuditFact {
  const gaps = DRILL_KINDS.flatMap((kind) => {
    const drill = kind === "pitr-simulation" ? undefined : drills[kind];
    return drill && "schedule" in drill ? [longestGapSeconds(drill.schedule)] : [];
  });
  const bound = gaps.length === 0 ? undefined : Math.min(...gaps) + DRILL_GRACE_SECONDS;
  const newest = Math.max(
    ...points.map(({ verifiedAt }) => verifiedAt?.getTime() ?? Number.NEGATIVE_INFINITY),
  );
  const age = (now.getTime() - newest) / 1_000;
  // Owed as soon as the oldest point has been there for as long.
  const first = points[0]?.createdAt.getTime() ?? now.getTime();
  const isOwed = bound !== undefined && (now.getTime() - first) / 1_000 > bound;
  return makeFact(context, VERIFIED, {
    project,
    declared: bound === undefined ? "no drill restores a point" : `at most ${formatDuration(bound)}`,
    actual:
      newest === Number.NEGATIVE_INFINITY
        ? "no point is proved"
        : formatDuration(Math.max(0, Math.floor(age))),
    verdict: isOwed && !(age <= bound) ? "FAIL" : "PASS",
  });
}
