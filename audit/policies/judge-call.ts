import type { AuditedStatement } from "./statements.ts";

/** A call of somebody, as far as policies are read here. */
export interface JudgedCall {
  readonly action: string;
  readonly resource: string;
  /** ARN of who calls. */
  readonly principal: string;
}

/**
 * Whether statements of a principal's own policies allow a call. Conditions of what is allowed may hold, and are taken
 * to: it tells who could, not who will.
 */
export function mayByIdentity(all: readonly AuditedStatement[], call: JudgedCall): boolean {
  const fitting = all.filter((statement) => fits(statement, call));
  return (
    fitting.some(({ Effect }) => Effect === "Allow") &&
    !fitting.some((statement) => surelyDenies(statement, call))
  );
}

/** Whether a policy of the resource itself keeps a call from everybody whom its exceptions do not name. */
export function isDeniedByResource(all: readonly AuditedStatement[], call: JudgedCall): boolean {
  return all.some(
    (statement) => fits(statement, call) && isEverybody(statement.Principal) && surelyDenies(statement, call),
  );
}

/** A denial is sure without a condition, or with none but who it spares. */
function surelyDenies({ Effect, Condition = {} }: AuditedStatement, { principal }: JudgedCall): boolean {
  if (Effect !== "Deny") return false;
  return Object.entries(Condition).every(
    ([operator, keys]) =>
      /^Arn(?:NotEquals|NotLike)$/.test(operator) &&
      Object.entries(keys).every(
        ([key, spared]) =>
          key.toLowerCase() === "aws:principalarn" && !spared.some((pattern) => like(pattern, principal)),
      ),
  );
}

function fits(
  { Action, NotAction, Resource, NotResource }: AuditedStatement,
  { action, resource }: JudgedCall,
): boolean {
  return (
    named(Action, NotAction, action.toLowerCase(), (text) => text.toLowerCase()) &&
    named(Resource, NotResource, resource, (text) => text)
  );
}

function named(
  these: readonly string[] | undefined,
  butThese: readonly string[] | undefined,
  text: string,
  change: (pattern: string) => string,
): boolean {
  if (these !== undefined) return these.some((pattern) => like(change(pattern), text));
  return !(butThese ?? []).some((pattern) => like(change(pattern), text));
}

function isEverybody(principal: unknown): boolean {
  if (principal === null || typeof principal !== "object") return principal === "*";
  return Object.values(principal).some((names) => Array.isArray(names) && names.includes("*"));
}

/** `*` and `?` as policies mean them. */
function like(pattern: string, text: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(text);
}
