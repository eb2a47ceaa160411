import type { ResourceState } from "../state/resource-state.ts";
import { applyStep } from "./apply-step.ts";
import { deleteOrder } from "./delete-order.ts";
import type { RunContext } from "./run-context.ts";
import type { Step } from "./step.ts";
import { RunStopped } from "./step-runner.ts";

/**
 * Deletes resources, nothing before what depends on it.
 * @throws RunStopped when one of them cannot be deleted; what is under way is finished
 */
export async function deleteLeftovers(
  context: RunContext,
  leftovers: readonly ResourceState[],
): Promise<void> {
  const condemned = new Set(leftovers.map(({ urn }) => urn));
  for (const group of deleteOrder(leftovers)) {
    const results = await Promise.allSettled(
      group.map((state) => applyStep(context, deleteStep(state), condemned)),
    );
    if (results.some(({ status }) => status === "rejected")) throw new RunStopped();
  }
}

function deleteStep(old: ResourceState): Step {
  if (old.delete) return { operation: "delete-replaced", old };
  return { operation: old.pendingReplacement ? "remove-pending-replace" : "delete", old };
}
