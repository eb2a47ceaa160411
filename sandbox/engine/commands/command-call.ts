import type { ArgumentSpec } from "./parse-arguments.ts";
import { type Arguments, parseArguments } from "./parse-arguments.ts";
import { Workspace } from "./workspace.ts";

export interface CommandCallOptions {
  readonly argv: readonly string[];
  readonly workDirectory: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly plugins: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
  /** To standard output, and to standard error. */
  readonly print: (text: string) => void;
  readonly warn: (text: string) => void;
}

/** One call of the command line. */
export class CommandCall {
  readonly workDirectory: string;
  readonly environment: NodeJS.ProcessEnv;
  /** By package, the module that serves its provider. */
  readonly plugins: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
  readonly #argv: readonly string[];
  readonly #print: (text: string) => void;
  readonly #warn: (text: string) => void;

  constructor(options: CommandCallOptions) {
    this.workDirectory = options.workDirectory;
    this.environment = options.environment;
    this.plugins = options.plugins;
    this.signal = options.signal;
    this.#argv = options.argv;
    this.#print = options.print;
    this.#warn = options.warn;
  }

  parse(spec: ArgumentSpec): Arguments {
    return parseArguments(this.#argv, spec);
  }

  workspace(): Workspace {
    return new Workspace(this.workDirectory, this.environment);
  }

  /** To standard output. */
  print(line: string): void {
    this.#print(`${line}\n`);
  }

  printJson(value: unknown): void {
    this.print(JSON.stringify(value, null, 2));
  }

  /** To standard error. */
  warn(line: string): void {
    this.#warn(`${line}\n`);
  }
}

/** A command of the command line; its words are taken off the arguments already. */
export type Command = (call: CommandCall) => Promise<void>;
