import { retentionDays } from "./retention-days.ts";
import { DEFAULT_DRILL_SCHEDULES, DRILL_KINDS, type DrillKind, type Drills } from "./schema/drills.ts";
import type { EnvironmentPlan } from "./schema/environment-plan.ts";
import type { Project } from "./schema/project.ts";
import type { StorageBucket } from "./schema/storage.ts";
import type { TierRule } from "./schema/tiers.ts";
import { TIERS, type Tier } from "./tier.ts";

/** The longest default: what a plan says nothing about is not kept for longer. */
const DEFAULT_DAYS = 30;

/** What decides how long something of a project is kept. */
interface Kept {
  readonly tiers: Readonly<Partial<Record<Tier, Partial<TierRule>>>>;
  readonly storage: readonly StorageBucket[];
}

/** Days for which the longest-lived point or stored object of a project is kept; 0 when nothing says so. */
export function longestRetentionDays(project: Kept): number {
  const tiers = TIERS.flatMap((tier) => {
    const rule = project.tiers[tier];
    return rule?.retain ? [retentionDays({ ...rule, retain: rule.retain })] : [];
  });
  return Math.max(0, ...tiers, ...project.storage.map((bucket) => bucket.retain.days));
}

/**
 * Completes a plan with the defaults that depend on more than one field: the days of the lock, the replica
 * bucket, the tiers on demand, the drills that the declared protection makes possible.
 */
export function resolvePlan(plan: EnvironmentPlan) {
  const projects = plan.projects.map((project) => resolveProject(project, plan));
  const longest = Math.max(...projects.map((project) => longestRetentionDays(project)));
  const { lock, replicaBucket, ...vault } = plan.vault;
  const replica = vault.replicaRegion ? { replicaBucket: replicaBucket ?? `${vault.bucket}-replica` } : {};
  const days = lock.days ?? (lock.mode === "none" ? 0 : longest);
  return { ...plan, vault: { ...vault, ...replica, lock: { ...lock, days } }, projects };
}

function resolveProject(project: Project, plan: EnvironmentPlan) {
  return { ...project, tiers: resolveTiers(project), drills: resolveDrills(project, plan) };
}

/** Checkpoints and emergency points can be taken in every project, so each has a rule. */
function resolveTiers(project: Project): Partial<Record<Tier, TierRule>> {
  const declared = longestRetentionDays(project);
  const days = declared === 0 ? DEFAULT_DAYS : Math.min(declared, DEFAULT_DAYS);
  const { nightly, weekly, monthly, checkpoint, emergency } = project.tiers;
  return {
    ...(nightly && { nightly }),
    ...(weekly && { weekly }),
    ...(monthly && { monthly }),
    checkpoint: { scope: { kind: "full" }, ...checkpoint, retain: checkpoint?.retain ?? { days } },
    emergency: { scope: { kind: "full" }, ...emergency, retain: emergency?.retain ?? { days } },
  };
}

function resolveDrills(project: Project, plan: EnvironmentPlan): Drills {
  const possible: Record<DrillKind, boolean> = {
    "staging-restore": true,
    "pitr-simulation": project.pitr !== undefined,
    "full-dr": true,
    "region-failover": plan.vault.replicaRegion !== undefined,
  };
  return Object.fromEntries(
    DRILL_KINDS.flatMap((kind) => {
      const drill =
        project.drills[kind] ?? (possible[kind] ? { schedule: DEFAULT_DRILL_SCHEDULES[kind] } : undefined);
      return drill ? [[kind, drill]] : [];
    }),
  );
}
