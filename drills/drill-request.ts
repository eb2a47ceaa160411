import type { Progress } from "../jobs/progress.ts";
import type { Clock } from "../plan/clock.ts";
import type { ProjectPlan, ProtectionPlan } from "../plan/protection-plan.ts";
import type { DrillKind } from "../plan/schema/drills.ts";
import type { Vault } from "../vault/vault.ts";

export interface DrillRequest {
  readonly plan: ProtectionPlan;
  readonly project: ProjectPlan;
  readonly kind: DrillKind;
  /** Takes the evidence; the points come from it too, but for a failover. */
  readonly vault: Vault;
  /** Id of the point, `latest` or `latest-verified`. @default "latest" */
  readonly point?: string;
  /** Leaves the target for a look; the stack's time to live ends it. @default false */
  readonly keep?: boolean;
  readonly clock: Clock;
  readonly workers: number;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
  readonly say: (text: string) => void;
}
