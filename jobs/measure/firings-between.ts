import { nextDue } from "../../plan/schedule.ts";

/**
 * The times at which a schedule fired, oldest first.
 * @param cron five fields, UTC
 * @param after not itself
 * @param until itself too
 * @throws HoldfastError SCHEDULE_INVALID (exit 2)
 */
export function firingsBetween(cron: string, after: Date, until: Date): Date[] {
  const firings: Date[] = [];
  for (let at = nextDue(cron, after); at <= until; at = nextDue(cron, at)) firings.push(at);
  return firings;
}
