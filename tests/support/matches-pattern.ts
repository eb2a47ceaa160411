/**
 * Whether EventBridge takes an event by a pattern, by AWS's written rules: exact values, `anything-but`, `wildcard`,
 * `$or`, and lists of an event, of which one element is enough. Any other filter is refused, not passed over.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function matchesPattern(pattern: object, event: unknown): boolean {
  return Object.entries(pattern).every(([key, wanted]) => {
    if (key === "$or") return (wanted as object[]).some((one) => matchesPattern(one, event));
    const values: unknown[] = [Reflect.get(Object(event), key)].flat();
    return Array.isArray(wanted)
      ? values.some((value) => wanted.some((filter) => passes(filter, value)))
      : values.some((value) => matchesPattern(wanted, value));
  });
}

function passes(filter: unknown, value: unknown): boolean {
  if (typeof filter !== "object" || filter === null) return filter === value;
  const [operator = "", operand, ...more] = Object.entries(filter).flat();
  if (more.length > 0) throw new Error(`more than one operator: ${JSON.stringify(filter)}`);
  // What is not there is nothing, and not anything but something.
  if (value === undefined) return false;
  if (operator === "anything-but") return ![operand].flat().includes(value);
  if (operator === "wildcard") {
    const parts = String(operand)
      .split("*")
      .map((part) => part.replaceAll(/[^\w]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`).test(String(value));
  }
  throw new Error(`${operator} is not known here`);
}
