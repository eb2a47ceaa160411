import type { DiffAnswer } from "../plugins/resource-plugin.ts";
import { type PropertyPath, parsePropertyPath, pathContains } from "../protocol/property-path.ts";
import type { ResourceState } from "../state/resource-state.ts";
import { compareInputs } from "./compare-inputs.ts";
import type { Goal } from "./goal.ts";
import { callOf, pluginOf, type RunContext } from "./run-context.ts";
import { isProviderType, parseUrn, providerUrn } from "./urn.ts";

const UNCHANGED: DiffAnswer = {
  changes: "none",
  replaceKeys: [],
  changedKeys: [],
  deleteBeforeReplace: false,
};

/** What changes a resource, and whether that asks for a replacement. The answer is never "unknown". */
export async function diffResource(
  context: RunContext,
  goal: Goal,
  old: ResourceState,
  desired: ResourceState,
): Promise<DiffAnswer> {
  const answer = await askForDiff(context, goal, old, desired);
  const known = answer.changes === "unknown" ? compareInputs(old.inputs, desired.inputs, answer) : answer;
  return replaceOnChanges(
    known,
    goal.replaceOnChanges.map(parsePropertyPath),
    (old.initErrors ?? []).length > 0,
  );
}

/** Whether the difference can only be made by another resource in its place. */
export function asksForReplacement({ replaceKeys, detail }: DiffAnswer): boolean {
  return replaceKeys.length > 0 || [...(detail?.values() ?? [])].some(({ replaces }) => replaces);
}

async function askForDiff(
  context: RunContext,
  goal: Goal,
  old: ResourceState,
  desired: ResourceState,
): Promise<DiffAnswer> {
  const unknown: DiffAnswer = { ...UNCHANGED, changes: "unknown" };
  if (!desired.custom) return unknown;
  if (isProviderType(desired.type)) {
    const plugin = await context.registry.unconfigured(desired.type);
    return plugin.diffConfig(callOf(desired), old.inputs, desired.inputs);
  }
  if (await needsOtherProvider(context, old, desired))
    return { ...UNCHANGED, changes: "some", replaceKeys: ["provider"] };
  const plugin = await pluginOf(context, desired);
  return plugin.diff(callOf(desired), {
    id: old.id ?? "",
    oldInputs: old.inputs,
    oldOutputs: old.outputs,
    newInputs: desired.inputs,
    ignoreChanges: goal.ignoreChanges,
  });
}

/** Whether the resource cannot stay what it is with the provider that it has now: that one says so. */
async function needsOtherProvider(
  context: RunContext,
  old: ResourceState,
  desired: ResourceState,
): Promise<boolean> {
  const { provider: before } = old;
  const { provider: after } = desired;
  if (before === after) return false;
  if (before === undefined || after === undefined) return true;
  const [oldUrn, newUrn] = [providerUrn(before), providerUrn(after)];
  const oldProvider = context.previous.find(({ urn }) => urn === oldUrn);
  const newSettings = context.registry.settingsOf(newUrn);
  if (!oldProvider || !newSettings) return true;
  const plugin = await pluginOf(context, desired);
  const { type, name } = parseUrn(newUrn);
  return asksForReplacement(
    await plugin.diffConfig({ urn: newUrn, type, name }, oldProvider.inputs, newSettings),
  );
}

/** A resource that is not ready yet is updated even where nothing else changed. */
function replaceOnChanges(diff: DiffAnswer, paths: readonly PropertyPath[], isUnready: boolean): DiffAnswer {
  if (diff.changes !== "some" && !isUnready) return diff;
  const replaces = (path: PropertyPath): boolean => paths.some((one) => pathContains(one, path));
  const replaceKeys = new Set(diff.replaceKeys);
  for (const key of diff.changedKeys) if (replaces([key])) replaceKeys.add(key);
  if (isUnready && replaces(["#initerror"])) replaceKeys.add("#initerror");
  const detail =
    diff.detail &&
    new Map(
      [...diff.detail].map(([path, change]) => [
        path,
        { replaces: change.replaces || replaces(parsePropertyPath(path)) },
      ]),
    );
  return { ...diff, changes: "some", replaceKeys: [...replaceKeys], ...(detail ? { detail } : {}) };
}
