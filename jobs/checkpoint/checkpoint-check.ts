import type { Check } from "../verdict.ts";

/** What of a checkpoint a check is about: each is one or more boxes of the release's sheet. */
export type CheckpointPart =
  | "state"
  | "recovery-window"
  | "scheduled-backups"
  | "point"
  | "restore-point"
  | "integrity"
  | "data"
  | "proof";

export interface CheckpointCheck extends Check {
  readonly part: CheckpointPart;
}
