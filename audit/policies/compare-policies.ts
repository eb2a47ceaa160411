import { UNKNOWN_KEY } from "../declared/declared-stack.ts";
import { SECRET_ENDING } from "../declared/mocked-resource.ts";
import { type AuditedStatement, statements } from "./statements.ts";

/** What a policy has, in words that are the same for two policies of one meaning. */
export interface ComparedPolicies {
  readonly declared: string;
  readonly actual: string;
}

/** The random end of a secret's ARN is not declared. */
const SECRET = /(:secret:[^"*?]+)-[A-Za-z0-9]{6}(?=")/g;

/**
 * The statements of two documents by their ids; what differs is told of the actual one. The order of statements has no
 * meaning.
 */
export function comparePolicies(declared: string, actual: string): ComparedPolicies {
  const wanted = byName(statements(declared));
  const found = byName(statements(actual));
  const same = (name: string) => textOf(wanted.get(name)) === textOf(found.get(name));
  const missing = [...wanted.keys()].filter((name) => !found.has(name));
  // What names a key that could not be looked up is not known to differ; its caller says so.
  const isUnknown = (name: string) => JSON.stringify(wanted.get(name)).includes(UNKNOWN_KEY);
  const changed = [...wanted.keys()].filter((name) => found.has(name) && !isUnknown(name) && !same(name));
  const added = [...found].filter(([name]) => !wanted.has(name));
  const differences = [
    ...missing.map((name) => `without ${name}`),
    ...changed.map((name) => `${name} changed`),
    ...added.map(([name, { Effect }]) => `also ${Effect === "Allow" ? "allows" : "denies"} by ${name}`),
  ];
  const all = [...wanted.keys()].sort().join(", ");
  return { declared: all, actual: differences.length === 0 ? all : differences.join("; ") };
}

/** Those without an id get their number; of two with one id the later gets its number too. */
function byName(all: readonly AuditedStatement[]): Map<string, AuditedStatement> {
  const named = new Map<string, AuditedStatement>();
  for (const [index, statement] of all.entries()) {
    const name = statement.Sid ?? `statement ${index + 1}`;
    named.set(named.has(name) ? `${name} (${index + 1})` : name, statement);
  }
  return named;
}

function textOf(statement: AuditedStatement | undefined): string {
  return JSON.stringify(statement).replaceAll(SECRET, `$1${SECRET_ENDING}`);
}
