/** One statement of a policy document, every list as a list. */
export interface AuditedStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

const LISTS = new Set(["Action", "NotAction", "Resource", "NotResource"]);
const PRINCIPALS = new Set(["Principal", "NotPrincipal"]);
const ROOT = /^arn:[^:]+:iam::(\d{12}):root$/;

/**
 * The statements of a policy document, each in the one form that all of its meaning have: one element and a list of it
 * mean the same, and the order of actions, resources, principals and values has no meaning. An account as principal is
 * its root.
 * @param document JSON, as it stands or encoded as IAM gives it
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function statements(document: string): AuditedStatement[] {
  const text = document.trimStart().startsWith("%7B") ? decodeURIComponent(document) : document;
  const { Statement = [] }: { Statement?: unknown } = JSON.parse(text);
  return (Array.isArray(Statement) ? Statement : [Statement]).map(canonical);
}

function canonical(statement: Readonly<Record<string, unknown>>): AuditedStatement {
  const fields = Object.entries(statement)
    .filter(([name, value]) => name !== "Sid" || value !== "")
    .map(([name, value]) => [name, field(name, value)])
    .sort();
  return Object.fromEntries(fields);
}

function field(name: string, value: unknown): unknown {
  if (LISTS.has(name)) return textSet(value);
  if (PRINCIPALS.has(name)) return isRecord(value) ? mapped(value, textSet) : { AWS: ["*"] };
  if (name === "Condition" && isRecord(value))
    return mapped(value, (keys) => (isRecord(keys) ? mapped(keys, textSet) : keys));
  return value;
}

function mapped(record: Readonly<Record<string, unknown>>, change: (value: unknown) => unknown): object {
  return Object.fromEntries(
    Object.entries(record)
      .map(([key, value]) => [key, change(value)] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

function textSet(value: unknown): string[] {
  const texts = (Array.isArray(value) ? value : [value]).map((one) => String(one));
  return [...new Set(texts.map((text) => ROOT.exec(text)?.[1] ?? text))].sort();
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
