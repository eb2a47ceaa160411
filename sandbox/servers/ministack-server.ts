import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { freePort } from "./free-port.ts";
import { type MinistackRecord, readMinistackRecord, writeMinistackRecord } from "./ministack-record.ts";
import { endServerProcess, pidOfServer, type ServerProcess, startServerProcess } from "./server-process.ts";

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

const STOP_SECONDS = 30;

/** An interpreter option without effect that ties the command line to its directory. */
const markOf = (record: MinistackRecord): string => `holdfast_directory=${record.directory}`;

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

function processOf(record: MinistackRecord): ServerProcess {
  return {
    program: record.python,
    argv: ["-X", markOf(record), "-m", "ministack"],
    directory: record.directory,
    environment: environmentOf(record),
    logFile: join(record.directory, "ministack.log"),
    pidFile: join(record.directory, "ministack.pid"),
    marks: ["ministack", markOf(record)],
    answers: () => answers(record.port),
    notStarted: (reason) => notStarted(record, reason),
  };
}

function serverOf(record: MinistackRecord): MinistackServer {
  const ministack = processOf(record);
  return {
    endpoint: `http://127.0.0.1:${record.port}`,
    port: record.port,
    directory: record.directory,
    logFile: ministack.logFile,
    pid: () => pidOfServer(ministack),
    running: () => pidOfServer(ministack) !== undefined,
    start: () => startServerProcess(ministack),
    stop: () => endServerProcess(ministack, ["SIGTERM", "SIGKILL"], STOP_SECONDS),
    kill: () => endServerProcess(ministack, ["SIGKILL"], STOP_SECONDS),
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
  if (existing && pidOfServer(processOf(existing)) && (await answers(existing.port)))
    return serverOf(existing);
  mkdirSync(join(directory, "state"), { recursive: true, mode: 0o700 });
  for (let tries = 1; ; tries++) {
    const port = options.port ?? (tries === 1 ? existing?.port : undefined) ?? (await freePort());
    const record = { directory, port, persist: options.persist ?? false, ...options.program };
    writeMinistackRecord(record);
    try {
      await startServerProcess(processOf(record));
      return serverOf(record);
    } catch (error) {
      // Another process took the port between the look and the bind.
      const taken = error instanceof HoldfastError && error.message.includes("in use");
      if (tries === 3 || options.port || !taken) throw error;
    }
  }
}
