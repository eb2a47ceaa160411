import { EngineError } from "../engine-error.ts";
import { keepOldAt, PathMissing } from "../protocol/keep-old-at.ts";
import { parsePropertyPath } from "../protocol/property-path.ts";
import type { PropertyMap } from "../protocol/property-value.ts";
import type { ResourceState } from "../state/resource-state.ts";
import type { Goal } from "./goal.ts";

/**
 * The state that a goal asks for, its outputs still to come.
 * @param parent protect, retainOnDelete and deletedWith are its, where the goal says nothing
 */
export function desiredState(
  goal: Goal,
  urn: string,
  aliases: readonly string[],
  provider: string | undefined,
  parent: ResourceState | undefined,
): ResourceState {
  return {
    urn,
    type: goal.type,
    custom: goal.custom,
    inputs: goal.inputs,
    outputs: {},
    parent: goal.parent,
    protect: goal.protect ?? parent?.protect,
    retainOnDelete: goal.retainOnDelete ?? parent?.retainOnDelete,
    dependencies: [...goal.dependencies].sort(),
    propertyDependencies: Object.fromEntries(
      Object.entries(goal.propertyDependencies).filter(([, urns]) => urns.length > 0),
    ),
    provider,
    additionalSecretOutputs: goal.additionalSecretOutputs,
    aliases,
    deletedWith: goal.deletedWith ?? parent?.deletedWith,
    ignoreChanges: goal.ignoreChanges,
    replaceOnChanges: goal.replaceOnChanges,
    customTimeouts: goal.customTimeouts,
  };
}

/**
 * The inputs with what the program does not want changed as it was.
 * @throws EngineError naming the paths that only one of the two has a way to
 */
export function withoutIgnoredChanges(
  inputs: PropertyMap,
  olds: PropertyMap,
  ignoreChanges: readonly string[],
): PropertyMap {
  let kept: PropertyMap = inputs;
  const missing: string[] = [];
  for (const path of ignoreChanges) {
    try {
      kept = (keepOldAt(parsePropertyPath(path), olds, kept) ?? {}) as PropertyMap;
    } catch (error) {
      if (!(error instanceof PathMissing)) throw error;
      missing.push(path);
    }
  }
  if (missing.length === 0) return kept;
  throw new EngineError(
    "cannot ignore changes to the following properties because one or more elements of the path are missing: " +
      missing.join(", "),
  );
}
