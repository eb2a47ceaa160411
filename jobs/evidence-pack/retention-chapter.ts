import { formatByteSize } from "../../plan/byte-size.ts";
import { describeSchedule } from "../../plan/describe-schedule.ts";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import { retentionDays } from "../../plan/retention-days.ts";
import { TIERS } from "../../plan/tier.ts";
import type { Point } from "../../vault/list-points.ts";
import type { PackChapter, PackInput } from "./pack-chapter.ts";
import { csvTable, markdownTable } from "./pack-table.ts";

/** What is to be kept and for how long, beside the points that there are and until when nobody can delete them. */
export function retentionChapter({ plan, points }: PackInput): PackChapter {
  const { lock } = plan.vault;
  const declared = plan.projects.flatMap((project) => declaredOf(project, points));
  const files = plan.projects.flatMap(({ name, storage }) =>
    storage.map(({ bucket, schedule, retain }) => ({ project: name, bucket, schedule, days: retain.days })),
  );
  const existing = points.toSorted(byTime).map(facts);
  return {
    name: "retention",
    title: "Retention",
    says: "What is to be kept and for how long, and the recovery points that exist, with their locks.",
    markdown: [
      lock.mode === "none"
        ? "The plan locks nothing: whoever may delete in the store can delete a point."
        : `Points are locked in mode ${lock.mode} for as long as they are to be kept, ${lock.days} days at most.`,
      `## Declared\n\n${markdownTable(
        [
          "project",
          "tier",
          "schedule",
          "kept",
          "days at most",
          "points now",
          "of these verified",
          "of these locked",
        ],
        declared.map((one) => [
          one.project,
          one.tier,
          one.schedule === undefined ? "on demand" : describeSchedule(one.schedule),
          one.kept,
          ...[one.days, one.points, one.verified, one.locked],
        ]),
      )}`,
      `## Stored files\n\n${markdownTable(
        ["project", "bucket", "mirrored", "days that a replaced or deleted file is kept"],
        files.map(({ project, bucket, schedule, days }) => [
          project,
          bucket,
          describeSchedule(schedule),
          days,
        ]),
      )}`,
      `## Points that exist\n\n${markdownTable(
        ["project", "tier", "point", "taken at", "size", "verified at", "locked until", "mode"],
        existing.map((one) => [
          ...[one.project, one.tier, one.point, one.takenAt],
          one.bytes === undefined ? undefined : formatByteSize(one.bytes),
          ...[one.verifiedAt, one.lockUntil, one.lockMode],
        ]),
      )}`,
    ].join("\n\n"),
    json: { lock, declared, files, points: existing },
    csv: csvTable(
      [
        "project",
        "tier",
        "point",
        "taken_at",
        "bytes",
        "verified_at",
        "lock_until",
        "lock_mode",
        "retain_until",
      ],
      existing.map((one) => [
        ...[one.project, one.tier, one.point, one.takenAt, one.bytes],
        ...[one.verifiedAt, one.lockUntil, one.lockMode, one.retainUntil],
      ]),
    ),
  };
}

function declaredOf({ name, tiers }: ProjectPlan, points: readonly Point[]) {
  return TIERS.flatMap((tier) => {
    const rule = tiers[tier];
    if (rule === undefined) return [];
    const own = points.filter((point) => point.project === name && point.tier === tier);
    const { retain, schedule } = rule;
    return [
      {
        project: name,
        tier,
        ...(schedule !== undefined && { schedule }),
        kept: "days" in retain ? `${retain.days} days` : `the newest ${retain.count} verified`,
        days: retentionDays(rule),
        points: own.length,
        verified: own.filter(({ verifiedAt }) => verifiedAt !== undefined).length,
        locked: own.filter(({ lockUntil }) => lockUntil !== undefined).length,
      },
    ];
  });
}

const facts = (point: Point) => ({
  project: point.project,
  tier: point.tier,
  point: point.id,
  takenAt: point.createdAt.toISOString(),
  bytes: point.bytes,
  verifiedAt: point.verifiedAt?.toISOString(),
  lockUntil: point.lockUntil?.toISOString(),
  lockMode: point.lockMode,
  retainUntil: point.retainUntil?.toISOString(),
});

/** Oldest first; listings of two moments differ at their ends alone. */
function byTime(a: Point, b: Point): number {
  return (
    a.createdAt.getTime() - b.createdAt.getTime() ||
    (`${a.project} ${a.id}` < `${b.project} ${b.id}` ? -1 : 1)
  );
}
