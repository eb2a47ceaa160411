import commandModule from "@pulumi/pulumi/automation/cmd.js";
import errorModule from "@pulumi/pulumi/automation/errors.js";
import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { callCommand } from "./commands/call-command.ts";
import { ENGINE_VERSION } from "./engine-version.ts";

export interface EngineOptions {
  /**
   * By package, the module that serves its provider: the SDK's `provider.main` with a `Provider`.
   * @default none; dynamic resources need none
   */
  readonly plugins?: Readonly<Record<string, string>>;
}

/**
 * The engine for one machine, in the shape that the Automation API takes as `pulumiCommand`: the command line without
 * the executable. What it does not support it refuses by name.
 */
export function pulumiCommand({ plugins = {} }: EngineOptions = {}): PulumiCommand {
  const run = async (
    argv: readonly string[],
    workDirectory: string,
    additionalEnvironment: Readonly<Record<string, string>>,
    onOutput?: (text: string) => void,
    onError?: (text: string) => void,
    signal?: AbortSignal,
  ): Promise<unknown> => {
    let stdout = "";
    let stderr = "";
    const print = (text: string): void => {
      stdout += text;
      onOutput?.(text);
    };
    const warn = (text: string): void => {
      stderr += text;
      onError?.(text);
    };
    try {
      const environment = { ...process.env, ...additionalEnvironment };
      await callCommand({ argv, workDirectory, environment, plugins, signal, print, warn });
    } catch (error) {
      throw commandError(argv, stdout, stderr, error);
    }
    return commandResult(stdout.trimEnd(), stderr.trimEnd(), 0);
  };
  // The API's class has a private constructor; it calls no more than these.
  return { command: "holdfast-sandbox-engine", version: engineVersion, run } as unknown as PulumiCommand;
}

interface Failures {
  readonly createCommandError: (result: unknown) => Error;
}

interface Results {
  readonly CommandResult: new (stdout: string, stderr: string, code: number, error?: Error) => object;
}

/** The error that the Automation API throws for the real command line: its class says which it is. */
function commandError(argv: readonly string[], stdout: string, stderr: string, error: unknown): Error {
  const message = `Command failed: pulumi ${argv[0] ?? ""}\n${stderr}${stdout}`;
  const result = commandResult("", message, -2, error as Error);
  return (errorModule as unknown as Failures).createCommandError(result);
}

function commandResult(stdout: string, stderr: string, code: number, error?: Error): object {
  return new (commandModule as unknown as Results).CommandResult(stdout, stderr, code, error);
}

/** What the API asks of a version: its text, and comparison with another. */
const engineVersion = {
  toString: () => ENGINE_VERSION,
  compare: (other: unknown): number => {
    const [one, two] = [ENGINE_VERSION, String(other)].map((text) =>
      text.split(/[.-]/).slice(0, 3).map(Number),
    );
    const difference = one?.map((part, index) => part - (two?.[index] ?? 0)).find((part) => part !== 0) ?? 0;
    return Math.sign(difference);
  },
};
