import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning, signalProcess, waitUntilGone } from "./running-process.ts";

/** A server that runs in a process of its own and outlives the one that starts it. */
export interface ServerProcess {
  readonly program: string;
  readonly argv: readonly string[];
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly logFile: string;
  readonly pidFile: string;
  /** Words of its command line: a pid file outlives its process, and the number is given out again. */
  readonly marks: readonly string[];
  /** Whether it serves. */
  answers(): Promise<boolean>;
  /** What is told when it does not start. */
  notStarted(reason: string): Error;
}

export type ServerPlace = Pick<ServerProcess, "pidFile" | "marks">;

const START_SECONDS = 60;

export function pidOfServer({ pidFile, marks }: ServerPlace): number | undefined {
  const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, "utf8")) : 0;
  return isRunning(pid, marks) ? pid : undefined;
}

/** Starts it and waits until it answers; no effect on one that does. */
export async function startServerProcess(server: ServerProcess): Promise<void> {
  if (pidOfServer(server) && (await server.answers())) return;
  const log = openSync(server.logFile, "a", 0o600);
  const child = spawn(server.program, server.argv, {
    cwd: server.directory,
    env: server.environment,
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  let ended = false;
  child.once("error", () => {
    ended = true;
  });
  child.once("exit", () => {
    ended = true;
  });
  child.unref();
  if (child.pid !== undefined) writeFileSync(server.pidFile, String(child.pid));
  const deadline = performance.now() + START_SECONDS * 1000;
  while (ended || !(await server.answers())) {
    if (ended) throw server.notStarted("ended while it started");
    if (performance.now() > deadline) {
      child.kill("SIGKILL");
      throw server.notStarted(`was not ready within ${START_SECONDS} s`);
    }
    await sleep(30);
  }
}

/** Sends one signal after the other until it is gone. @param stopSeconds waited after each */
export async function endServerProcess(
  place: ServerPlace,
  signals: readonly NodeJS.Signals[],
  stopSeconds: number,
): Promise<void> {
  const pid = pidOfServer(place);
  for (const signal of pid === undefined ? [] : signals) {
    if (pid === undefined) break;
    signalProcess(pid, signal);
    if (await waitUntilGone(pid, place.marks, stopSeconds)) break;
  }
  rmSync(place.pidFile, { force: true });
}
