import type { DiffAnswer } from "../plugins/resource-plugin.ts";
import {
  equalValues,
  isList,
  isMap,
  type PropertyMap,
  type PropertyValue,
} from "../protocol/property-value.ts";

/**
 * What differs by the inputs alone, where the provider does not say: keys, and the paths below them.
 * @param answer of the provider, for what else it says
 */
export function compareInputs(olds: PropertyMap, news: PropertyMap, answer: DiffAnswer): DiffAnswer {
  const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
  const changedKeys = keys.filter((key) => !equalValues(olds[key], news[key]));
  const paths = changedKeys.flatMap((key) => changedPaths(stepOf(key), olds[key], news[key]));
  return {
    ...answer,
    changes: changedKeys.length > 0 ? "some" : "none",
    changedKeys,
    detail: new Map(paths.map((path) => [path, { replaces: false }])),
  };
}

function changedPaths(
  path: string,
  old: PropertyValue | undefined,
  desired: PropertyValue | undefined,
): string[] {
  if (equalValues(old, desired)) return [];
  if (isMap(old) && isMap(desired)) {
    const keys = [...new Set([...Object.keys(old), ...Object.keys(desired)])];
    return keys.flatMap((key) => changedPaths(path + stepInto(key), old[key], desired[key]));
  }
  if (!isList(old) || !isList(desired)) return [path];
  const places = [...Array(Math.max(old.length, desired.length)).keys()];
  return places.flatMap((place) => changedPaths(`${path}[${place}]`, old[place], desired[place]));
}

const PLAIN = /^[^.[\]"]+$/;

function stepOf(key: string): string {
  return PLAIN.test(key) ? key : `["${key.replaceAll('"', '\\"')}"]`;
}

function stepInto(key: string): string {
  return PLAIN.test(key) ? `.${key}` : stepOf(key);
}
