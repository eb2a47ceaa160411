/** One statement of a policy document, its single values as lists. */
export interface Statement {
  readonly effect: string;
  readonly actions: readonly string[];
  /** Which of `NotAction`, `NotResource`, `NotPrincipal` it says: everything but what it names. */
  readonly exclusions: readonly string[];
  readonly resources: readonly string[];
  /** `*`, `AWS:<arn>`, `Service:<name>` …; empty in a role's own policy. */
  readonly principals: readonly string[];
  readonly condition: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

type Raw = Readonly<Record<string, unknown>>;

const EXCLUSIONS = ["NotAction", "NotResource", "NotPrincipal"];

/** The statements of a policy document, given as JSON or as an object. A text that is no JSON has none. */
export function statementsOf(document: unknown): Statement[] {
  const parsed = typeof document === "string" ? parseJson(document) : document;
  if (typeof parsed !== "object" || parsed === null) return [];
  return listOf((parsed as Raw).Statement).map((raw) => statement(raw as Raw));
}

function statement(raw: Raw): Statement {
  return {
    effect: String(raw.Effect),
    actions: texts(raw.Action),
    exclusions: EXCLUSIONS.filter((word) => raw[word] !== undefined),
    resources: texts(raw.Resource),
    principals: principalsOf(raw.Principal),
    condition: (raw.Condition ?? {}) as Statement["condition"],
  };
}

function principalsOf(principal: unknown): string[] {
  if (principal === undefined) return [];
  if (typeof principal === "string") return [principal];
  return Object.entries(principal as Raw).flatMap(([kind, names]) =>
    texts(names).map((name) => (name === "*" ? "*" : `${kind}:${name}`)),
  );
}

const listOf = (value: unknown): unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
const texts = (value: unknown): string[] => listOf(value).map(String);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
