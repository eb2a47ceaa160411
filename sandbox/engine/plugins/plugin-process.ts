import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { EngineError } from "../engine-error.ts";
import { startNode } from "./start-node.ts";

export interface PluginProcessOptions {
  /** The module that serves the provider: prints its port, then answers. */
  readonly module: string;
  /** Its first argument. */
  readonly engineAddress: string;
  /** What follows it; default nothing. */
  readonly argv?: readonly string[];
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Gets what the provider prints. */
  readonly onOutput: (line: string) => void;
}

export interface PluginProcess {
  /** Where it listens, `127.0.0.1:<port>`. */
  readonly address: string;
  stop(): void;
}

/** Longest time a provider may take to listen, in seconds. */
const START_SECONDS = 60;

/**
 * Starts a provider as the real engine does: a process that prints its port first. It ends with this one.
 * @throws EngineError when it ends, or says nothing, before it listens
 */
export function startPluginProcess(options: PluginProcessOptions): Promise<PluginProcess> {
  const { module, engineAddress, argv = [], directory, environment, onOutput } = options;
  const child = startNode([module, engineAddress, ...argv], { directory, environment });
  const stop = (): void => {
    child.stdin.destroy();
    child.kill("SIGKILL");
  };
  const errors: string[] = [];
  createInterface(child.stderr).on("line", (line) => {
    errors.push(line);
    onOutput(line);
  });
  return firstLine(child, errors, module, onOutput).then(
    (port) => ({ address: `127.0.0.1:${port}`, stop }),
    (error: unknown) => {
      stop();
      throw error;
    },
  );
}

function firstLine(
  child: ChildProcess & { readonly stdout: NodeJS.ReadableStream },
  errors: readonly string[],
  module: string,
  onOutput: (line: string) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void =>
      reject(new EngineError(`the provider ${module} ${why}\n${errors.slice(-20).join("\n")}`));
    const deadline = setTimeout(() => fail(`did not listen within ${START_SECONDS} s`), START_SECONDS * 1000);
    child.once("error", (error) => fail(`did not start: ${error.message}`));
    child.once("exit", (code, signal) => fail(`ended before it listened (${signal ?? code})`));
    createInterface(child.stdout).on("line", (line) => {
      if (/^\d+$/.test(line.trim())) {
        clearTimeout(deadline);
        resolve(line.trim());
      } else onOutput(line);
    });
  });
}
