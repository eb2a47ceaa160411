import type { DatabaseAddress } from "../../postgres/database-address.ts";
import type { MirrorShard } from "../../vault/mirror/mirror-shard.ts";
import type { Vault } from "../../vault/vault.ts";
import type { Progress } from "../progress.ts";
import type { StorageSource } from "./storage-source.ts";

export interface StorageSyncRequest {
  readonly vault: Vault;
  /** The project's name in the plan. */
  readonly project: string;
  readonly bucket: string;
  /** Only these names of the bucket; syncs of others may run at the same time. @default all */
  readonly shard?: MirrorShard | undefined;
  readonly address: DatabaseAddress;
  /** The caller closes it. */
  readonly source: StorageSource;
  /** Objects copied at once, 1 to 256. @default 64 */
  readonly workers?: number | undefined;
  /** Compare everything, also with the listing. @default only when it is due or there is a doubt */
  readonly full?: boolean | undefined;
  /** When everything is compared, five fields, UTC. @default never by the clock */
  readonly reconcile?: string | undefined;
  /** How long replaced and deleted objects are kept, in days, 1 or more. @default for ever, and without lock */
  readonly retainDays?: number | undefined;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}
