import type { Clock } from "../../plan/clock.ts";
import type { ProjectPlan, ProtectionPlan } from "../../plan/protection-plan.ts";
import type { ManagementApi } from "../../supabase/management-api.ts";
import type { EvidenceRecord } from "../../vault/evidence/evidence-record.ts";
import type { Vault } from "../../vault/vault.ts";
import type { AlertClients } from "../measure/canary-arrival.ts";
import type { Replica } from "../measure/compare-replica.ts";
import type { WatchState } from "../watch/watch-state.ts";

/** What the check is made of. What cannot be had throws when it is asked for, and that line alone says so. */
export interface HealthContext {
  readonly plan: ProtectionPlan;
  readonly vault: Vault;
  readonly clock: Clock;
  /** Supabase's Management API. */
  readonly api: () => Promise<ManagementApi>;
  /** The URL of a project's database. */
  readonly databaseUrl: (project: ProjectPlan) => Promise<string>;
  readonly replica: () => Replica;
  readonly alerts: () => AlertClients;
  /** The URL of the chat; undefined when the plan names none. */
  readonly chatUrl: () => Promise<string | undefined>;
  /** Where relative directories of migrations begin. @default the working directory */
  readonly repository?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What several lines look at, read once. */
export interface HealthFacts {
  readonly now: Date;
  /** When the environment did anything for the first time: nothing is owed for the time before. */
  readonly beganAt: () => Promise<Date>;
  /** Newest first, as far back as any line looks. */
  readonly evidence: () => Promise<readonly EvidenceRecord[]>;
  /** What the watch remembers; undefined without a watch, and when that cannot be read. */
  readonly watched: () => Promise<WatchState | undefined>;
}
