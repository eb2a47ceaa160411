import { EngineError, unsupported } from "../engine-error.ts";

/** What a command takes. */
export interface ArgumentSpec {
  /** Options without a value, e.g. `--yes`. */
  readonly flags?: readonly string[];
  /** Options with a value, e.g. `--file`. */
  readonly values?: readonly string[];
}

export class Arguments {
  readonly positional: readonly string[];
  /** Options in their order; a flag has no value. */
  readonly options: readonly (readonly [name: string, value: string | undefined])[];

  constructor(positional: readonly string[], options: Arguments["options"]) {
    this.positional = positional;
    this.options = options;
  }

  has(flag: string): boolean {
    return this.options.some(([name]) => name === flag);
  }

  /** @returns the last value given */
  value(option: string): string | undefined {
    return this.options.findLast(([name]) => name === option)?.[1];
  }
}

/** About display and diagnosis alone, or given by the Automation API to every command. */
const IGNORED_FLAGS = [
  ...[
    "--non-interactive",
    "--yes",
    "--skip-preview",
    "--diff",
    "--json",
    "--debug",
    "--logflow",
    "--logtostderr",
  ],
  ...["--suppress-outputs", "--suppress-progress", "--emoji", "--disable-integrity-checking"],
];
const IGNORED_VALUES = ["--color", "--verbose", "--exec-agent", "--exec-kind"];

/**
 * Reads a command's arguments.
 * @throws EngineError naming an option that the command does not have here
 */
export function parseArguments(argv: readonly string[], spec: ArgumentSpec): Arguments {
  const flags = new Set([...(spec.flags ?? []), ...IGNORED_FLAGS]);
  const values = new Set([...(spec.values ?? []), ...IGNORED_VALUES, "--stack"]);
  const positional: string[] = [];
  const options: [string, string | undefined][] = [];
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--") positional.push(...rest.splice(0));
    else if (!word.startsWith("-")) positional.push(word);
    else {
      const [, name = word, inline] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
      if (flags.has(name)) {
        if (inline !== "false") options.push([name, undefined]);
      } else if (values.has(name)) {
        const value = inline ?? rest.shift();
        if (value === undefined) throw new EngineError(`the option ${name} lacks its value`);
        options.push([name, value]);
      } else throw unsupported(`the option ${name}`);
    }
  }
  return new Arguments(positional, options);
}
