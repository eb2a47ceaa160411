import { HoldfastError } from "./holdfast-error.ts";
import { longestGapSeconds } from "./schedule.ts";

/** How long recovery points of a tier are kept: so many days, or so many of the newest verified ones. */
export type Retain = { readonly days: number } | { readonly count: number };

/** The part of a tier that decides how long its points live. */
export interface RetentionRule {
  readonly schedule?: string | undefined;
  readonly retain: Retain;
}

/**
 * The days for which a point of this tier must exist, and so the days of its lock. A count is turned into days
 * through the longest gap of the schedule: with 4 weekly points each lives 28 days at most.
 * @returns whole days, rounded up
 * @throws HoldfastError RETENTION_UNKNOWN (exit 2) for a count without a schedule
 */
export function retentionDays(rule: RetentionRule): number {
  if ("days" in rule.retain) return rule.retain.days;
  if (rule.schedule === undefined) {
    throw new HoldfastError({
      code: "RETENTION_UNKNOWN",
      message: `A retention of ${rule.retain.count} points without a schedule has no length in days`,
      hint: "Declare `retain: {days: …}` for tiers that are taken on demand.",
      exitCode: 2,
    });
  }
  return Math.ceil((rule.retain.count * longestGapSeconds(rule.schedule)) / 86_400);
}
