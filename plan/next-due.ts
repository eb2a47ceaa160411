import type { ProtectionPlan } from "./protection-plan.ts";
import { nextDue, previousDue } from "./schedule.ts";
import { DRILL_KINDS } from "./schema/drills.ts";
import { SCHEDULED_TIERS } from "./tier.ts";

export type DueKind = "point" | "storage-mirror" | "drill" | "alert-test";

/** One thing that a schedule of the plan starts. */
export interface DueItem {
  readonly kind: DueKind;
  /** Absent for what concerns the whole environment. */
  readonly project?: string;
  /** The tier, bucket or drill. */
  readonly name: string;
  /** Cron, UTC. */
  readonly schedule: string;
  /** The last time the schedule fired before now; whether it ran is known to the evidence. */
  readonly previousAt: Date;
  readonly dueAt: Date;
}

/** Everything the plan starts by schedule with its next time, soonest first. */
export function nextDueItems(plan: ProtectionPlan, now: Date): DueItem[] {
  const item = (kind: DueKind, name: string, schedule: string, project?: string): DueItem => ({
    kind,
    ...(project !== undefined && { project }),
    name,
    schedule,
    previousAt: previousDue(schedule, now),
    dueAt: nextDue(schedule, now),
  });
  const items = plan.projects.flatMap((project) => [
    ...SCHEDULED_TIERS.flatMap((tier) => {
      const schedule = project.tiers[tier]?.schedule;
      return schedule === undefined ? [] : [item("point", tier, schedule, project.name)];
    }),
    ...project.storage.map(({ bucket, schedule }) => item("storage-mirror", bucket, schedule, project.name)),
    ...DRILL_KINDS.flatMap((kind) => {
      const drill = project.drills[kind];
      return drill && "schedule" in drill ? [item("drill", kind, drill.schedule, project.name)] : [];
    }),
  ]);
  items.push(item("alert-test", "canary", plan.alerts.canary.schedule));
  return items.toSorted((a, b) => a.dueAt.getTime() - b.dueAt.getTime());
}
