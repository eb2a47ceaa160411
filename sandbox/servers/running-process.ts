import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const ps = (argv: readonly string[]): string => {
  try {
    return execFileSync("ps", argv, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return "";
  }
};

/** The command line of a living process; `undefined` when it does not exist, is a zombie, or cannot be read. */
export function commandLineOf(pid: number): string | undefined {
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  if (process.platform !== "linux") return ps(["-o", "command=", "-p", String(pid)]).trim() || undefined;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim() || undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether `pid` still is the process it was written down for: a pid file outlives its process, and the number
 * is given out again, so only a command line that contains every one of `marks` counts.
 */
export function isRunning(pid: number, marks: readonly string[]): boolean {
  const commandLine = commandLineOf(pid);
  return commandLine !== undefined && marks.every((mark) => commandLine.includes(mark));
}

/** Pids of the living children of `pid`. */
export function childrenOf(pid: number): number[] {
  if (process.platform === "linux") {
    try {
      const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
      return children === "" ? [] : children.split(" ").map(Number);
    } catch {
      // A kernel without this file, or a process that is gone: ps answers both.
    }
  }
  const rows = ps(["-A", "-o", "pid=,ppid="]).trim().split("\n");
  return rows
    .map((row) => row.trim().split(/\s+/).map(Number))
    .flatMap(([child, parent]) => (child !== undefined && parent === pid ? [child] : []));
}

/** Sends a signal; a process that is already gone is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** Waits until the process is gone. @returns whether it is, within `timeoutSeconds` */
export async function waitUntilGone(
  pid: number,
  marks: readonly string[],
  timeoutSeconds: number,
): Promise<boolean> {
  const deadline = performance.now() + timeoutSeconds * 1000;
  while (isRunning(pid, marks)) {
    if (performance.now() > deadline) return false;
    await sleep(10);
  }
  return true;
}
