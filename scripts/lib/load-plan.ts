import { readdir, readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { closest } from "fastest-levenshtein";
import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { parsePlan } from "../../plan/parse-plan.ts";
import type { ProtectionPlan } from "../../plan/protection-plan.ts";
import { redact } from "../../plan/redact.ts";
import { unpackPlan } from "./unpack-plan.ts";

export interface LoadPlanRequest {
  /** Reads `holdfast:plan` of `Pulumi.<stack>.yaml`. */
  readonly stack?: string | undefined;
  /** Reads the plan from a YAML file of its own, or with `env:NAME` from that environment variable. */
  readonly plan?: string | undefined;
  /** @default the working directory */
  readonly cwd?: string | undefined;
}

/** The key of the plan in a stack file. */
export const PLAN_KEY = "holdfast:plan";

/**
 * Reads the protection plan of a stack or of a file. Relative `{file: …}` references in it become absolute,
 * starting from the directory of the file they stand in.
 *
 * @throws HoldfastError USAGE, STACK_UNKNOWN, PLAN_FILE_UNREADABLE, PLAN_SYNTAX, PLAN_MISSING or PLAN_INVALID, all
 * with exit code 2; none needs a stack trace
 */
export async function loadPlan(request: LoadPlanRequest): Promise<ProtectionPlan> {
  const directory = resolve(request.cwd ?? process.cwd());
  const source = await findSource(request, directory);
  const file = await readText(source, directory);
  const plan = readPlan(file, source);
  return absoluteFiles(plan, dirname(source.path));
}

interface Source {
  /** Of an environment variable, where its relative paths start. */
  readonly path: string;
  /** As the reader named it. */
  readonly name: string;
  readonly stack?: string;
  /** The environment variable that holds it, in place of a file. */
  readonly variable?: string;
}

async function findSource({ stack, plan }: LoadPlanRequest, directory: string): Promise<Source> {
  if (stack !== undefined && plan !== undefined) {
    throw usage("Both a stack and a plan file are named", "Give --stack or --plan, not both.");
  }
  const [, variable] = /^env:(\w+)$/.exec(plan ?? "") ?? [];
  if (variable !== undefined)
    return { path: resolve(directory, variable), name: `the variable ${variable}`, variable };
  if (plan !== undefined) return { path: resolve(directory, plan), name: plan };
  const known = await knownStacks(directory);
  if (stack === undefined) {
    throw usage(
      "No plan is named",
      `Give --stack ${known.join(" or --stack ") || "NAME"}, or --plan FILE.yaml.`,
    );
  }
  // `organization/project/stack` is how Pulumi names a stack in full; the file has the last part.
  const name = stack.split("/").at(-1) ?? stack;
  if (!known.includes(name)) throw stackUnknown(stack, known, directory);
  return { path: resolve(directory, `Pulumi.${name}.yaml`), name: `Pulumi.${name}.yaml`, stack: name };
}

async function knownStacks(directory: string): Promise<string[]> {
  const entries = await readdir(directory).catch(() => []);
  return entries
    .flatMap((entry) => /^Pulumi\.(.+)\.yaml$/.exec(entry)?.[1] ?? [])
    .toSorted((a, b) => a.localeCompare(b));
}

async function readText(source: Source, directory: string): Promise<string> {
  if (source.variable !== undefined) return readVariable(source.variable);
  try {
    return await readFile(source.path, "utf8");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    const why =
      { ENOENT: "does not exist", EISDIR: "is a directory", EACCES: "must not be read" }[code] ??
      `cannot be read (${code})`;
    const known = await knownStacks(directory);
    throw new HoldfastError({
      code: "PLAN_FILE_UNREADABLE",
      message: `The plan ${source.name} ${why} (${source.path})`,
      hint: `Name a YAML file that holds a plan${known.length > 0 ? `, or use --stack ${known.join(" or --stack ")}` : ""}.`,
      exitCode: 2,
      cause,
    });
  }
}

function readVariable(variable: string): string {
  const text = process.env[variable];
  if (text) return unpackPlan(text, variable);
  throw new HoldfastError({
    code: "PLAN_FILE_UNREADABLE",
    message: `The environment variable ${variable}, which is to hold the plan, is ${text === undefined ? "not set" : "empty"}`,
    hint: `Put the plan into it, as YAML or JSON, or name a file by --plan FILE.yaml.`,
    exitCode: 2,
  });
}

function readPlan(text: string, source: Source): ProtectionPlan {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true, uniqueKeys: true });
  const [error] = document.errors;
  if (error) throw syntax(source, error.message, error.linePos?.[0].line);
  const content = toValue(document, source);
  if (source.stack === undefined) {
    return parsePlan(content, source.name, { lineOf: lineFinder(document, lines, []) });
  }
  const prefix = ["config", PLAN_KEY];
  const plan = document.getIn(prefix) === undefined ? undefined : toValue(document, source, prefix);
  if (plan === undefined) throw planMissing(source, `has no ${PLAN_KEY} under config`);
  // `pulumi config set` without --path stores an object as a text of JSON.
  if (typeof plan === "string") return parsePlan(fromText(plan, source), source.name);
  if (plan !== null && typeof plan === "object" && "secure" in plan) {
    throw planMissing(
      source,
      `holds ${PLAN_KEY} encrypted, and a plan has no secrets in it, only references to them`,
    );
  }
  return parsePlan(plan, source.name, { lineOf: lineFinder(document, lines, prefix) });
}

function toValue(document: Document, source: Source, path: readonly string[] = []): unknown {
  try {
    const value: unknown = document.toJS();
    return path.reduce<unknown>(
      (inner, key) => (inner === null || inner === undefined ? inner : Reflect.get(Object(inner), key)),
      value,
    );
  } catch (error) {
    throw syntax(source, error instanceof Error ? error.message : String(error));
  }
}

function fromText(text: string, source: Source): unknown {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) throw syntax(source, error.message);
  return toValue(document, source);
}

/** The line of a path, or of the nearest thing above it that is there. */
function lineFinder(document: Document, lines: LineCounter, prefix: readonly string[]) {
  return (path: readonly PropertyKey[]): number | undefined => {
    for (let length = path.length; length >= 0; length -= 1) {
      const node: unknown = document.getIn([...prefix, ...path.slice(0, length)], true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return undefined;
  };
}

function absoluteFiles<Value>(value: Value, directory: string): Value {
  if (Array.isArray(value)) return value.map((entry) => absoluteFiles(entry, directory)) as Value;
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only?.[0] === "file" && typeof only[1] === "string") {
    return { file: resolve(directory, only[1]) } as Value;
  }
  return Object.fromEntries(entries.map(([key, entry]) => [key, absoluteFiles(entry, directory)])) as Value;
}

const usage = (message: string, hint: string) =>
  new HoldfastError({ code: "USAGE", message, hint, exitCode: 2 });

function stackUnknown(stack: string, known: readonly string[], directory: string): HoldfastError {
  return new HoldfastError({
    code: "STACK_UNKNOWN",
    message: `There is no stack "${stack}" in ${directory}`,
    hint:
      known.length > 0
        ? `Did you mean ${closest(stack, known)}? Stacks with a file Pulumi.<stack>.yaml here: ${known.join(", ")}.`
        : "Change to the directory that holds Pulumi.<stack>.yaml, or give --plan FILE.yaml.",
    exitCode: 2,
  });
}

function planMissing(source: Source, what: string): HoldfastError {
  return new HoldfastError({
    code: "PLAN_MISSING",
    message: `${source.name} ${what}`,
    hint: `Write the plan under config: ${PLAN_KEY}: as Pulumi.prod.yaml of Holdfast does.`,
    exitCode: 2,
  });
}

function syntax(source: Source, message: string, line?: number): HoldfastError {
  // The parser's message goes on with an excerpt of the file, which is not ours to print.
  const [first = ""] = message.split("\n");
  const alias = /alias/i.test(first)
    ? ' A schedule that starts with * must stand in quotes: "* 2 * * *".'
    : "";
  return new HoldfastError({
    code: "PLAN_SYNTAX",
    message: `${source.name}${line === undefined ? "" : `, line ${line},`} is not valid YAML: ${redact(first.replace(/ at line \d+, column \d+:?$/, ""))}`,
    hint: `Correct the YAML at that place.${alias}`,
    exitCode: 2,
  });
}
