import type { Tier } from "../../plan/tier.ts";
import { newestPoint } from "../measure/newest-point.ts";
import { lateness } from "./lateness.ts";
import type { WatchAlert } from "./watch-alert.ts";
import type { WatchContext } from "./watch-context.ts";

/**
 * How old the newest point of a tier is; published, and critical when its schedule does not allow it.
 * @param rule.since when the plan got this tier: nothing is owed for the time before
 */
export async function lookAtPoints(
  { vault, clock, plan, publish }: WatchContext,
  project: string,
  { tier, schedule, since }: { readonly tier: Tier; readonly schedule: string; readonly since: Date },
): Promise<WatchAlert[]> {
  const newest = await newestPoint(vault, project, tier);
  const now = clock();
  // Without a point, what was owed grows from when the plan got the tier: the alarm on it must not ring before that.
  const { createdAt } = newest ?? { createdAt: since };
  // The clock of the machine that took it may be ahead of this one.
  const RecoveryPointAgeSeconds = Math.max(0, (now.getTime() - createdAt.getTime()) / 1000);
  publish({ environment: plan.environment, project, tier }, { RecoveryPointAgeSeconds });
  const late = lateness(schedule, newest?.createdAt, { since, now, ...plan.alerts.thresholds });
  if (late === undefined) return [];
  const says =
    newest === undefined
      ? `There is no ${tier} point of ${project}, due first at ${late.due.toISOString()}`
      : `The newest ${tier} point of ${project} is ${newest.id}; that of ${late.due.toISOString()} is missing`;
  return [{ id: `${project}/${tier}/newest/too-old`, severity: "critical", says }];
}
