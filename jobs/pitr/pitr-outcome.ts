import type { Tier } from "../../plan/tier.ts";
import type { RecoveryWindow } from "../../supabase/calls/list-backups.ts";
import type { Check, Verdict } from "../verdict.ts";
import type { PitrBegun } from "./pitr-begun.ts";

/**
 * How a point-in-time recovery ended.
 *
 * - `recovered` the project is back at the target; with verdict PARTIAL something of that could not be proved
 * - `stuck` accepted, but not back within the deadline; it may still end
 * - `failed` Supabase says so, or the project is back and its data are not those of the target
 * - `refused` Supabase did not accept it; nothing was changed
 * - `unproven` the project serves again, or can no longer be watched, and no row tells what it holds
 */
export type PitrState = "recovered" | "stuck" | "failed" | "refused" | "unproven";

/** Where to go on when the project does not come back by itself. */
export interface PitrFallback {
  /** A sentence for whoever must decide. */
  readonly why: string;
  /** The newest point taken at or before the target: verified when there is one. Absent without a vault or a point. */
  readonly point?: {
    readonly tier: Tier;
    readonly id: string;
    readonly createdAt: Date;
    readonly verified: boolean;
    /** From the point to the incident: what a restore of it loses. */
    readonly lossSeconds: number;
  };
}

export interface PitrOutcome {
  readonly verdict: Verdict;
  readonly state: PitrState;
  readonly ref: string;
  readonly target: Date;
  /** When the recovery was asked for; its duration and its deadline count from here. */
  readonly requestedAt: Date;
  /** When Supabase had accepted it, as far as that is known. */
  readonly startedAt?: Date;
  /** When the project served the target's data again. */
  readonly healthyAt?: Date;
  /** From the request to `healthyAt`, or to the moment when it was given up. */
  readonly durationSeconds: number;
  /** From the target to the incident, or to the request where the incident's time is not known: good work undone. */
  readonly lossSeconds: number;
  /** The newest marker from before the target that came back: up to here the data are proved. */
  readonly provedUpTo?: Date;
  /** As it was when the recovery was asked for. */
  readonly window: RecoveryWindow;
  readonly checks: readonly Check[];
  /** What is wrong or could not be proved, one sentence each; empty on PASS. */
  readonly reasons: readonly string[];
  /** Unless `recovered`. */
  readonly fallback?: PitrFallback;
  /** To be given to the next call when this one is to be followed further. */
  readonly begun: PitrBegun;
  /** Why there is no evidence of this recovery; absent when there is, or without a vault. */
  readonly evidenceProblem?: string;
}
