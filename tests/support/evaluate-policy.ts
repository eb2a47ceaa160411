/** One call, as AWS sees it when it decides. */
export interface PolicyCall {
  readonly action: string;
  readonly resource: string;
  /** Keys of the request that conditions may ask for; absent ones are absent. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: readonly string[];
  readonly Resource?: readonly string[] | undefined;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
}

/**
 * What AWS's written rules say of a call under one policy: a fitting `Deny` beats any `Allow`, and without either the
 * call is refused. It is a reading of those rules, not AWS.
 * @throws Error on an operator of conditions that it does not know
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function evaluatePolicy(
  statements: readonly Statement[],
  call: PolicyCall,
): "allowed" | "denied" | "refused" {
  const fitting = statements.filter((statement) => fits(statement, call));
  if (fitting.some(({ Effect }) => Effect === "Deny")) return "denied";
  return fitting.length > 0 ? "allowed" : "refused";
}

function fits(
  { Action, Resource, Condition = {} }: Statement,
  { action, resource, context = {} }: PolicyCall,
): boolean {
  return (
    Action.some((pattern) => like(pattern, action)) &&
    (Resource === undefined || Resource.some((pattern) => like(pattern, resource))) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) => holds(operator, context[key], listed(wanted))),
    )
  );
}

const listed = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [String(value)]);

function holds(
  operator: string,
  found: string | readonly string[] | undefined,
  wanted: readonly string[],
): boolean {
  if (operator === "Null") return wanted.includes(String(found === undefined));
  const isOptional = operator.endsWith("IfExists");
  // Any of several values is what is looked for below anyway; of none, none is.
  const name = operator.replace(/IfExists$/, "").replace(/^ForAnyValue:/, "");
  const isNegated = name.includes("Not");
  if (found === undefined) return isOptional || isNegated;
  const compare = comparison(name.replace("Not", ""));
  const some = listed(found).some((value) => wanted.some((pattern) => compare(value, pattern)));
  return isNegated ? !some : some;
}

function comparison(name: string): (value: string, wanted: string) => boolean {
  switch (name) {
    case "StringEquals":
    case "Bool":
      return (value, wanted) => value === wanted;
    case "StringLike":
    case "ArnEquals":
    case "ArnLike":
      return (value, wanted) => like(wanted, value);
    case "NumericLessThan":
      return (value, wanted) => Number(value) < Number(wanted);
    case "NumericLessThanEquals":
      return (value, wanted) => Number(value) <= Number(wanted);
    default:
      throw new Error(`a condition of kind ${name} cannot be judged`);
  }
}

function like(pattern: string, text: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(text);
}
