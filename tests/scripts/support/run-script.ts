import { spawn } from "node:child_process";

export interface ScriptResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunScriptOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Sent as soon as standard output holds this text. */
  readonly signal?: { readonly name: NodeJS.Signals; readonly after: string };
}

/** Runs a script as a user does: in a process of its own, on this Node. */
export function runScript(
  script: string,
  args: readonly string[],
  options: RunScriptOptions = {},
): Promise<ScriptResult> {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: options.cwd,
    env: { ...process.env, HOLDFAST_DEBUG: "", ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  let signalled = false;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    if (options.signal && !signalled && stdout.includes(options.signal.after)) {
      signalled = true;
      child.kill(options.signal.name);
    }
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
