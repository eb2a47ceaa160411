import { type RetentionRule, retentionDays } from "./retention-days.ts";
import { nextDue, previousDue } from "./schedule.ts";

export interface ExpectedPoints {
  /** Times at which a point was due that must still exist, oldest first. */
  readonly due: readonly Date[];
  /** Those of `due` for which there is none. */
  readonly gaps: readonly Date[];
}

export interface ExpectationBounds {
  readonly now: Date;
  /** Nothing was due before: when this tier began to be taken. */
  readonly since: Date;
  /** From the time a point is due until it must exist: starting, dumping, writing the manifest. 0 or more. */
  readonly graceSeconds: number;
}

/** The snapshot's time comes from the database's clock, the schedule's from another. */
const CLOCK_SKEW_MILLISECONDS = 60_000;
const DAY_MILLISECONDS = 86_400_000;

/**
 * Which points a schedule and its retention imply, and which of them are not there. A point belongs to the last time
 * that was due before it was taken, so that a late one, or one taken by hand, still stands for that time.
 *
 * @param rule of a tier that runs by schedule
 * @param taken when the points that exist were taken, in any order
 * @throws HoldfastError SCHEDULE_INVALID (exit 2)
 */
export function expectedPoints(
  rule: RetentionRule & { readonly schedule: string },
  taken: readonly Date[],
  bounds: ExpectationBounds,
): ExpectedPoints {
  const due = dueTimes(rule, bounds);
  const times = taken.map((at) => at.getTime() + CLOCK_SKEW_MILLISECONDS).toSorted((a, b) => a - b);
  let next = 0;
  const gaps = due.filter((at, index) => {
    // After the newest of them another may be due already, which has its grace still.
    const end = (due[index + 1] ?? nextDue(rule.schedule, at)).getTime();
    while (next < times.length && (times[next] ?? 0) < at.getTime()) next += 1;
    return !(next < times.length && (times[next] ?? 0) < end);
  });
  return { due, gaps };
}

function dueTimes(
  rule: RetentionRule & { readonly schedule: string },
  { now, since, graceSeconds }: ExpectationBounds,
): Date[] {
  const { schedule, retain } = rule;
  const oldest = Math.max(since.getTime(), now.getTime() - retentionDays(rule) * DAY_MILLISECONDS + 1);
  const most = "count" in retain ? retain.count : Number.POSITIVE_INFINITY;
  const due: Date[] = [];
  // A time that is exactly the bound's is due: the search is for times before the one given.
  let at = new Date(now.getTime() - graceSeconds * 1_000 + 1);
  while (due.length < most) {
    at = previousDue(schedule, at);
    if (at.getTime() < oldest) break;
    due.push(at);
  }
  return due.reverse();
}
