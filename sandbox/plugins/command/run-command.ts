import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";

/** How a command is run: the inputs of `command.local.Command` of these names. */
export interface CommandSettings {
  /** Program and arguments before the command. @default ["/bin/sh", "-c"] */
  readonly interpreter?: readonly string[];
  /** @default the directory of this process */
  readonly dir?: string;
  /** Beside the environment of this process. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Which of its output is shown while it runs. @default "stdoutAndStderr" */
  readonly logging?: "stdout" | "stderr" | "stdoutAndStderr" | "none";
}

export interface CommandBounds {
  /** Texts that are not shown. */
  readonly secrets: readonly string[];
  /** The command, and what it started, is killed then; in seconds, 0: never. */
  readonly timeoutSeconds: number;
}

/**
 * Runs a command to its end.
 * @returns what it printed, without the newline at its end
 * @throws Error with what it printed, when it cannot be started, is killed, or its exit code is not 0
 */
export async function runCommand(
  command: string,
  settings: CommandSettings,
  bounds: CommandBounds,
): Promise<{ stdout: string; stderr: string }> {
  const { interpreter = [], dir, environment, stdin = "", logging = "stdoutAndStderr" } = settings;
  const [program = "/bin/sh", ...options] = interpreter.length > 0 ? interpreter : ["/bin/sh", "-c"];
  const child = spawn(program, [...options, command], {
    ...(dir === undefined ? {} : { cwd: dir }),
    env: { ...process.env, ...environment },
    stdio: ["pipe", "pipe", "pipe"],
    // A group of its own, so that what it started is killed with it.
    detached: true,
  });
  if (logging === "stdout" || logging === "stdoutAndStderr") show(child.stdout, bounds.secrets);
  if (logging === "stderr" || logging === "stdoutAndStderr") show(child.stderr, bounds.secrets);
  // A command may end without having read what it is given.
  child.stdin.on("error", () => undefined).end(stdin);
  const ended = exitOf(child, bounds.timeoutSeconds);
  const [stdout, stderr, failure] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (failure !== undefined)
    throw new Error(`${failure}: running ${JSON.stringify(command)}:\n${stdout}${stderr}`);
  return { stdout: stdout.replace(/\n$/, ""), stderr: stderr.replace(/\n$/, "") };
}

/** @returns how it failed; undefined when it did not */
function exitOf(child: ChildProcess, timeoutSeconds: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    let isLate = false;
    const deadline = setTimeout(() => {
      isLate = true;
      killGroup(child);
    }, timeoutSeconds * 1000);
    if (timeoutSeconds === 0) clearTimeout(deadline);
    child.once("error", ({ message }) => resolve(message));
    child.once("exit", (code, signal) => {
      clearTimeout(deadline);
      if (isLate) resolve(`did not end within ${timeoutSeconds} s`);
      else resolve(code === 0 ? undefined : signal ? `signal: ${signal}` : `exit status ${code}`);
    });
  });
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It ended at this moment.
  }
}

/** To standard error: the first line of standard output is the port of this provider. */
function show(output: NodeJS.ReadableStream, secrets: readonly string[]): void {
  createInterface(output).on("line", (line) => {
    process.stderr.write(`${secrets.reduce((masked, secret) => masked.replaceAll(secret, "***"), line)}\n`);
  });
}
