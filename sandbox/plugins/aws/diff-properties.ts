import {
  containsUnknown,
  equalValues,
  isMap,
  type PropertyMap,
  type PropertyValue,
} from "../../engine/protocol/property-value.ts";
import type { DiffOutcome, StateCall } from "../plugin-provider.ts";
import { AUTO_NAMED, isAutoNamed } from "./auto-name.ts";
import type { Tags } from "./aws-resource-definition.ts";
import type { Canonical } from "./canonical.ts";
import { isEmpty, sameValues } from "./same-values.ts";

/** What a definition says about how its properties are compared. */
export interface Comparison {
  readonly replaces?: readonly string[];
  readonly computed?: readonly string[];
  readonly unread?: readonly string[];
  readonly canonical?: Readonly<Partial<Record<string, Canonical>>>;
  readonly unique?: readonly string[];
  readonly tagged?: boolean;
  readonly global?: boolean;
}

interface Compared {
  readonly outputs: PropertyMap;
  readonly inputs: PropertyMap;
  readonly news: PropertyMap;
}

/** Compares what is to be with what AWS was last seen to have, so that drift is a difference, too. */
export function diffProperties(
  comparison: Comparison,
  keys: readonly string[],
  { outputs, inputs, news }: Compared,
  defaultTags: Tags,
): DiffOutcome {
  const { replaces = [], unique = [], canonical = {} } = comparison;
  const changed = keys.filter((key) => {
    if (key === "tags") return tagsDiffer(outputs, news, defaultTags);
    const value = news[key];
    if (containsUnknown(value)) return true;
    if (isChosen(comparison, key) && isLeftOut(value)) return false;
    return !sameValues(value, outputs[key], canonical[key]);
  });
  const replacing = changed.filter((key) => key === "region" || replaces.includes(key));
  // One that was named by chance is named anew.
  const keepsNames =
    unique.length > 0 &&
    unique.every((key) => !isAutoNamed(news, key) && equalValues(news[key], inputs[key] ?? outputs[key]));
  return { changed, replaces: replacing, deleteBeforeReplace: replacing.length > 0 && keepsNames };
}

/**
 * What was read, in the words of the program where it means the same, so that neither the order of a set nor the spaces
 * of a JSON text are drift; and the inputs that would make what was read.
 */
export function keepWritten(
  comparison: Comparison,
  keys: readonly string[],
  found: PropertyMap,
  { inputs, outputs: before }: Pick<StateCall, "inputs" | "outputs">,
  defaultTags: Tags,
): { inputs: PropertyMap; outputs: PropertyMap } {
  const { unread = [], canonical = {} } = comparison;
  const outputs: Record<string, PropertyMap[string]> = { ...found };
  for (const key of unread) {
    const value = inputs[key] ?? before[key];
    if (value !== undefined) outputs[key] = value;
  }
  const readInputs: Record<string, PropertyMap[string]> = {};
  if (inputs[AUTO_NAMED] !== undefined) readInputs[AUTO_NAMED] = inputs[AUTO_NAMED];
  if (comparison.tagged) outputs.tags = ownTags(found, inputs, defaultTags);
  // An import gives no inputs: then they are all that a program would have to say.
  const isImport = Object.keys(inputs).length === 0;
  for (const key of isImport ? keys.filter((key) => !isChosen(comparison, key)) : Object.keys(inputs)) {
    if (key === AUTO_NAMED) continue;
    const value = inputs[key];
    const isSame =
      key === "tags" ? equalValues(value, outputs.tags) : sameValues(value, outputs[key], canonical[key]);
    if (isSame && value !== undefined) outputs[key] = value;
    const kept = outputs[key];
    if (kept !== undefined && !(isImport && isEmpty(kept))) readInputs[key] = kept;
  }
  return { inputs: readInputs, outputs };
}

/** Unlike what is false or zero, which a program says on purpose. */
function isLeftOut(value: PropertyValue | undefined): boolean {
  return value !== false && value !== 0 && isEmpty(value);
}

/** The region is that of the provider when it is left out. */
function isChosen({ computed = [] }: Comparison, key: string): boolean {
  return key === "region" || computed.includes(key);
}

function tagsDiffer(outputs: PropertyMap, { tags }: PropertyMap, defaultTags: Tags): boolean {
  if (containsUnknown(tags)) return true;
  const wanted = { ...defaultTags, ...(isMap(tags) ? tags : {}) };
  return !equalValues(wanted, outputs.tagsAll ?? {});
}

/** The tags without those of the provider. */
function ownTags({ tagsAll }: PropertyMap, { tags }: PropertyMap, defaultTags: Tags): PropertyMap {
  const own = Object.entries(isMap(tagsAll) ? tagsAll : {}).filter(
    ([key, value]) => defaultTags[key] !== value || (isMap(tags) && Object.hasOwn(tags, key)),
  );
  return Object.fromEntries(own);
}
