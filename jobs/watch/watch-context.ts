import type { Clock } from "../../plan/clock.ts";
import type { MetricName, MetricPlace } from "../../plan/metric.ts";
import type { ProtectionPlan } from "../../plan/protection-plan.ts";
import type { ManagementApi } from "../../supabase/management-api.ts";
import type { Vault } from "../../vault/vault.ts";

/** Values of one place, by the names of metrics. */
export type PublishedValues = Partial<Readonly<Record<MetricName, number>>>;

/** What one pass of the watch works with. */
export interface WatchContext {
  readonly plan: ProtectionPlan;
  readonly vault: Vault;
  readonly clock: Clock;
  /** Supabase's Management API; asked for only when a project has point-in-time recovery. */
  readonly api: () => Promise<ManagementApi>;
  /** The URL of the chat; undefined when the plan names none. */
  readonly chatUrl: () => Promise<string | undefined>;
  readonly publish: (place: MetricPlace, values: PublishedValues) => void;
  readonly signal?: AbortSignal | undefined;
}
