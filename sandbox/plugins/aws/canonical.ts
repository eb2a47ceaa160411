import {
  isList,
  isMap,
  mapEntries,
  type PropertyMap,
  type PropertyValue,
} from "../../engine/protocol/property-value.ts";

/** Brings a value into the one form that all values of its meaning have, to compare by. */
export type Canonical = (value: PropertyValue) => PropertyValue;

/** A list whose order has no meaning. */
export const asSet: Canonical = (value) =>
  isList(value)
    ? [...value].sort((one, other) => compareTexts(JSON.stringify(one), JSON.stringify(other)))
    : value;

/** A JSON text, by what it says; a text that is none is compared as it is. */
export const asJson: Canonical = (value) => {
  const parsed = parsedJson(value);
  return parsed === undefined ? value : sortedKeys(parsed);
};

/**
 * A policy document: one element and a list of it mean the same, and the order of actions, resources, principals and
 * the values of a condition has no meaning. An account as principal is its root.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export const asPolicy: Canonical = (value) => {
  const parsed = parsedJson(value);
  if (!isMap(parsed)) return value;
  const statements = listOf(parsed.Statement ?? []).map((statement) =>
    isMap(statement) ? canonicalStatement(statement) : statement,
  );
  return sortedKeys({ ...parsed, Statement: statements });
};

const LISTS = new Set(["Action", "NotAction", "Resource", "NotResource"]);
const PRINCIPALS = new Set(["Principal", "NotPrincipal"]);

function canonicalStatement(statement: PropertyMap): PropertyMap {
  const { Sid, ...rest } = statement;
  return mapEntries(Sid === "" || Sid === undefined ? rest : statement, (value, key) => {
    if (LISTS.has(key)) return textSet(value);
    if (PRINCIPALS.has(key) && isMap(value))
      return mapEntries(value, (names, kind) => textSet(names, kind === "AWS" ? rootOf : undefined));
    if (key === "Condition" && isMap(value))
      return mapEntries(value, (keys) =>
        isMap(keys) ? mapEntries(keys, (values) => textSet(values)) : keys,
      );
    return value;
  });
}

function textSet(value: PropertyValue, change: (text: string) => string = (text) => text): PropertyValue {
  const texts = listOf(value).map((element) =>
    typeof element === "object" ? element : change(String(element)),
  );
  return asSet([...new Set(texts)]);
}

const ROOT = /^arn:[^:]+:iam::(\d{12}):root$/;

function rootOf(principal: string): string {
  return ROOT.exec(principal)?.[1] ?? principal;
}

function listOf(value: PropertyValue): readonly PropertyValue[] {
  return isList(value) ? value : [value];
}

function parsedJson(value: PropertyValue): PropertyValue | undefined {
  if (typeof value !== "string") return undefined;
  try {
    return JSON.parse(value) as PropertyValue;
  } catch {
    return undefined;
  }
}

function sortedKeys(value: PropertyValue): PropertyValue {
  if (isList(value)) return value.map(sortedKeys);
  if (!isMap(value)) return value;
  const entries = Object.entries(value).sort(([one], [other]) => compareTexts(one, other));
  return Object.fromEntries(entries.map(([key, element]) => [key, sortedKeys(element)]));
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
