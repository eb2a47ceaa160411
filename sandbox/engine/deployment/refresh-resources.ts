import { diagnosticEvent, type EngineEvent } from "../events/engine-events.ts";
import type { DiffAnswer } from "../plugins/resource-plugin.ts";
import { equalValues } from "../protocol/property-value.ts";
import type { ResourceState } from "../state/resource-state.ts";
import { hideSecrets } from "./apply-step.ts";
import { compareInputs } from "./compare-inputs.ts";
import { callOf, pluginOf, type RunContext } from "./run-context.ts";
import type { StepOutcome } from "./step-runner.ts";
import { isProviderType } from "./urn.ts";

/**
 * Reads every resource from its provider, and takes into the state what differs.
 * @throws RunStopped when one cannot be read
 */
export async function refreshResources(
  context: RunContext,
  emit: (event: EngineEvent) => void,
): Promise<void> {
  const results = await Promise.allSettled(
    context.previous.map((state) => {
      const step = { operation: "refresh", old: state, new: state } as const;
      return context.runner.run(step, undefined, () => refresh(context, state, emit));
    }),
  );
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
  context.keeper.dropDanglingReferences(context.previous);
}

async function refresh(
  context: RunContext,
  state: ResourceState,
  emit: (event: EngineEvent) => void,
): Promise<StepOutcome> {
  if (!state.custom || isProviderType(state.type) || state.pendingReplacement) return { turnedOut: "same" };
  const plugin = await pluginOf(context, state);
  const { id = "", inputs, outputs } = state;
  const found = await plugin.read(callOf(state), { id, inputs, outputs });
  if (!found) {
    context.keeper.replace(state, undefined);
    return { turnedOut: "delete" };
  }
  const after: ResourceState = { ...state, id: found.id, inputs: found.inputs ?? inputs };
  after.outputs = hideSecrets(after, found.outputs);
  // Not ready is no failure of the refresh; it is kept, so that the next update tries again.
  if (found.initErrors) {
    after.initErrors = found.initErrors;
    emit(diagnosticEvent("warning", `${state.urn} is not ready: ${found.initErrors.join("; ")}`, state.urn));
  } else delete after.initErrors;
  if (!equalValues(outputs, after.outputs) || !equalValues(inputs, after.inputs))
    after.modified = new Date().toISOString();
  const diff = await diffToMend(context, state, after);
  context.keeper.replace(state, after);
  return { turnedOut: diff.changes === "none" ? "same" : "update" };
}

/** What an update of the unchanged program would change: a refresh counts as a change what that would. */
async function diffToMend(
  context: RunContext,
  before: ResourceState,
  found: ResourceState,
): Promise<DiffAnswer> {
  const plugin = await pluginOf(context, before);
  const answer = await plugin.diff(callOf(before), {
    id: found.id ?? "",
    oldInputs: found.inputs,
    oldOutputs: found.outputs,
    newInputs: before.inputs,
    ignoreChanges: before.ignoreChanges ?? [],
  });
  return answer.changes === "unknown" ? compareInputs(found.inputs, before.inputs, answer) : answer;
}
