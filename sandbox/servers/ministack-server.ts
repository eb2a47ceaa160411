import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { freePort } from "./free-port.ts";
import { type MinistackRecord, readMinistackRecord, writeMinistackRecord } from "./ministack-record.ts";
import { isRunning, signalProcess, waitUntilGone } from "./running-process.ts";

/** How to start Python with ministack importable; see `installMinistack`. */
export interface MinistackProgram {
  /** Path of the Python interpreter. */
  readonly python: string;
  /** Folder of the packages when they are outside the interpreter's own. */
  readonly packagesDirectory?: string | undefined;
}

export interface MinistackServerOptions {
  /** Holds state, log and pid file; created when absent. */
  readonly directory: string;
  readonly program: MinistackProgram;
  /** @default the port of the last start, else a free one */
  readonly port?: number;
  /** Keep objects and keys over `stop()`; a SIGKILL loses the keys all the same. @default false */
  readonly persist?: boolean;
}

export interface MinistackServer {
  /** E.g. `http://127.0.0.1:4566`: one address for S3, KMS and every other AWS API. */
  readonly endpoint: string;
  readonly port: number;
  readonly directory: string;
  readonly logFile: string;
  pid(): number | undefined;
  running(): boolean;
  /** Starts a stopped server on the same port; no effect on a running one. */
  start(): Promise<void>;
  /** SIGTERM, on which the state is saved (with `persist`). */
  stop(): Promise<void>;
  /** SIGKILL: keys and all that is only in memory are lost. */
  kill(): Promise<void>;
}

const START_SECONDS = 60;
const STOP_SECONDS = 30;

/** An interpreter option without effect that ties the command line to its directory. */
const markOf = (record: MinistackRecord): string => `holdfast_directory=${record.directory}`;

function pidOf(record: MinistackRecord): number | undefined {
  const file = join(record.directory, "ministack.pid");
  const pid = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  return isRunning(pid, ["ministack", markOf(record)]) ? pid : undefined;
}

function environmentOf(record: MinistackRecord): NodeJS.ProcessEnv {
  const state = join(record.directory, "state");
  const kept = record.persist ? "1" : "0";
  return {
    PATH: process.env.PATH,
    LANG: "C.UTF-8",
    HOME: record.directory,
    TMPDIR: record.directory,
    BIND_HOST: "127.0.0.1",
    GATEWAY_PORT: String(record.port),
    LOG_LEVEL: "WARNING",
    PERSIST_STATE: kept,
    S3_PERSIST: kept,
    STATE_DIR: join(state, "services"),
    S3_DATA_DIR: join(state, "s3"),
    // Its pre-pull of container images has no place here.
    DOCKER_HOST: "unix:///nonexistent.sock",
    ...(record.packagesDirectory ? { PYTHONPATH: record.packagesDirectory } : {}),
  };
}

async function answers(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/_ministack/ready`, {
      signal: AbortSignal.timeout(2000),
    });
    return response.ok;
  } catch {
    return false;
  }
}

function notStarted(record: MinistackRecord, reason: string): HoldfastError {
  const log = join(record.directory, "ministack.log");
  const said = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n").slice(-6).join("\n") : "";
  return new HoldfastError({
    code: "MINISTACK_NOT_STARTED",
    message: `ministack in ${record.directory} ${reason}: ${said}`,
    hint: `Read ${log}; if the directory is not needed, remove it and start again`,
  });
}

async function startProcess(record: MinistackRecord): Promise<void> {
  if (pidOf(record) && (await answers(record.port))) return;
  const log = openSync(join(record.directory, "ministack.log"), "a", 0o600);
  const child = spawn(record.python, ["-X", markOf(record), "-m", "ministack"], {
    cwd: record.directory,
    env: environmentOf(record),
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
  if (child.pid !== undefined) writeFileSync(join(record.directory, "ministack.pid"), String(child.pid));
  const deadline = performance.now() + START_SECONDS * 1000;
  while (ended || !(await answers(record.port))) {
    if (ended) throw notStarted(record, "ended while it started");
    if (performance.now() > deadline) {
      child.kill("SIGKILL");
      throw notStarted(record, `was not ready within ${START_SECONDS} s`);
    }
    await sleep(30);
  }
}

async function endProcess(record: MinistackRecord, signals: readonly NodeJS.Signals[]): Promise<void> {
  const pid = pidOf(record);
  for (const signal of pid === undefined ? [] : signals) {
    if (pid === undefined) return;
    signalProcess(pid, signal);
    if (await waitUntilGone(pid, [markOf(record)], STOP_SECONDS)) break;
  }
  rmSync(join(record.directory, "ministack.pid"), { force: true });
}

function serverOf(record: MinistackRecord): MinistackServer {
  return {
    endpoint: `http://127.0.0.1:${record.port}`,
    port: record.port,
    directory: record.directory,
    logFile: join(record.directory, "ministack.log"),
    pid: () => pidOf(record),
    running: () => pidOf(record) !== undefined,
    start: () => startProcess(record),
    stop: () => endProcess(record, ["SIGTERM", "SIGKILL"]),
    kill: () => endProcess(record, ["SIGKILL"]),
  };
}

/** The server that `startMinistackServer` once made in this directory, running or not. */
export function openMinistackServer(directory: string): MinistackServer | undefined {
  const record = readMinistackRecord(resolve(directory));
  return record ? serverOf(record) : undefined;
}

/**
 * Starts ministack (S3, KMS and more of AWS in one process) on a loopback port and waits until it answers. A
 * server that runs in this directory already is returned as it is. It outlives this process until `stop()`.
 * Errors: `MINISTACK_NOT_STARTED`.
 * @see https://github.com/ministackorg/ministack
 */
export async function startMinistackServer(options: MinistackServerOptions): Promise<MinistackServer> {
  const directory = resolve(options.directory);
  const existing = readMinistackRecord(directory);
  if (existing && pidOf(existing) && (await answers(existing.port))) return serverOf(existing);
  mkdirSync(join(directory, "state"), { recursive: true, mode: 0o700 });
  for (let tries = 1; ; tries++) {
    const port = options.port ?? (tries === 1 ? existing?.port : undefined) ?? (await freePort());
    const record = { directory, port, persist: options.persist ?? false, ...options.program };
    writeMinistackRecord(record);
    try {
      await startProcess(record);
      return serverOf(record);
    } catch (error) {
      // Another process took the port between the look and the bind.
      const taken = error instanceof HoldfastError && error.message.includes("in use");
      if (tries === 3 || options.port || !taken) throw error;
    }
  }
}
