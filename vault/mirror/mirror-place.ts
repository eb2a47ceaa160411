import type { Vault } from "../vault.ts";
import type { MirrorShard } from "./mirror-shard.ts";

/** One bucket of a project's Storage, as the vault keeps it. */
export interface MirrorPlace {
  readonly vault: Vault;
  readonly project: string;
  /** The bucket's name at the source, whatever signs it has. */
  readonly bucket: string;
  /** How long what is written is locked, in days; without effect in a vault with lock mode `none`. @default 0, no lock */
  readonly lockDays?: number | undefined;
  /** Only these names of the bucket, and of its index. @default all */
  readonly shard?: MirrorShard | undefined;
}
