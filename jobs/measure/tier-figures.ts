import { longestGapSeconds, nextDue } from "../../plan/schedule.ts";
import { firingsBetween } from "./firings-between.ts";

const DAY_MILLISECONDS = 86_400_000;

/** What is known of one tier of a project by its points, against its schedule. */
export interface TierFigures {
  /** Of the newest point; absent when there is none. */
  readonly ageSeconds?: number;
  /** What of that age the schedule answers for: none of it lies before the tier began. */
  readonly owedSeconds?: number;
  /** What the age may be at most: the schedule's longest gap, and the time that a backup may take. */
  readonly oldestSeconds: number;
  /** Where the count begins: so many days ago, or with the environment, or with the first point of a younger tier. */
  readonly since: Date;
  /** Points taken since then. */
  readonly count: number;
  /** Firings since then that must have ended by now. */
  readonly due: readonly Date[];
  /** Those of them after which no point was taken until the schedule fired again. */
  readonly missed: readonly Date[];
}

/**
 * Counts the points of a tier against its schedule. A point belongs to the firing that it follows, whoever took it: a
 * backup that failed at night and was run again in the morning completed.
 *
 * @param points times of all points of the tier, in any order
 * @param question.lateAfterSeconds the plan's
 * @param question.windowDays 1 or more
 * @param question.beganAt when the environment began, or the plan got the tier: nothing is owed for the time before
 * @throws HoldfastError SCHEDULE_INVALID (exit 2)
 */
export function tierFigures(
  points: readonly Date[],
  schedule: string,
  question: {
    readonly now: Date;
    readonly windowDays: number;
    readonly beganAt: Date;
    readonly lateAfterSeconds: number;
  },
): TierFigures {
  const { now, windowDays, beganAt, lateAfterSeconds } = question;
  const times = points.map((at) => at.getTime()).filter((at) => at <= now.getTime());
  const windowStart = Math.max(now.getTime() - windowDays * DAY_MILLISECONDS, beganAt.getTime());
  const first = Math.min(...times);
  // A tier that was declared on Thursday owes nothing for Tuesday; one without any point owes everything.
  const since =
    Number.isFinite(first) && first > windowStart ? startOf(schedule, first, lateAfterSeconds) : windowStart;
  const ended = new Date(now.getTime() - lateAfterSeconds * 1000);
  const due = firingsBetween(schedule, new Date(since), ended);
  const missed = due.filter((at) => {
    const next = nextDue(schedule, at).getTime();
    return !times.some((time) => time >= at.getTime() && time < next);
  });
  const ageSeconds = (now.getTime() - Math.max(...times)) / 1000;
  const owedSeconds = Math.min(ageSeconds, Math.max(0, now.getTime() - beganAt.getTime()) / 1000);
  return {
    ...(times.length > 0 && { ageSeconds, owedSeconds }),
    oldestSeconds: longestGapSeconds(schedule) + lateAfterSeconds,
    since: new Date(since),
    count: times.filter((time) => time > since).length,
    due,
    missed,
  };
}

/** A second before the first point, so that the firing that took it counts. */
function startOf(schedule: string, firstPoint: number, lateAfterSeconds: number): number {
  const fired = firingsBetween(
    schedule,
    new Date(firstPoint - lateAfterSeconds * 1000),
    new Date(firstPoint),
  ).at(-1);
  return (fired?.getTime() ?? firstPoint) - 1000;
}
