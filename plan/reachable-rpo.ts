import { longestGapSeconds } from "./schedule.ts";
import type { TierRule } from "./schema/tiers.ts";
import { SCHEDULED_TIERS, type ScheduledTier, type Tier } from "./tier.ts";

/** Supabase ships the log of changes every two minutes at the latest while there are changes.
 * @see https://supabase.com/docs/guides/platform/backups#point-in-time-recovery */
export const PITR_RPO_SECONDS = 120;

export interface ReachableRpo {
  readonly seconds: number;
  readonly by: "pitr" | ScheduledTier;
  /** Continues a sentence whose subject is the duration. */
  readonly why: string;
}

interface Protected {
  readonly pitr?: object | undefined;
  readonly tiers: Readonly<Partial<Record<Tier, Partial<TierRule>>>>;
}

/** The tightest RPO that the declared protection can keep; nothing when no full point is ever taken. */
export function reachableRpo(project: Protected): ReachableRpo | undefined {
  if (project.pitr) {
    return {
      seconds: PITR_RPO_SECONDS,
      by: "pitr",
      why: "is how often Supabase ships changes for point-in-time recovery",
    };
  }
  return reachableRpoFromVault(project);
}

/** The same without Supabase's own recovery: what is lost when the project itself is gone. */
export function reachableRpoFromVault({ tiers }: Pick<Protected, "tiers">): ReachableRpo | undefined {
  const candidates = SCHEDULED_TIERS.flatMap((tier) => {
    const rule = tiers[tier];
    if (rule?.schedule === undefined || rule.scope?.kind !== "full") return [];
    const seconds = longestGapSeconds(rule.schedule);
    return [{ seconds, by: tier, why: `passes between two ${tier} points at most` }];
  });
  return candidates.toSorted((a, b) => a.seconds - b.seconds)[0];
}
