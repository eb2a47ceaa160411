import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { redact } from "../../plan/redact.ts";

export interface ContainerRun {
  readonly argv: readonly string[];
  /** All that it sees. */
  readonly environment: Readonly<Record<string, string>>;
  /** Texts that are masked in what it prints. */
  readonly secrets: readonly string[];
  readonly directory: string;
  readonly timeoutSeconds: number;
  /** From being told to stop to being killed, in seconds. */
  readonly stopSeconds: number;
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
}

export interface TaskOutcome {
  /** Undefined where a signal ended it. */
  readonly exitCode?: number;
  readonly killedBy?: string;
  /** Why it was stopped; absent where it ended by itself. */
  readonly stopped?: "timeout" | "aborted";
  /** The last 4,000 lines of what it printed, both streams as they came, without secrets. */
  readonly output: string;
}

const KEPT_LINES = 4000;

/** Runs a program by its arguments, with an environment of its own, to its end. What it starts ends with it. */
export async function runContainer(run: ContainerRun): Promise<TaskOutcome> {
  const [program = "", ...options] = run.argv;
  const child = spawn(program, options, {
    cwd: run.directory,
    env: { ...run.environment },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, as a container is one: it is stopped as a whole.
    detached: true,
  });
  const lines: string[] = [];
  const onLine = (text: string): void => {
    const line = withoutSecrets(text, run.secrets);
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
    run.onLine?.(line);
  };
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on("line", onLine);
  const how = await ended(child, run);
  return { ...how, output: lines.join("\n") };
}

function ended(child: ChildProcess, run: ContainerRun): Promise<Omit<TaskOutcome, "output">> {
  return new Promise((resolve, reject) => {
    let stopped: TaskOutcome["stopped"];
    let killing: NodeJS.Timeout | undefined;
    const stop = (why: NonNullable<TaskOutcome["stopped"]>): void => {
      stopped ??= why;
      signalGroup(child, "SIGTERM");
      killing ??= setTimeout(() => signalGroup(child, "SIGKILL"), run.stopSeconds * 1000);
    };
    const abort = (): void => stop("aborted");
    const deadline = setTimeout(() => stop("timeout"), run.timeoutSeconds * 1000);
    if (run.signal?.aborted) abort();
    run.signal?.addEventListener("abort", abort, { once: true });
    const settle = (): void => {
      clearTimeout(deadline);
      clearTimeout(killing);
      run.signal?.removeEventListener("abort", abort);
    };
    child.once("error", (cause) => {
      settle();
      reject(cannotStart(run.argv[0] ?? "", cause));
    });
    // A container ends with its first process.
    child.once("exit", () => signalGroup(child, "SIGKILL"));
    child.once("close", (code, signal) => {
      settle();
      resolve({
        ...(code === null ? {} : { exitCode: code }),
        ...(signal === null ? {} : { killedBy: signal }),
        ...(stopped ? { stopped } : {}),
      });
    });
  });
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // Nothing of it is left.
  }
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  const known = secrets.flatMap((secret) => secret.split("\n")).filter((secret) => secret !== "");
  return redact(known.reduce((masked, secret) => masked.replaceAll(secret, "***"), text));
}

function cannotStart(program: string, cause: Error): HoldfastError {
  return new HoldfastError({
    code: "TASK_UNSUPPORTED",
    message: `${program} cannot be started: ${cause.message}.`,
    hint: "The command of the task must be a program that this machine has, too.",
    exitCode: 2,
    cause,
  });
}
