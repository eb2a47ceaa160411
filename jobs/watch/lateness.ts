import { LATE_AFTER_SECONDS } from "../../plan/late-after.ts";
import { longestGapSeconds, nextDue } from "../../plan/schedule.ts";

/** That a scheduled job never ended though it was due, or longer ago than its schedule allows. */
export type Lateness =
  | { readonly firstDue: Date }
  | { readonly last: Date; readonly ageSeconds: number; readonly allowedSeconds: number };

/**
 * Whether a scheduled job is late.
 * @param last when it ended last; undefined when it never did
 * @param options.since when the plan got it: nothing is owed for the time before
 * @throws HoldfastError SCHEDULE_INVALID (exit 2)
 */
export function lateness(
  schedule: string,
  last: Date | undefined,
  { since, now }: { readonly since: Date; readonly now: Date },
): Lateness | undefined {
  if (last === undefined) {
    const firstDue = nextDue(schedule, since);
    return now.getTime() > firstDue.getTime() + LATE_AFTER_SECONDS * 1000 ? { firstDue } : undefined;
  }
  const allowedSeconds = longestGapSeconds(schedule) + LATE_AFTER_SECONDS;
  const ageSeconds = (now.getTime() - last.getTime()) / 1000;
  const owedSeconds = Math.min(ageSeconds, (now.getTime() - since.getTime()) / 1000);
  return owedSeconds > allowedSeconds ? { last, ageSeconds, allowedSeconds } : undefined;
}
