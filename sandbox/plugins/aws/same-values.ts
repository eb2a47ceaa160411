import {
  equalValues,
  isList,
  isMap,
  type PropertyMap,
  type PropertyValue,
} from "../../engine/protocol/property-value.ts";
import type { Canonical } from "./canonical.ts";

/** Whether two values of a property mean the same. What is left out, and what is empty, false or zero, does. */
export function sameValues(
  one: PropertyValue | undefined,
  other: PropertyValue | undefined,
  canonical: Canonical = (value) => value,
): boolean {
  return equalValues(pruned(canonical(one ?? null)), pruned(canonical(other ?? null)));
}

/** Whether a value says nothing. */
export function isEmpty(value: PropertyValue | undefined): boolean {
  return pruned(value ?? null) === null;
}

function pruned(value: PropertyValue): PropertyValue {
  if (value === "" || value === false || value === 0) return null;
  if (isList(value)) return value.length === 0 ? null : value.map((element) => prunedElement(element));
  if (!isMap(value)) return value;
  const entries = prunedEntries(value);
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

/** In a list even what says nothing counts. */
function prunedElement(element: PropertyValue): PropertyValue {
  return isMap(element) ? Object.fromEntries(prunedEntries(element)) : element;
}

function prunedEntries(map: PropertyMap): [string, PropertyValue][] {
  return Object.entries(map).flatMap(([key, value]): [string, PropertyValue][] => {
    const kept = pruned(value);
    return kept === null ? [] : [[key, kept]];
  });
}
