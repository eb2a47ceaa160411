import type { ProjectPlan } from "../../plan/protection-plan.ts";
import { retentionDays } from "../../plan/retention-days.ts";
import type { Tier } from "../../plan/tier.ts";
import type { AuditFact, FactKind } from "../audit-fact.ts";
import type { AuditedPoint } from "./audited-point.ts";
import { type AuditedTier, listFact } from "./tier-facts.ts";

const LOCKS: FactKind = {
  id: "points.locks",
  setting: "points locked shorter or weaker than the plan",
  source: "S3 HeadObject, GetObjectRetention of one chunk",
  fix: "Raise the lock of manifest and chunks: aws s3api put-object-retention --bucket BUCKET --key KEY --retention Mode=MODE,RetainUntilDate=TIME (locks are only ever raised); what is taken from now on is locked by the plan.",
};
const SETTLED: FactKind = {
  id: "points.settled",
  setting: "points whose locks or evidence were never completed",
  source: "S3 GetObjectRetention of one chunk, evidence",
  fix: "The project's next backup settles those of the last 8 days: npm run backup -- {plan} --project {project} --tier {subject}",
};
const UNPROVED: FactKind = {
  id: "points.unproved",
  setting: "points near the end of their lock that were never restored",
  source: "S3 HeadObject, GetObjectTagging",
  fix: "Restore the oldest of them into an empty database, which proves and marks it: npm run restore -- {plan} --project {project} --point ID --target-env TARGET_URL --confirm NAME",
};

export const LOCK_KINDS: readonly FactKind[] = [LOCKS, SETTLED, UNPROVED];

const DAY_MILLISECONDS = 86_400_000;
/** The store keeps whole seconds, and reckons with its own clock. */
const TOLERANCE_MILLISECONDS = 60_000;
/** Of its retention: three days of thirty are time enough for a person to restore it. */
const NEAR_SHARE = 0.1;

/** Whether points can be deleted before the plan lets them go, and whether they are any good when it does. */
export function* lockFacts(audited: AuditedTier): Generator<AuditFact> {
  const { project, tier, points, context, now } = audited;
  const mode = lockModeOf(project, tier, context.plan.vault.lock.mode);
  if (mode !== "none") {
    yield listFact(audited, LOCKS, {
      what: "too weak",
      wrong: points.flatMap((point) => weakness(audited, point, mode)),
    });
  }
  yield listFact(audited, SETTLED, { what: "unsettled", wrong: unsettled(audited, mode !== "none") });
  const unproved = points.filter(({ verifiedAt, createdAt, lockUntil }) => {
    if (verifiedAt !== undefined || lockUntil === undefined) return false;
    return now.getTime() >= lockUntil.getTime() - NEAR_SHARE * (lockUntil.getTime() - createdAt.getTime());
  });
  yield listFact(audited, UNPROVED, { what: "unproved", wrong: unproved.map(({ id }) => id) });
}

function lockModeOf(project: ProjectPlan, tier: Tier, vault: "compliance" | "governance" | "none") {
  return vault === "none" ? "none" : (project.tiers[tier]?.lockMode ?? vault);
}

function weakness(
  { project, tier }: AuditedTier,
  { id, createdAt, lockUntil, lockMode, chunkLockMode }: AuditedPoint,
  mode: "compliance" | "governance",
): string[] {
  if (lockUntil === undefined) return [`${id} (not locked)`];
  if (mode === "compliance" && lockMode === "governance") return [`${id} (governance)`];
  // A manifest that cannot be deleted is of no use without its chunks.
  if (mode === "compliance" && chunkLockMode === "governance") return [`${id} (a chunk by governance)`];
  const rule = project.tiers[tier];
  if (rule === undefined) return [];
  const owed = new Date(createdAt.getTime() + retentionDays(rule) * DAY_MILLISECONDS);
  if (lockUntil.getTime() >= owed.getTime() - TOLERANCE_MILLISECONDS) return [];
  return [`${id} (until ${lockUntil.toISOString().slice(0, 10)}, not ${owed.toISOString().slice(0, 10)})`];
}

/** Chunks are locked for a day at first; raising that, and the evidence of it, are a backup's last steps. */
function unsettled(
  { project, points, evidence, now, graceSeconds }: AuditedTier,
  isLocked: boolean,
): string[] {
  const recorded = new Set(evidence?.points.get(project.name)?.map(({ id }) => id));
  return points.flatMap(({ id, createdAt, lockUntil, chunkLockUntil, storedBytes }) => {
    if (createdAt.getTime() > now.getTime() - graceSeconds * 1_000) return [];
    const isShort =
      isLocked &&
      storedBytes > 0 &&
      (chunkLockUntil?.getTime() ?? 0) < (lockUntil?.getTime() ?? 0) - TOLERANCE_MILLISECONDS;
    if (isShort)
      return [`${id} (a chunk is locked until ${chunkLockUntil?.toISOString().slice(0, 10) ?? "never"})`];
    if (evidence === undefined || createdAt < evidence.since || recorded.has(id)) return [];
    return [`${id} (no evidence of its success)`];
  });
}
