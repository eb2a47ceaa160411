import { nextDue } from "../../plan/schedule.ts";

/** That a scheduled job did not end well though it was due. */
export interface Lateness {
  /** The first time at which it was due and is missed. */
  readonly due: Date;
  /** When it ended last; absent when it never did. */
  readonly last?: Date;
}

/** The clock of the machine that ran it may be so much behind: what ran then was the one that was due. */
const CLOCK_SECONDS = 300;

/**
 * Whether a scheduled job is late.
 * @param last when it ended last; undefined when it never did
 * @param options.lateAfterSeconds the plan's
 * @param options.since when the plan got it: nothing is owed for the time before
 * @throws HoldfastError SCHEDULE_INVALID (exit 2)
 */
export function lateness(
  schedule: string,
  last: Date | undefined,
  {
    since,
    now,
    lateAfterSeconds,
  }: { readonly since: Date; readonly now: Date; readonly lateAfterSeconds: number },
): Lateness | undefined {
  const ran = last === undefined ? 0 : last.getTime() + CLOCK_SECONDS * 1000;
  const due = nextDue(schedule, new Date(Math.max(ran, since.getTime())));
  if (now.getTime() <= due.getTime() + lateAfterSeconds * 1000) return undefined;
  return { due, ...(last && { last }) };
}
