import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

export interface Measured {
  readonly seconds: number;
  /** Largest memory of the process itself, in MB (10^6 bytes); children have their own. */
  readonly peakMegabytes: number;
  readonly stdout: string;
}

const SAMPLE_MILLISECONDS = 50;

/** Runs a program and measures wall time and its own peak memory. A failure ends the bench. */
export async function measure(
  command: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly input?: string; readonly cwd?: string } = {},
): Promise<Measured> {
  const startedAt = performance.now();
  const child = spawn(command, args, {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  let peakBytes = 0;
  const sampler = setInterval(() => {
    peakBytes = Math.max(peakBytes, peakOf(child.pid));
  }, SAMPLE_MILLISECONDS);
  child.stdin.end(options.input ?? "");
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (bytes: Buffer) => {
    stdout += bytes.toString("utf8");
  });
  child.stderr.on("data", (bytes: Buffer) => {
    stderr = (stderr + bytes.toString("utf8")).slice(-4_000);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  clearInterval(sampler);
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${stderr}`);
  return { seconds: (performance.now() - startedAt) / 1000, peakMegabytes: peakBytes / 1e6, stdout };
}

/** VmHWM is kept by the kernel itself, so no peak falls between two samples. */
function peakOf(pid: number | undefined): number {
  try {
    const match = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return Number(match?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** A shell pipeline whose parts all must succeed; values come in as "$1", "$2", …, never in the text. */
export function shell(script: string, ...values: string[]): readonly [string, readonly string[]] {
  return ["bash", ["-c", `set -euo pipefail; ${script}`, "bash", ...values]];
}
