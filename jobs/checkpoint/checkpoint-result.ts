import type { Verdict } from "../verdict.ts";
import type { CheckpointCheck } from "./checkpoint-check.ts";
import type { RecoveryEstimate } from "./estimate-recovery.ts";
import type { RecoveryWindowFacts } from "./look-at-window.ts";
import type { NamedRestorePoint } from "./name-restore-point.ts";
import type { CheckpointProof } from "./prove-in-database.ts";

/** Rows of a table of the plan, in production and in the point. */
export interface TableCount {
  readonly table: string;
  readonly critical: boolean;
  /** Absent when they could not be counted. */
  readonly rows?: number;
  readonly problem?: string;
  /** Absent when the point does not hold them. */
  readonly rowsInPoint?: number;
}

/** The recovery point of a checkpoint. */
export interface CheckpointPoint {
  readonly id: string;
  /** Time of its snapshot. */
  readonly createdAt: string;
  readonly completedAt: string;
  readonly retainUntil: string;
  readonly tables: number;
  readonly rows: number;
  readonly chunks: number;
  readonly storedBytes: number;
  readonly plainBytes: number;
  readonly durationSeconds: number;
  /** What the backup found that did not stop it. */
  readonly warnings: readonly string[];
}

/** What there is to come back to besides this checkpoint. */
export interface RecoverySheet {
  /** The newest point that is no checkpoint. */
  readonly lastBackup?: { readonly id: string; readonly at: string; readonly ageSeconds: number };
  readonly previousCheckpoint?: string;
  /** Earlier checkpoints of the same release, newest first. */
  readonly sameRelease: readonly string[];
  /** Any second of it, or, without point-in-time recovery, the moments of so many points. */
  readonly recoveryWindow?: { readonly hours: number; readonly points?: number };
  /** Absent when no drill was measured yet. */
  readonly estimate?: RecoveryEstimate;
}

export interface SignOff {
  /** Who took the checkpoint. */
  readonly completedBy: string;
  readonly at: string;
  /** Null: left open to be signed. */
  readonly technicalReview: string | null;
  readonly verificationConfirmed: string | null;
}

export interface CheckpointResult extends RecoverySheet {
  /** FAIL blocks the deployment. */
  readonly verdict: Verdict;
  readonly environment: string;
  readonly project: string;
  /** Id of the point; absent when none was taken. */
  readonly checkpoint?: string;
  readonly gitDescribe?: string;
  readonly dryRun: boolean;
  /** When the counts were read, by the database's clock; absent when it could not be read. */
  readonly countedAt?: string;
  readonly counts: readonly TableCount[];
  /** Null where there is none; `windowWhy` says why. */
  readonly window: RecoveryWindowFacts | null;
  readonly windowWhy?: string;
  readonly point?: CheckpointPoint;
  readonly restorePoint?: NamedRestorePoint;
  readonly proof?: CheckpointProof;
  readonly checks: readonly CheckpointCheck[];
  /** Those that are not PASS. */
  readonly reasons: readonly CheckpointCheck[];
  readonly notChecked: readonly string[];
  readonly signOff: SignOff;
  readonly durationSeconds: number;
  /** Why there is no evidence of this checkpoint; absent when there is, and in a dry run. */
  readonly evidenceProblem?: string;
}
