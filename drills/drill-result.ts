import type { Check, Verdict } from "../jobs/verdict.ts";
import type { DrillKind } from "../plan/schema/drills.ts";
import type { CompleteTarget } from "./drill-target.ts";
import type { LeftOvers } from "./stack/destroy-left-overs.ts";

/** What a drill has shown; the evidence of it holds the same. */
export interface DrillResult {
  readonly verdict: Verdict;
  readonly drill: DrillKind;
  readonly point: string;
  readonly tier: string;
  /** The newest point: by the plan's schedule no other counts. */
  readonly isNewest: boolean;
  /** Whether the point had been restored and proved before. */
  readonly isVerifiedBefore: boolean;
  /** Name of its stack; absent when the point could not be read, and none was made. */
  readonly stack?: string;
  readonly target: CompleteTarget["kind"];
  readonly startedAt: string;
  readonly completedAt: string;
  /** From the beginning to the end of the proof; absent when the recovery did not come to its end. */
  readonly rtoSeconds?: number;
  readonly rtoObjectiveSeconds: number;
  /** From the point's snapshot to the beginning; absent of a point that was chosen. */
  readonly rpoSeconds?: number;
  readonly rpoObjectiveSeconds: number;
  readonly restoreSeconds: number;
  readonly proofSeconds: number;
  /** Stack made and destroyed, and all else. */
  readonly otherSeconds: number;
  /** Of the source; absent when the point could not be read. */
  readonly bytes?: number;
  /** How RTO and RPO were judged, each by the bound that applies to it. */
  readonly objectives: readonly Check[];
  readonly checks: number;
  /** Checks that did not pass. */
  readonly reasons: readonly Check[];
  readonly notChecked: readonly string[];
  /** Stacks of killed drills that this one met. */
  readonly leftOvers: LeftOvers;
  /** How to reach what was kept; the password is not in it. */
  readonly kept?: string;
  readonly evidenceProblem?: string;
}
