import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";
import type { Finding } from "./plan-problem.ts";
import type { Refusal } from "./schema/refuse.ts";
import { type FoundField, findField } from "./schema/walk.ts";

type Issue = z.core.$ZodIssue;

/** Turns what zod found into findings with bound and fix, one for each thing to put right. */
export function explainIssue(root: z.core.$ZodType, input: unknown, issue: Issue): Finding[] {
  if (issue.code === "unrecognized_keys") return unknownKeys(root, input, issue.path, issue.keys);
  if (issue.code === "invalid_union" && issue.errors.length > 0) return unionBranch(root, input, issue);
  const refusal = issue.code === "custom" ? (issue.params?.refusal as Refusal | undefined) : undefined;
  if (issue.code === "invalid_union") return [unknownKind(root, input, issue)];
  if (refusal) {
    const { bound, fix, shown } = refusal;
    return [{ path: issue.path, bound, fix, ...(shown !== undefined && { shown }) }];
  }
  if (issue.code === "invalid_key") {
    return [
      {
        path: issue.path,
        bound: "a name of letters, digits and _ that does not start with a digit",
        fix: "rename the key",
        shown: "there",
      },
    ];
  }
  return [ordinary(findField(root, issue.path, input), input, issue)];
}

function ordinary(field: FoundField, input: unknown, issue: Issue): Finding {
  const { help } = field;
  const key = String(issue.path.findLast((part) => typeof part !== "number") ?? "");
  const entry = typeof issue.path.at(-1) === "number";
  const example = help && (entry ? `write e.g. ${help.example}` : `write e.g. ${key}: ${help.example}`);
  const value = valueAt(input, issue.path);
  const bound = help ? `${help.range}${value === undefined ? ` (${help.text})` : ""}` : plainBound(issue);
  const near =
    typeof value === "string" && issue.code === "invalid_value"
      ? nearest(value, issue.values.map(String))
      : undefined;
  return { path: issue.path, bound, fix: near ? `did you mean ${near}?` : (example ?? "correct the value") };
}

function plainBound(issue: Issue): string {
  switch (issue.code) {
    case "invalid_value":
      return issue.values.map(String).join(" or ");
    case "invalid_type":
      return issue.expected === "record" ? "an object" : `of type ${issue.expected}`;
    default:
      return issue.message.replace(/^Invalid input: /, "");
  }
}

function unknownKeys(
  root: z.core.$ZodType,
  input: unknown,
  path: readonly PropertyKey[],
  unknown: readonly string[],
): Finding[] {
  const { keys } = findField(root, path, input);
  return unknown.map((key) => {
    const near = nearest(key, keys);
    return {
      path: [...path, key],
      ...(near !== undefined && { meant: near }),
      bound: keys.length > 0 ? `one of the known keys: ${keys.join(", ")}` : "a known key",
      fix: near ? `did you mean ${near}?` : "remove it",
      // Its value may be a password somebody thought belongs here.
      shown: "an unknown key",
    };
  });
}

/** A union says that no branch fits; the branch that fits best says why. */
function unionBranch(
  root: z.core.$ZodType,
  input: unknown,
  issue: Extract<Issue, { code: "invalid_union" }>,
): Finding[] {
  const branches = issue.errors.map((issues) =>
    issues.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }) as Issue),
  );
  const wrongType = branches.every((issues) =>
    issues.every((inner) => inner.path.length === issue.path.length && inner.code === "invalid_type"),
  );
  const best = branches.toSorted((a, b) => a.length - b.length)[0];
  if (wrongType || !best) return [ordinary(findField(root, issue.path, input), input, issue)];
  return best.flatMap((inner) => explainIssue(root, input, inner));
}

/** None of the kinds that a discriminated union knows. */
function unknownKind(
  root: z.core.$ZodType,
  input: unknown,
  issue: Extract<Issue, { code: "invalid_union" }>,
): Finding {
  const { help } = findField(root, issue.path.slice(0, -1), input);
  const value = valueAt(input, issue.path);
  const options = "options" in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
  const near = typeof value === "string" ? nearest(value, options) : undefined;
  const fix = near ? `did you mean ${near}?` : `write e.g. ${help?.example ?? options[0]}`;
  return {
    path: issue.path,
    bound: options.length > 0 ? `one of ${options.join(", ")}` : (help?.range ?? "known"),
    fix,
  };
}

/** A known word close enough to be what was meant. */
function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const best = closest(
    word.toLowerCase(),
    known.map((name) => name.toLowerCase()),
  );
  const original = known.find((name) => name.toLowerCase() === best);
  const allowed = Math.max(2, Math.floor(word.length / 2));
  return distance(word.toLowerCase(), best) <= allowed || best.startsWith(word.toLowerCase())
    ? original
    : undefined;
}

/** The value at a path of an input of unknown shape. */
export function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value !== null && typeof value === "object" ? Reflect.get(value, key) : undefined),
    input,
  );
}
