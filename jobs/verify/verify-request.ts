import type { ProjectPlan } from "../../plan/protection-plan.ts";
import type { DatabaseAddress } from "../../postgres/database-address.ts";
import type { Manifest } from "../../vault/manifest.ts";
import type { Vault } from "../../vault/vault.ts";
import type { Progress } from "../progress.ts";
import type { TargetStorage } from "../storage/check-references.ts";

export interface VerifyRequest {
  readonly vault: Vault;
  readonly manifest: Manifest;
  /** The restored database. */
  readonly target: DatabaseAddress;
  /** Whose checks of the plan are run as well; without it only the point itself is proved. */
  readonly project?: ProjectPlan | undefined;
  readonly workers: number;
  readonly progress: Progress;
  /**
   * The database was brought to the point's moment by its write-ahead log (point-in-time recovery) instead of from the
   * point: its sequences may be a few values ahead. @default false
   */
  readonly recoveredFromWal?: boolean | undefined;
  /** Where the stored objects that the database refers to are; without it they are not looked at. */
  readonly storage?: TargetStorage | undefined;
  /** Tag the point as verified on PASS, but never in a replica: retention counts verified points only. @default true */
  readonly tag?: boolean;
  readonly signal?: AbortSignal | undefined;
}
