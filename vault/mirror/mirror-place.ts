import type { Vault } from "../vault.ts";

/** One bucket of a project's Storage, as the vault keeps it. */
export interface MirrorPlace {
  readonly vault: Vault;
  readonly project: string;
  /** The bucket's name at the source, whatever signs it has. */
  readonly bucket: string;
}
