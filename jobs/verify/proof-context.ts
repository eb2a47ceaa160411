import type { Catalog } from "../../postgres/catalog.ts";
import type { DatabaseAddress } from "../../postgres/database-address.ts";
import type { Snapshot } from "../../postgres/snapshot.ts";
import type { Manifest } from "../../vault/manifest.ts";
import type { Vault } from "../../vault/vault.ts";
import type { TargetRoles } from "../plan-target-roles.ts";
import type { Progress } from "../progress.ts";
import type { TargetStorage } from "../storage/check-references.ts";

/** What every part of one proof needs: the point, and one still moment of the restored database. */
export interface ProofContext {
  readonly vault: Vault;
  readonly manifest: Manifest;
  readonly target: DatabaseAddress;
  readonly snapshot: Snapshot;
  readonly snapshotId: string;
  /** Of the restored database, read in the snapshot. */
  readonly catalog: Catalog;
  /** What the target could have of the point's roles, and what kind of server it is. */
  readonly roles: TargetRoles;
  /** The database was recovered from its write-ahead log, not restored from the point. */
  readonly recoveredFromWal?: boolean | undefined;
  /** Where the stored objects are, if they are part of the proof. */
  readonly storage?: TargetStorage | undefined;
  readonly workers: number;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}
