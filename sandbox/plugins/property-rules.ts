import { isList, type PropertyMap, type PropertyValue, UNKNOWN } from "../engine/protocol/property-value.ts";
import type { ChangeCall, CheckOutcome, DiffOutcome } from "./plugin-provider.ts";

/** What a provider of Terraform's kind says of one property of a resource. */
export interface PropertyRule {
  /** A `set` is a list without order. */
  readonly kind: "text" | "number" | "flag" | "list" | "set";
  readonly required?: true;
  /** Filled into the inputs where they leave it out. */
  readonly default?: PropertyValue;
  /** Where the inputs leave it out, it stays what it is. */
  readonly computed?: true;
  /** Its change asks for another resource. */
  readonly replaces?: true;
  /** Two resources that agree in all of these cannot exist at a time. */
  readonly identifies?: true;
  readonly minimum?: number;
  readonly oneOf?: readonly string[];
  /** Not compared: it is written and never read back. */
  readonly writeOnly?: true;
}

export type PropertyRules = Readonly<Record<string, PropertyRule>>;

/** Names of the properties that were filled in, as bridged providers keep them in the inputs. */
const DEFAULTS = "__defaults";

/** Checks inputs, each by its rule, and fills in the defaults. */
export function checkProperties(rules: PropertyRules, news: PropertyMap): CheckOutcome {
  const { [DEFAULTS]: _, ...given } = news;
  const missing = (key: string): boolean => given[key] === undefined || given[key] === null;
  const failures = Object.entries(given).flatMap(([property, value]) => {
    const reason = missing(property) || value === UNKNOWN ? undefined : problem(rules, property, value);
    return reason === undefined ? [] : [{ property, reason }];
  });
  const filled: Record<string, PropertyValue> = {};
  for (const [key, rule] of Object.entries(rules)) {
    if (rule.required && missing(key)) failures.push({ property: key, reason: "is required" });
    if (rule.default !== undefined && missing(key)) filled[key] = rule.default;
  }
  return { inputs: { ...given, ...filled, [DEFAULTS]: Object.keys(filled).sort() }, failures };
}

function problem(
  rules: PropertyRules,
  property: string,
  value: PropertyValue | undefined,
): string | undefined {
  const rule = rules[property];
  if (!rule) return `is not supported here; there are ${Object.keys(rules).join(", ")}`;
  const { kind, minimum, oneOf } = rule;
  if (kind === "text" && typeof value !== "string") return "must be text";
  if (kind === "flag" && typeof value !== "boolean") return "must be true or false";
  if ((kind === "list" || kind === "set") && !isList(value)) return "must be a list";
  if (kind === "number" && !Number.isInteger(value)) return "must be a whole number";
  if (minimum !== undefined && Number(value) < minimum) return `must be ${minimum} or more, not ${value}`;
  if (oneOf && !oneOf.includes(String(value))) return `must be one of ${oneOf.join(", ")}, not ${value}`;
}

/** What differs between what a resource is and what it is to be. */
export function diffProperties(rules: PropertyRules, { outputs, news }: ChangeCall): DiffOutcome {
  const changed = Object.entries(rules).flatMap(([key, rule]) => {
    const desired = news[key] ?? (rule.computed ? outputs[key] : undefined);
    return rule.writeOnly || comparable(rule, desired) === comparable(rule, outputs[key]) ? [] : [key];
  });
  const replaces = changed.filter((key) => rules[key]?.replaces);
  const isNamedOtherwise = changed.some((key) => rules[key]?.identifies);
  return { changed, replaces, deleteBeforeReplace: replaces.length > 0 && !isNamedOtherwise };
}

/** Left out and empty are the same: what is read back does not tell them apart. */
function comparable({ kind }: PropertyRule, value: PropertyValue | undefined): string {
  if (isList(value)) return JSON.stringify(kind === "set" ? [...value].sort() : value);
  const empty = { text: "", number: 0, flag: false, list: [], set: [] }[kind];
  return JSON.stringify(value ?? empty);
}

/** The inputs as what was read says they are: every one that was given, with the value of today. */
export function inputsAsRead(inputs: PropertyMap, outputs: PropertyMap, rules: PropertyRules): PropertyMap {
  const { [DEFAULTS]: defaults, ...given } = inputs;
  const read = Object.entries(given).map(([key, value]) => {
    return [key, rules[key]?.writeOnly ? value : (outputs[key] ?? value)] as const;
  });
  const isKept = isList(defaults) && defaults.length > 0;
  return { ...Object.fromEntries(read), ...(isKept ? { [DEFAULTS]: defaults } : {}) };
}
