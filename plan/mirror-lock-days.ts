import { longestGapSeconds } from "./schedule.ts";

const DAY_SECONDS = 86_400;

/**
 * How long a mirrored object is locked, in days: a copy that a full run still counts on must still be locked when the
 * next one looks.
 * @param retainDays of the bucket; nothing is locked when absent
 * @param reconcile when full runs are due; without it the days of the bucket alone
 */
export function mirrorLockDays(retainDays: number | undefined, reconcile?: string): number {
  if (retainDays === undefined) return 0;
  return retainDays + (reconcile === undefined ? 0 : Math.ceil(longestGapSeconds(reconcile) / DAY_SECONDS));
}
