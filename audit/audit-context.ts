import type { Progress } from "../jobs/progress.ts";
import type { Clock } from "../plan/clock.ts";
import type { ProtectionPlan } from "../plan/protection-plan.ts";
import type { ManagementApi } from "../supabase/management-api.ts";
import type { Vault } from "../vault/vault.ts";
import type { AuditAws } from "./audit-aws.ts";
import type { EvidenceIndex } from "./evidence-index.ts";

/** What every source of an audit asks with; none of it can read data. */
export interface AuditContext {
  readonly plan: ProtectionPlan;
  /** How the caller named the plan, for commands in fixes: `--stack prod` or `--plan my.yaml`. */
  readonly planOptions: string;
  /** The stack's name in fixes; the environment's when the plan came from a file. */
  readonly stack: string;
  /** Opened to read; its clients reach the vault's own bucket and region. */
  readonly vault: Vault;
  /** Clients of AWS, made when first asked for. */
  readonly aws: AuditAws;
  /** Opens Supabase's Management API, once. @throws HoldfastError SECRET_…, SUPABASE_TOKEN_INVALID */
  api(): Promise<ManagementApi>;
  /** Reads what happened, once for all sources. @throws HoldfastError STORE_…, BUCKET_UNKNOWN */
  evidence(): Promise<EvidenceIndex>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}
