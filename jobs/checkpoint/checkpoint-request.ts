import type { ProjectPlan } from "../../plan/protection-plan.ts";
import type { DatabaseAddress } from "../../postgres/database-address.ts";
import type { ManagementApi } from "../../supabase/management-api.ts";
import type { Vault } from "../../vault/vault.ts";
import type { Progress } from "../progress.ts";
import type { SignOff } from "./checkpoint-result.ts";
import type { ProveCheckpoint } from "./prove-in-database.ts";

export interface CheckpointRequest {
  readonly vault: Vault;
  readonly project: ProjectPlan;
  readonly address: DatabaseAddress;
  /** How far point-in-time recovery may be behind: the plan's threshold. */
  readonly lagLimitSeconds: number;
  /** How late a scheduled backup may end: the plan's. */
  readonly lateAfterSeconds: number;
  /** Sessions that dump at once, 1 to 64. */
  readonly workers: number;
  readonly progress: Progress;
  /** `git describe --tags` of what is deployed; becomes part of the id. */
  readonly gitDescribe?: string | undefined;
  /** Supabase's Management API; asked for only when the project has a ref. */
  readonly api?: (() => Promise<ManagementApi>) | undefined;
  /** Restores and proves the point; absent where neither the plan nor the caller asks for it. */
  readonly prove?: ProveCheckpoint | undefined;
  /** Whether the deployment applies migrations that production lacks. @default false */
  readonly migrates?: boolean | undefined;
  /** Checks everything, takes no point, leaves no evidence. @default false */
  readonly dryRun?: boolean | undefined;
  readonly signOff: Omit<SignOff, "at">;
  /** How long a restore point at Supabase is waited for. @default 300 */
  readonly restorePointSeconds?: number | undefined;
  /** Called with what is done next, in words. */
  readonly say?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}
