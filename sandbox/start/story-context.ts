import type { Progress } from "../../jobs/progress.ts";
import type { Clock } from "../../plan/clock.ts";
import type { ProtectionPlan } from "../../plan/protection-plan.ts";
import type { Sandbox } from "../sandbox.ts";

/** What every part of the story works with. */
export interface StoryContext {
  readonly sandbox: Sandbox;
  readonly plan: ProtectionPlan;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  say(text: string): void;
}
