import { formatDuration } from "../../plan/duration.ts";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import { previousDue } from "../../plan/schedule.ts";
import { SCHEDULED_TIERS } from "../../plan/tier.ts";
import type { Point } from "../../vault/list-points.ts";
import type { CheckpointCheck } from "./checkpoint-check.ts";

/** The snapshot's time comes from the database's clock, the schedule's from another. */
const CLOCK_SKEW_SECONDS = 60;

/**
 * Whether each scheduled tier has the point that was last due: one taken since it was due, by whomever.
 *
 * @param points newest first
 * @param options.beganAt when the environment began: what was due before is owed by nobody
 */
export function judgeScheduledBackups(
  project: Pick<ProjectPlan, "tiers">,
  points: readonly Pick<Point, "id" | "tier" | "createdAt">[],
  {
    now,
    beganAt,
    lateAfterSeconds,
  }: { readonly now: Date; readonly beganAt: Date; readonly lateAfterSeconds: number },
): CheckpointCheck[] {
  return SCHEDULED_TIERS.flatMap((tier): CheckpointCheck[] => {
    const schedule = project.tiers[tier]?.schedule;
    if (schedule === undefined) return [];
    // A time that is exactly the bound's is due: the search is for times before the one given.
    const due = previousDue(schedule, new Date(now.getTime() - lateAfterSeconds * 1000 + 1));
    const newest = points.find((point) => point.tier === tier);
    const newestAt = newest ? newest.createdAt.getTime() + CLOCK_SKEW_SECONDS * 1000 : 0;
    const isLate = due >= beganAt && newestAt < due.getTime();
    const age = newest && (now.getTime() - newest.createdAt.getTime()) / 1000;
    const figure = newest
      ? `the newest is ${newest.id}, ${formatDuration(Math.max(0, Math.floor(age ?? 0)))} old`
      : "there is none";
    return [
      {
        part: "scheduled-backups",
        name: `${tier} backup`,
        verdict: isLate ? "FAIL" : "PASS",
        detail: isLate
          ? `${figure}; one was due ${due.toISOString()}`
          : newest
            ? figure
            : `${figure}, and none was due yet`,
      },
    ];
  });
}
