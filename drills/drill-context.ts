import type { Progress } from "../jobs/progress.ts";
import type { Check } from "../jobs/verdict.ts";
import type { Clock } from "../plan/clock.ts";
import type { ProjectPlan, ProtectionPlan } from "../plan/protection-plan.ts";
import type { ManagementApi } from "../supabase/management-api.ts";
import type { Manifest } from "../vault/manifest.ts";
import type { Vault } from "../vault/vault.ts";
import type { DrillStack } from "./stack/drill-stack.ts";

/** What the time of a drill goes into: what a recovery would take as well, and what is the drill's own. */
export type DrillPhase = "restore" | "proof" | "other";

/** What a rehearsal works with, once its stack stands. */
export interface DrillContext {
  readonly plan: ProtectionPlan;
  readonly project: ProjectPlan;
  readonly vault: Vault;
  /** Of the point that is rehearsed with. */
  readonly manifest: Manifest;
  readonly stack: DrillStack;
  /** The Management API of Supabase, for the project of the plan and that of the drill. @throws HoldfastError without a token */
  readonly api: () => Promise<ManagementApi>;
  readonly clock: Clock;
  readonly workers: number;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
  readonly say: (text: string) => void;
  /** Does work whose seconds are counted under a name; may be called several times. */
  phase<Result>(name: DrillPhase, work: () => Promise<Result>): Promise<Result>;
}

export interface DrillFindings {
  readonly checks: readonly Check[];
  /** What no check looked at. */
  readonly notChecked: readonly string[];
  /** The recovery did not come to its end, so that how long it takes was not measured. @default false */
  readonly isIncomplete?: boolean;
  /** More for the evidence, as it is. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** One kind of drill: what is done in the stack, and found. */
export type DrillScript = (context: DrillContext) => Promise<DrillFindings>;
