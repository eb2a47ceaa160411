import { type ChildProcessByStdio, spawn } from "node:child_process";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { redact } from "../plan/redact.ts";

export interface RunToolOptions {
  /** The child's whole environment; secrets belong here and never into the arguments. */
  readonly env: NodeJS.ProcessEnv;
  /** Ends the child (SIGTERM, after 5 s SIGKILL) when aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Turns a failed run into the error to throw. @default TOOL_FAILED with the last lines of stderr */
  readonly failure?: ((failed: ToolFailure) => HoldfastError) | undefined;
}

export interface ToolFailure {
  /** Name of the program without its folder. */
  readonly tool: string;
  /** Exit code, or undefined when a signal ended it. */
  readonly exitCode?: number | undefined;
  readonly killedBy?: string | undefined;
  /** The last 16 KiB that the program wrote to stderr, without secrets. */
  readonly stderr: string;
}

const KEPT_STDERR_CHARACTERS = 16_384;
const KILL_AFTER_MILLISECONDS = 5_000;

/**
 * Starts a program by its argument list (never through a shell) and streams its standard output.
 * The stream ends only after the program left with code 0; otherwise it fails, so that a truncated output can never
 * be taken for a whole one. Destroying the stream ends the program.
 * @throws HoldfastError (through the stream) TOOL_MISSING, TOOL_FAILED or what `failure` makes of it, TOOL_STOPPED.
 */
export function runTool(file: string, args: readonly string[], options: RunToolOptions): Readable {
  return new ToolOutput(file, args, options);
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

class ToolOutput extends Readable {
  readonly #tool: string;
  readonly #options: RunToolOptions;
  readonly #child: Child | undefined;
  #stderr = "";

  constructor(file: string, args: readonly string[], options: RunToolOptions) {
    super({ highWaterMark: 1 << 18 });
    this.#tool = basename(file);
    this.#options = options;
    if (options.signal?.aborted) {
      this.destroy(stopped(this.#tool));
      return;
    }
    const child = spawn(file, args, {
      env: options.env,
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    });
    this.#child = child;
    child.stdout.on("data", (chunk: Buffer) => {
      if (!this.push(chunk)) child.stdout.pause();
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-KEPT_STDERR_CHARACTERS);
    });
    child.once("error", (cause) => this.destroy(cannotStart(file, cause)));
    child.once("close", (code, killedBy) => this.#finish(code, killedBy));
    options.signal?.addEventListener("abort", this.#cancel, { once: true });
  }

  readonly #cancel = () => this.destroy(stopped(this.#tool));

  #finish(code: number | null, killedBy: string | null): void {
    if (code === 0) {
      this.push(null);
      return;
    }
    const stderr = redact(this.#stderr).trim();
    const failed = { tool: this.#tool, exitCode: code ?? undefined, killedBy: killedBy ?? undefined, stderr };
    this.destroy((this.#options.failure ?? toolFailed)(failed));
  }

  override _read(): void {
    this.#child?.stdout.resume();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#options.signal?.removeEventListener("abort", this.#cancel);
    if (this.#child !== undefined) stopChild(this.#child);
    done(error);
  }
}

function stopChild(child: Child): void {
  // Nobody reads any more; an unread pipe would keep this process alive.
  child.stdout.removeAllListeners("data").resume();
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MILLISECONDS);
  timer.unref();
  child.once("exit", () => clearTimeout(timer));
}

/** The plain form of a failed run, for programs that have no better explanation. */
export function toolFailed(failed: ToolFailure): HoldfastError {
  const how = failed.killedBy
    ? `was ended by ${failed.killedBy}`
    : `left with code ${failed.exitCode ?? "?"}`;
  return new HoldfastError({
    code: "TOOL_FAILED",
    message: `${failed.tool} ${how}: ${failed.stderr === "" ? "it wrote no message" : failed.stderr}`,
    hint: "Read the program's message above, correct what it names and run the command again.",
  });
}

function cannotStart(file: string, cause: Error): HoldfastError {
  return new HoldfastError({
    code: "TOOL_MISSING",
    message: `${file} cannot be started: ${cause.message}`,
    hint: "Install the PostgreSQL client programs, or set HOLDFAST_PG_BIN to the folder that holds them.",
    cause,
  });
}

function stopped(tool: string): HoldfastError {
  return new HoldfastError({
    code: "TOOL_STOPPED",
    message: `${tool} was stopped because the run was cancelled.`,
    hint: "Run the command again when you are ready.",
  });
}
