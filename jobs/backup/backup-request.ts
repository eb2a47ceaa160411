import type { ProjectPlan } from "../../plan/protection-plan.ts";
import type { Tier } from "../../plan/tier.ts";
import type { DatabaseAddress } from "../../postgres/database-address.ts";
import type { Vault } from "../../vault/vault.ts";
import type { Progress } from "../progress.ts";

export interface BackupRequest {
  readonly vault: Vault;
  readonly project: ProjectPlan;
  readonly tier: Tier;
  readonly address: DatabaseAddress;
  /** Sessions that dump at once, 1 to 64. */
  readonly workers: number;
  readonly progress: Progress;
  /** `git describe --tags` of the release in production; names checkpoints. */
  readonly gitDescribe?: string | undefined;
  /** How long a lock on a table is waited for, 1 or more. @default 30 */
  readonly lockTimeoutSeconds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}
