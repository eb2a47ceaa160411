import { randomUUID } from "node:crypto";
import { EngineError } from "../engine-error.ts";
import type { ProviderState } from "../plugins/resource-plugin.ts";
import { asSecret, isSecret, mapEntries, type PropertyMap, UNKNOWN } from "../protocol/property-value.ts";
import type { ResourceState } from "../state/resource-state.ts";
import { callOf, pluginOf, type RunContext } from "./run-context.ts";
import type { Step } from "./step.ts";
import type { StepOutcome } from "./step-runner.ts";
import { isProviderType } from "./urn.ts";

/** Carries a step out, and settles in the state what came of it. @throws RunStopped when it fails */
export function applyStep(
  context: RunContext,
  step: Step,
  condemned: ReadonlySet<string> = new Set(),
): Promise<void> {
  const { runner } = context;
  const { old, new: desired } = step;
  switch (step.operation) {
    case "same":
      return runner.run(step, undefined, async () => same(context, required(old), required(desired)));
    case "create":
    case "create-replacement":
      return runner.run(step, "creating", () => create(context, step, required(desired)));
    case "update":
      return runner.run(step, "updating", () => update(context, required(old), required(desired)));
    case "delete":
    case "delete-replaced":
      return runner.run(step, "deleting", () => remove(context, step, required(old), condemned));
    case "remove-pending-replace":
      return runner.run(step, undefined, async () => void context.keeper.remove(required(old)));
    default:
      return runner.run(step, undefined, async () => undefined);
  }
}

function required(state: ResourceState | undefined): ResourceState {
  if (!state) throw new Error("a step lacks its resource");
  return state;
}

function same({ keeper, registry }: RunContext, old: ResourceState, desired: ResourceState): undefined {
  desired.id = old.id;
  desired.outputs = hideSecrets(desired, old.outputs);
  desired.created = old.created;
  desired.modified = old.modified;
  if (isProviderType(desired.type)) registry.register(desired.urn, desired.inputs);
  keeper.settle(desired, old);
}

async function create(context: RunContext, step: Step, desired: ResourceState): Promise<StepOutcome> {
  const { keeper, dryRun } = context;
  const made = await createdState(context, desired);
  if (desired.custom && !dryRun && made.id === "")
    throw new EngineError("the provider gave no id for what it created");
  const now = new Date().toISOString();
  accept(desired, made);
  desired.created = now;
  desired.modified = now;
  if (step.old && step.deletesLater) step.old.delete = true;
  keeper.settle(desired, step.deletesLater ? undefined : step.old);
  return made.initErrors ? { initErrors: made.initErrors } : {};
}

async function createdState(context: RunContext, desired: ResourceState): Promise<ProviderState> {
  const { registry, dryRun } = context;
  if (!desired.custom) return { id: "", outputs: {} };
  if (isProviderType(desired.type)) {
    registry.register(desired.urn, desired.inputs);
    return { id: dryRun ? UNKNOWN : randomUUID(), outputs: desired.inputs };
  }
  const plugin = await pluginOf(context, desired);
  return plugin.create(callOf(desired), {
    inputs: desired.inputs,
    preview: dryRun,
    timeoutSeconds: desired.customTimeouts?.create ?? 0,
  });
}

async function update(context: RunContext, old: ResourceState, desired: ResourceState): Promise<StepOutcome> {
  const made = await updatedState(context, old, desired);
  accept(desired, made);
  desired.created = old.created;
  desired.modified = new Date().toISOString();
  context.keeper.settle(desired, old);
  return made.initErrors ? { initErrors: made.initErrors } : {};
}

async function updatedState(
  context: RunContext,
  old: ResourceState,
  desired: ResourceState,
): Promise<ProviderState> {
  const id = old.id ?? "";
  if (!desired.custom) return { id, outputs: old.outputs };
  if (isProviderType(desired.type)) {
    context.registry.register(desired.urn, desired.inputs);
    return { id, outputs: desired.inputs };
  }
  const plugin = await pluginOf(context, desired);
  return plugin.update(callOf(desired), {
    id,
    oldInputs: old.inputs,
    oldOutputs: old.outputs,
    newInputs: desired.inputs,
    ignoreChanges: desired.ignoreChanges ?? [],
    preview: context.dryRun,
    timeoutSeconds: desired.customTimeouts?.update ?? 0,
  });
}

async function remove(
  context: RunContext,
  step: Step,
  old: ResourceState,
  condemned: ReadonlySet<string>,
): Promise<StepOutcome> {
  const { keeper, dryRun } = context;
  if (step.operation === "delete" && old.protect)
    throw new EngineError(
      `resource "${old.urn}" cannot be deleted because it is protected; ` +
        `set "protect" to false in the program and run \`pulumi up\` first`,
    );
  const isProvided = old.custom && !isProviderType(old.type);
  const goesWithAnother = old.deletedWith !== undefined && condemned.has(old.deletedWith);
  if (isProvided && !dryRun && !old.retainOnDelete && !goesWithAnother) {
    const plugin = await pluginOf(context, old);
    await plugin.delete(callOf(old), {
      id: old.id ?? "",
      inputs: old.inputs,
      outputs: old.outputs,
      timeoutSeconds: old.customTimeouts?.delete ?? 0,
    });
  }
  if (step.replacementFollows) old.pendingReplacement = true;
  else keeper.remove(old);
  return {};
}

function accept(state: ResourceState, { id, outputs, initErrors }: ProviderState): void {
  if (id !== "") state.id = id;
  state.outputs = hideSecrets(state, outputs);
  if (initErrors) state.initErrors = initErrors;
}

/** An output is secret if the program says so, or if the input of its name is. */
export function hideSecrets(
  { inputs, additionalSecretOutputs = [] }: ResourceState,
  outputs: PropertyMap,
): PropertyMap {
  return mapEntries(outputs, (value, key) =>
    isSecret(inputs[key]) || additionalSecretOutputs.includes(key) ? asSecret(value) : value,
  );
}
