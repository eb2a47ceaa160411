import { parseArgs } from "node:util";
import { closest, distance } from "fastest-levenshtein";
import { HoldfastError } from "../../plan/holdfast-error.ts";

interface Described {
  /** One line for the help text. */
  readonly description: string;
}

export interface TextOption extends Described {
  readonly type: "string";
  /** How the value is called in the help text, e.g. `NAME`. @default "VALUE" */
  readonly placeholder?: string;
  /** @default false */
  readonly required?: boolean;
  readonly default?: string;
  readonly choices?: readonly string[];
}

export interface IntegerOption extends Described {
  readonly type: "integer";
  readonly placeholder?: string;
  readonly required?: boolean;
  readonly default?: number;
  readonly min?: number;
  readonly max?: number;
}

export interface FlagOption extends Described {
  readonly type: "boolean";
}

export type CommandOption = TextOption | IntegerOption | FlagOption;
export type CommandOptions = Readonly<Record<string, CommandOption>>;

type Given<Option, Value> = Option extends { required: true } | { default: Value }
  ? Value
  : Value | undefined;

/** The values of a command's options: flags are true or false, others absent unless required or defaulted. */
export type OptionValues<Options extends CommandOptions> = {
  readonly [Name in keyof Options]: Options[Name] extends { type: "boolean" }
    ? boolean
    : Options[Name] extends { type: "integer" }
      ? Given<Options[Name], number>
      : Given<Options[Name], string>;
};

export interface Positionals {
  /** How they are called in the help text, e.g. `ACTION`. */
  readonly placeholder: string;
  readonly description: string;
  readonly choices?: readonly string[];
  /** @default 1 */
  readonly max?: number;
}

export interface ReadOptions<Options extends CommandOptions> {
  readonly values: OptionValues<Options>;
  readonly positionals: readonly string[];
}

/**
 * Reads a command line against what the command declares.
 * @throws HoldfastError USAGE (exit 2) that names the nearest option, the missing one or the bound
 */
export function readOptions<const Options extends CommandOptions>(
  args: readonly string[],
  options: Options,
  positionals?: Positionals,
): ReadOptions<Options> {
  const config = Object.fromEntries(
    Object.entries(options).map(([name, option]) => [
      name,
      { type: option.type === "boolean" ? "boolean" : "string" } as const,
    ]),
  );
  const { tokens } = parseArgs({
    args: [...args],
    options: config,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const raw = new Map<string, string | true>();
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    const option =
      Object.hasOwn(options, token.name) && token.rawName.startsWith("--") ? options[token.name] : undefined;
    if (!option) throw unknownOption(token.rawName, Object.keys(options));
    if (raw.has(token.name)) throw usage(`--${token.name} is given twice`, "Give it once.");
    raw.set(token.name, rawValue(token.name, option, token.value, token.inlineValue ?? false));
  }
  const values = Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, typedValue(name, option, raw.get(name))]),
  );
  checkPositionals(words, positionals);
  // Each value was made according to its own option just above.
  return { values: values as OptionValues<Options>, positionals: words };
}

function rawValue(
  name: string,
  option: CommandOption,
  value: string | undefined,
  inline: boolean,
): string | true {
  if (option.type === "boolean") {
    if (value !== undefined) throw usage(`--${name} takes no value`, `Write --${name} alone.`);
    return true;
  }
  const placeholder = option.placeholder ?? "VALUE";
  if (value === undefined || value === "" || (!inline && /^-./.test(value) && !/^-\d/.test(value))) {
    throw usage(`--${name} needs a value`, `Write --${name} ${placeholder}, or --${name}=${placeholder}.`);
  }
  return value;
}

function typedValue(
  name: string,
  option: CommandOption,
  raw: string | true | undefined,
): string | number | boolean | undefined {
  if (option.type === "boolean") return raw === true;
  if (raw === undefined || raw === true) {
    if (option.required && option.default === undefined) {
      throw usage(
        `--${name} is missing`,
        `Add --${name} ${option.placeholder ?? "VALUE"}: ${option.description}`,
      );
    }
    return option.default;
  }
  return option.type === "integer" ? integer(name, option, raw) : choice(`--${name}`, raw, option.choices);
}

function integer(name: string, option: IntegerOption, raw: string): number {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = option;
  const value = Number(raw);
  if (/^-?\d+$/.test(raw) && value >= min && value <= max) return value;
  const bound = option.max === undefined ? `of at least ${min}` : `from ${min} to ${max}`;
  throw usage(
    `--${name} is "${raw}"; it must be a whole number ${bound}`,
    `Write e.g. --${name} ${option.default ?? min}.`,
  );
}

function choice(what: string, raw: string, choices: readonly string[] | undefined): string {
  if (!choices || choices.includes(raw)) return raw;
  throw usage(
    `${what} is "${raw}"; it must be one of ${choices.join(", ")}`,
    `Did you mean ${closest(raw, choices)}?`,
  );
}

function checkPositionals(words: readonly string[], positionals: Positionals | undefined): void {
  const allowed = positionals ? (positionals.max ?? 1) : 0;
  const extra = words[allowed];
  if (extra !== undefined) {
    throw usage(`"${extra}" is not expected here`, "Options start with --; `--help` lists them.");
  }
  for (const word of words) choice(positionals?.placeholder ?? "", word, positionals?.choices);
}

function unknownOption(rawName: string, known: readonly string[]): HoldfastError {
  const name = rawName.replace(/^-+/, "");
  const near = known.length > 0 ? closest(name, known) : "";
  const close =
    near !== "" && (distance(name, near) <= Math.max(2, name.length / 2) || near.startsWith(name));
  return usage(
    `There is no option ${rawName}`,
    close ? `Did you mean --${near}? \`--help\` lists all options.` : "`--help` lists all options.",
  );
}

const usage = (message: string, hint: string) =>
  new HoldfastError({ code: "USAGE", message, hint, exitCode: 2 });
