import { spawn } from "node:child_process";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { ServerAccount } from "./server-account.ts";

export interface RunToolOptions {
  readonly directory?: string;
  /** The whole environment of the child. @default that of this process */
  readonly environment?: NodeJS.ProcessEnv;
  /** Run as this account instead of the caller's. */
  readonly account?: ServerAccount | undefined;
  /** After this the child is killed and the call fails. @default 300 */
  readonly timeoutSeconds?: number;
  /** The fix that the error names. */
  readonly hint?: string;
  /** Return instead of throwing when the exit code is not 0. @default false */
  readonly mayFail?: boolean;
}

export interface ToolResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Enough of an output to explain a failure; a chatty tool must not fill the memory. */
const KEPT_CHARACTERS = 64 * 1024;

const keepTail = (kept: string, more: Buffer): string => (kept + more.toString()).slice(-KEPT_CHARACTERS);

/**
 * Runs a program to its end and returns what it printed (the last 64 KiB of each stream).
 * Errors: `TOOL_MISSING` (not found), `TOOL_FAILED` (exit code other than 0, or too slow).
 */
export function runTool(
  command: string,
  argv: readonly string[],
  options: RunToolOptions = {},
): Promise<ToolResult> {
  const { hint = `Run it by hand to see more: ${[command, ...argv].join(" ")}` } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, argv, {
      cwd: options.directory,
      env: options.environment ?? process.env,
      stdio: ["ignore", "pipe", "pipe"],
      ...options.account,
    });
    // Not spawn's own time-out: that keeps the process alive to its end when the program cannot be started.
    const timer = setTimeout(() => child.kill("SIGKILL"), (options.timeoutSeconds ?? 300) * 1000);
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data: Buffer) => {
      stdout = keepTail(stdout, data);
    });
    child.stderr.on("data", (data: Buffer) => {
      stderr = keepTail(stderr, data);
    });
    child.once("error", (cause) => {
      clearTimeout(timer);
      const message = `${command} cannot be started: ${cause.message}`;
      reject(new HoldfastError({ code: "TOOL_MISSING", message, hint, cause }));
    });
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      const exitCode = code ?? 128;
      if (exitCode === 0 || options.mayFail) return resolve({ exitCode, stdout, stderr });
      const ending = signal ? `was ended by ${signal}` : `ended with exit code ${exitCode}`;
      const said = (stderr.trim() || stdout.trim()).split("\n").slice(-8).join("\n");
      reject(new HoldfastError({ code: "TOOL_FAILED", message: `${command} ${ending}: ${said}`, hint }));
    });
  });
}
