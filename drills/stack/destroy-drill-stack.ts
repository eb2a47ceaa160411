import { setTimeout as sleep } from "node:timers/promises";
import { ConcurrentUpdateError, type Stack } from "@pulumi/pulumi/automation/index.js";
import type { Clock } from "../../plan/clock.ts";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { ProtectionPlan } from "../../plan/protection-plan.ts";
import { redact } from "../../plan/redact.ts";
import type { ManagementApi } from "../../supabase/management-api.ts";
import type { CompleteTarget } from "../drill-target.ts";
import { configureDrill } from "./configure-drill.ts";
import { findWorkspaceStack, forgetWorkspace } from "./drill-workspace.ts";
import { removeRemains } from "./remove-remains.ts";

export interface DestroyRequest {
  readonly plan: ProtectionPlan;
  /** What the drill restored into; of one that somebody else left, all that the plan's drills restore into. */
  readonly targets: readonly CompleteTarget[];
  readonly api: () => Promise<ManagementApi>;
  readonly clock: Clock;
}

/** A killed drill's Pulumi finishes what it was making; a server's database takes seconds, a project minutes. */
const LOCKED_SECONDS = 240;
const POLL_MILLISECONDS = 2_000;

/**
 * Takes away all that a drill made, then its stack. A process that was killed may have left its lock, and what it was
 * just making: both are dealt with. May be called again.
 * @throws HoldfastError DRILL_NOT_DESTROYED, and those of `findWorkspaceStack`
 */
export async function destroyDrillStack(
  name: string,
  { plan, targets, api, clock }: DestroyRequest,
): Promise<void> {
  const stack = await findWorkspaceStack(name, plan.drills);
  try {
    if (stack !== undefined) await destroyResources(stack, plan, targets);
    for (const target of targets) await removeRemains(name, target, { api, clock });
    await stack?.workspace.removeStack(name);
  } catch (cause) {
    throw notDestroyed(name, cause);
  }
  forgetWorkspace(name);
}

async function destroyResources(
  stack: Stack,
  plan: ProtectionPlan,
  targets: readonly CompleteTarget[],
): Promise<void> {
  for (const target of targets) await configureDrill(stack, plan, target);
  const deadline = performance.now() + LOCKED_SECONDS * 1000;
  for (;;) {
    try {
      await stack.destroy();
      return;
    } catch (error) {
      if (!(error instanceof ConcurrentUpdateError)) throw error;
    }
    // Only the one drill that the name belongs to ever works on it: in the end the lock is a dead one's.
    if (performance.now() > deadline) await stack.cancel();
    else await sleep(POLL_MILLISECONDS);
  }
}

function notDestroyed(name: string, cause: unknown): HoldfastError {
  const said = cause instanceof Error ? cause.message : String(cause);
  const error = said.split("\n").find((line) => /error/i.test(line)) ?? said.split("\n")[0] ?? "";
  return new HoldfastError({
    code: "DRILL_NOT_DESTROYED",
    message: `What drill ${name} made could not be destroyed: ${redact(error.trim())}`,
    hint: `The next drill tries again. By hand: npm run drill -- --destroy ${name}, with the same plan.`,
    cause,
  });
}
