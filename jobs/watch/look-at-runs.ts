import { formatDuration } from "../../plan/duration.ts";
import type { ProjectPlan, ProtectionPlan } from "../../plan/protection-plan.ts";
import { SCHEDULED_TIERS } from "../../plan/tier.ts";
import { lateness } from "./lateness.ts";
import { runPlace } from "./run-place.ts";
import { type SyncPlace, syncPlaces } from "./sync-places.ts";
import type { WatchAlert } from "./watch-alert.ts";
import type { LastRun } from "./watch-state.ts";

/** What the watch remembers of scheduled jobs, by `runPlace`. */
export interface KnownRuns {
  readonly runs: Readonly<Record<string, LastRun>>;
  /** Since when the plan has each: nothing is owed for the time before. */
  readonly since: Readonly<Record<string, Date>>;
  readonly now: Date;
}

/**
 * Scheduled jobs whose last run failed, backups whose last one was slow, and syncs whose last one is longer ago than the
 * schedule allows. The next run that is well mends them.
 */
export function lookAtRuns(
  { projects, alerts }: Pick<ProtectionPlan, "projects" | "alerts">,
  known: KnownRuns,
): WatchAlert[] {
  const { backupDurationWarningSeconds, lateAfterSeconds } = alerts.thresholds;
  return projects.flatMap((project) => [
    ...ofBackups(project, known.runs, backupDurationWarningSeconds),
    ...syncPlaces(project).flatMap((sync) => ofSync(project.name, sync, { ...known, lateAfterSeconds })),
  ]);
}

function ofBackups({ name, tiers }: ProjectPlan, runs: KnownRuns["runs"], slowSeconds: number): WatchAlert[] {
  return SCHEDULED_TIERS.flatMap((tier): WatchAlert[] => {
    const place = runPlace(name, { tier });
    const run = tiers[tier] === undefined ? undefined : runs[place];
    if (run === undefined) return [];
    if (run.isFailed) {
      const says = `The ${tier} backup of ${name} failed at ${run.at.toISOString()} (${run.what ?? "no code"})`;
      return [{ id: `${place}/backup-failed`, severity: "critical", says }];
    }
    const { durationSeconds, what = "of that time" } = run;
    if (durationSeconds === undefined || durationSeconds <= slowSeconds) return [];
    const took = formatDuration(Math.floor(durationSeconds));
    const says = `The ${tier} backup of ${name}, ${what}, took ${took}; ${formatDuration(slowSeconds)} is allowed`;
    return [{ id: `${place}/backup-slow`, severity: "warning", says }];
  });
}

function ofSync(
  project: string,
  { place, bucket, schedule }: SyncPlace,
  known: KnownRuns & { readonly lateAfterSeconds: number },
): WatchAlert[] {
  const run = known.runs[place];
  const subject = `The sync of ${project}'s bucket ${bucket}`;
  if (run?.isFailed) {
    const says = `${subject} failed at ${run.at.toISOString()} (${run.what ?? "no code"})`;
    return [{ id: `${place}/sync-failed`, severity: "critical", says }];
  }
  const { now, lateAfterSeconds } = known;
  const late = lateness(schedule, run?.at, { now, since: known.since[place] ?? now, lateAfterSeconds });
  if (late === undefined) return [];
  const says =
    late.last === undefined
      ? `${subject} never ended well, due first at ${late.due.toISOString()}`
      : `${subject} ended last at ${late.last.toISOString()}; that of ${late.due.toISOString()} is missing`;
  return [{ id: `${place}/sync-late`, severity: "critical", says }];
}
