import type { DatabaseAddress } from "../../postgres/database-address.ts";
import type { PostgresTools } from "../../postgres/find-tools.ts";
import type { PointReference } from "../../vault/layout.ts";
import type { LockMode, Vault } from "../../vault/vault.ts";
import type { Progress } from "../progress.ts";

/** What every step of one backup needs. */
export interface BackupContext {
  readonly vault: Vault;
  readonly point: PointReference;
  /** The tier's; the vault's when absent. */
  readonly lockMode: LockMode | undefined;
  readonly address: DatabaseAddress;
  readonly tools: PostgresTools;
  readonly supabase: boolean;
  readonly workers: number;
  /** Size of the source on disk, indexes included: the bound of what one object may hold. */
  readonly databaseBytes: number;
  /** How long a lock on a table is waited for. */
  readonly lockTimeoutSeconds: number;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}
