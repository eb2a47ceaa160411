import { ASSUMED } from "./forecast-assumptions.ts";
import type { ProjectPlan } from "./protection-plan.ts";
import { retentionDays } from "./retention-days.ts";
import { firingsPerMonth } from "./schedule.ts";
import type { TierScope } from "./schema/tiers.ts";
import { type StorageVolumes, storageVolumes } from "./storage-volumes.ts";
import { TIERS, type Tier } from "./tier.ts";

const DAYS_PER_MONTH = 30.4375;

/** What one tier of a project moves and keeps. */
export interface TierVolume {
  readonly tier: Tier;
  readonly pointsPerMonth: number;
  /** Points that exist at once when the rule has run for long enough. */
  readonly pointsKept: number;
  /** Bytes of one point that leave the database. */
  readonly wireBytes: number;
  /** Bytes of one point in the vault. */
  readonly storedBytes: number;
}

/** What a project moves in a month and keeps in the vault, without the replica. */
export interface ProjectVolumes {
  readonly project: string;
  readonly tiers: readonly TierVolume[];
  readonly pointsPerMonth: number;
  /** Leaves the database through dumps in a month. */
  readonly dumpBytes: number;
  /** Of its mirrored buckets. */
  readonly storage: StorageVolumes;
  /** Is read from restored databases in a month of drills, to prove them. */
  readonly provedBytes: number;
  /** Is restored from the vault in a month of drills; a PITR simulation restores from Supabase's own backups. */
  readonly restoredBytes: number;
  /** Is added to the vault in a month. */
  readonly addedBytes: number;
  /** Lies in the vault when every rule has run for long enough. */
  readonly keptBytes: number;
}

export function projectVolumes(project: ProjectPlan): ProjectVolumes {
  const databaseBytes = project.sizing.databaseBytes ?? ASSUMED.databaseBytes;
  const tiers = TIERS.flatMap((tier) => tierVolume(project, tier, databaseBytes));
  const storage = storageVolumes(project);
  const pointsPerMonth = tiers.map((tier) => tier.pointsPerMonth).reduce(sum, 0);
  const drills = Object.entries(project.drills).map(([kind, drill]) => ({
    kind,
    perMonth: "schedule" in drill ? drilledPerMonth(drill, pointsPerMonth) : 0,
  }));
  const restores = drills.filter(({ kind }) => kind !== "pitr-simulation");
  return {
    project: project.name,
    tiers,
    pointsPerMonth,
    dumpBytes: tiers.map((tier) => tier.pointsPerMonth * tier.wireBytes).reduce(sum, 0),
    storage,
    provedBytes: drills.map(({ perMonth }) => perMonth).reduce(sum, 0) * databaseBytes * ASSUMED.wireShare,
    restoredBytes:
      restores.map(({ perMonth }) => perMonth).reduce(sum, 0) * databaseBytes * ASSUMED.wireShare,
    addedBytes:
      tiers.map((tier) => tier.pointsPerMonth * tier.storedBytes).reduce(sum, 0) + storage.changedBytes,
    keptBytes:
      tiers.map(({ pointsKept, storedBytes }) => pointsKept * storedBytes).reduce(sum, 0) + storage.keptBytes,
  };
}

/** Each point is proved once, however often there is room for it. */
function drilledPerMonth(
  { schedule, alsoProve = 0 }: { readonly schedule: string; readonly alsoProve?: number | undefined },
  pointsPerMonth: number,
): number {
  const times = firingsPerMonth(schedule);
  return times + Math.min(times * alsoProve, Math.max(0, pointsPerMonth - times));
}

function tierVolume(project: ProjectPlan, tier: Tier, databaseBytes: number): TierVolume[] {
  const rule = project.tiers[tier];
  if (!rule || tier === "emergency") return [];
  const pointsPerMonth = rule.schedule ? firingsPerMonth(rule.schedule) : ASSUMED.checkpointsPerMonth;
  const kept =
    "count" in rule.retain ? rule.retain.count : (pointsPerMonth * retentionDays(rule)) / DAYS_PER_MONTH;
  return [
    {
      tier,
      pointsPerMonth,
      // The newest verified point stays in any case.
      pointsKept: Math.max(1, Math.round(kept)),
      wireBytes: scopeBytes(rule.scope, databaseBytes * ASSUMED.wireShare),
      storedBytes: scopeBytes(rule.scope, databaseBytes * ASSUMED.storedShare),
    },
  ];
}

const scopeBytes = (scope: TierScope, full: number) =>
  scope.kind === "schema" ? ASSUMED.schemaBytes : full + ASSUMED.schemaBytes;

const sum = (a: number, b: number) => a + b;
