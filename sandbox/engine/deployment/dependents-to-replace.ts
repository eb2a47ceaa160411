import { mapEntries, UNKNOWN } from "../protocol/property-value.ts";
import type { ResourceState } from "../state/resource-state.ts";
import { dependenciesOf } from "./delete-order.ts";
import { asksForReplacement } from "./diff-resource.ts";
import { callOf, pluginOf, type RunContext } from "./run-context.ts";
import { providerUrn } from "./urn.ts";

/**
 * What must be deleted before `root` is, because it cannot outlive it: dependents, direct or not, whose provider asks
 * for a replacement when the values that come from what is replaced are unknown. In the order of the state.
 * @param isSettled leaves out what this run has registered already: its dependencies may have changed
 */
export async function dependentsToReplace(
  context: RunContext,
  root: ResourceState,
  isSettled: (urn: string) => boolean,
): Promise<ResourceState[]> {
  const replaced = new Set([root.urn]);
  const dependents = new Set([root.urn]);
  const found: ResourceState[] = [];
  const later = context.previous.slice(context.previous.indexOf(root) + 1);
  for (const state of later) {
    if (state.delete || isSettled(state.urn)) continue;
    if (![...dependenciesOf(state)].some((urn) => dependents.has(urn))) continue;
    dependents.add(state.urn);
    if (!(await mustBeReplaced(context, state, replaced))) continue;
    replaced.add(state.urn);
    found.push(state);
  }
  return found;
}

async function mustBeReplaced(
  context: RunContext,
  state: ResourceState,
  replaced: ReadonlySet<string>,
): Promise<boolean> {
  if (!state.custom || state.pendingReplacement) return false;
  if (state.provider !== undefined && replaced.has(providerUrn(state.provider))) return true;
  const touched = Object.keys(state.propertyDependencies).filter((key) =>
    state.propertyDependencies[key]?.some((urn) => replaced.has(urn)),
  );
  if (touched.length === 0) return false;
  const inputs = mapEntries(state.inputs, (value, key) => (touched.includes(key) ? UNKNOWN : value));
  const plugin = await pluginOf(context, state);
  const diff = await plugin.diff(callOf(state), {
    id: state.id ?? "",
    oldInputs: state.inputs,
    oldOutputs: state.outputs,
    newInputs: inputs,
    ignoreChanges: [],
  });
  return asksForReplacement(diff);
}
