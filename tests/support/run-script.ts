import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { useTestCredentials } from "./servers.ts";

const PROJECT = join(import.meta.dirname, "../..");

export interface ScriptRun {
  /** Absent when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartedScript {
  readonly pid: number;
  /**
   * A signal to the script alone: programs that it started are left to themselves, as a real kill leaves them.
   * @param signal @default SIGKILL
   */
  kill(signal?: NodeJS.Signals): void;
  /** What it wrote to standard output so far. */
  output(): string;
  /** Ends with the script. */
  readonly ended: Promise<ScriptRun>;
}

export type ScriptName =
  | "audit"
  | "backup"
  | "checkpoint"
  | "drill"
  | "health"
  | "watch"
  | "restore"
  | "verify"
  | "points"
  | "sync"
  | "restore-storage"
  | "sweep"
  | "evidence"
  | "plan";

/**
 * Starts a command line program as `npm run <name> -- …` does, in an environment of its own: the test's AWS
 * credentials, the variables given, and of the caller's only what a program needs to run.
 */
export async function startScript(
  name: ScriptName,
  args: readonly string[],
  variables: NodeJS.ProcessEnv = {},
): Promise<StartedScript> {
  const child = spawn(process.execPath, [join(PROJECT, `scripts/${name}.ts`), ...args], {
    cwd: PROJECT,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...inherited(),
      ...useTestCredentials(),
      ...variables,
    },
  });
  return {
    pid: child.pid ?? 0,
    kill: (signal = "SIGKILL") => void child.kill(signal),
    ...collect(child),
  };
}

/** What a program needs to run at all, and where this machine keeps PostgreSQL's. */
function inherited(): NodeJS.ProcessEnv {
  const names = ["PATH", "HOME", "TMPDIR", "NODE_COMPILE_CACHE", "HOLDFAST_PG_BIN", "LD_LIBRARY_PATH"];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

function collect(child: ChildProcess): Pick<StartedScript, "output" | "ended"> {
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<ScriptRun>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) =>
      resolve({ exitCode: code ?? undefined, signal: signal ?? undefined, stdout, stderr }),
    );
  });
  return { output: () => stdout, ended };
}

/** Runs a script to its end. */
export async function runScript(
  name: ScriptName,
  args: readonly string[],
  variables: NodeJS.ProcessEnv = {},
): Promise<ScriptRun> {
  return await (await startScript(name, args, variables)).ended;
}
