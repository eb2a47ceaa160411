import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { freePort } from "./free-port.ts";
import { initializeCluster } from "./initialize-cluster.ts";
import { postgresEnvironment } from "./postgres-environment.ts";
import { type PostgresServerRecord, postgresPaths, readRecord, writeRecord } from "./postgres-record.ts";
import type { PostgresServerOptions } from "./postgres-server-options.ts";
import { childrenOf, isRunning, signalProcess, waitUntilGone } from "./running-process.ts";
import { serverAccount } from "./server-account.ts";

export interface PostgresServer {
  readonly host: string;
  readonly port: number;
  /** Superuser. */
  readonly user: string;
  readonly password: string;
  readonly binDirectory: string;
  /** Major version of the server, e.g. 15. */
  readonly major: number;
  readonly directory: string;
  readonly dataDirectory: string;
  /** Where finished WAL segments go. */
  readonly archiveDirectory: string;
  readonly logFile: string;
  /** Certificate to trust, when TLS is on. */
  readonly caFile: string | undefined;
  /** Connection URL of a database, for the superuser. @default database "postgres" */
  url(database?: string): string;
  /** Pid of the running postmaster. */
  pid(): number | undefined;
  running(): boolean;
  /** Starts a stopped server on the same port with the same settings; no effect on a running one. */
  start(): Promise<void>;
  /** Fast shutdown: sessions are ended, everything is written. */
  stop(): Promise<void>;
  /** SIGKILL to the postmaster and all its children, as a crash would. */
  kill(): Promise<void>;
}

const START_SECONDS = 60;
const STOP_SECONDS = 30;

function postmasterPid(record: PostgresServerRecord): number | undefined {
  const file = join(postgresPaths(record.directory).data, "postmaster.pid");
  const pid = existsSync(file) ? Number(readFileSync(file, "utf8").split("\n")[0]) : 0;
  return isRunning(pid, marksOf(record)) ? pid : undefined;
}

const marksOf = (record: PostgresServerRecord): string[] => [
  "postgres",
  postgresPaths(record.directory).data,
];

/** PostgreSQL writes "ready" on the eighth line once it takes connections. */
function isReady(record: PostgresServerRecord): boolean {
  const file = join(postgresPaths(record.directory).data, "postmaster.pid");
  return existsSync(file) && readFileSync(file, "utf8").split("\n")[7]?.trim() === "ready";
}

function logTail(logFile: string): string {
  return existsSync(logFile) ? readFileSync(logFile, "utf8").trim().split("\n").slice(-6).join("\n") : "";
}

function notStarted(record: PostgresServerRecord, reason: string): HoldfastError {
  const { log } = postgresPaths(record.directory);
  return new HoldfastError({
    code: "POSTGRES_NOT_STARTED",
    message: `PostgreSQL in ${record.directory} ${reason}: ${logTail(log)}`,
    hint: `Read ${log}; if the directory is not needed, remove it and start again`,
  });
}

async function startPostmaster(record: PostgresServerRecord): Promise<void> {
  if (postmasterPid(record) && isReady(record)) return;
  const paths = postgresPaths(record.directory);
  const log = openSync(paths.log, "a", 0o600);
  const child = spawn(join(record.binDirectory, "postgres"), ["-D", paths.data], {
    cwd: paths.data,
    env: postgresEnvironment(record.binDirectory),
    detached: true,
    stdio: ["ignore", log, log],
    ...serverAccount(),
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
  const deadline = performance.now() + START_SECONDS * 1000;
  while (!(postmasterPid(record) === child.pid && isReady(record))) {
    if (ended) throw notStarted(record, "ended while it started");
    if (performance.now() > deadline) {
      child.kill("SIGKILL");
      throw notStarted(record, `was not ready within ${START_SECONDS} s`);
    }
    await sleep(10);
  }
}

async function stopPostmaster(record: PostgresServerRecord): Promise<void> {
  const pid = postmasterPid(record);
  if (pid === undefined) return;
  for (const signal of ["SIGINT", "SIGQUIT", "SIGKILL"] as const) {
    signalProcess(pid, signal);
    if (await waitUntilGone(pid, marksOf(record), STOP_SECONDS)) return;
  }
}

async function killPostmaster(record: PostgresServerRecord): Promise<void> {
  const pid = postmasterPid(record);
  if (pid === undefined) return;
  // Stopped first: a child that outlives the postmaster, if only by a moment, would roll its transaction back in
  // order, which no crash leaves it time for.
  signalProcess(pid, "SIGSTOP");
  const family = [...childrenOf(pid), pid];
  for (const signal of ["SIGSTOP", "SIGKILL"] as const)
    for (const member of family) signalProcess(member, signal);
  await waitUntilGone(pid, marksOf(record), STOP_SECONDS);
  for (const member of family) await waitUntilGone(member, ["postgres"], STOP_SECONDS);
}

function serverOf(record: PostgresServerRecord): PostgresServer {
  const paths = postgresPaths(record.directory);
  const { port, user, binDirectory, major, directory } = record;
  const password = readFileSync(paths.password, "utf8").trim();
  return {
    host: "127.0.0.1",
    port,
    user,
    password,
    binDirectory,
    major,
    directory,
    dataDirectory: paths.data,
    archiveDirectory: paths.archive,
    logFile: paths.log,
    caFile: record.tls ? paths.certificate : undefined,
    url: (database = "postgres") =>
      `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(database)}`,
    pid: () => postmasterPid(record),
    running: () => postmasterPid(record) !== undefined,
    start: () => startPostmaster(record),
    stop: () => stopPostmaster(record),
    kill: () => killPostmaster(record),
  };
}

/** The server that `startPostgresServer` once made in this directory, running or not; `undefined` when none was. */
export function openPostgresServer(directory: string): PostgresServer | undefined {
  const record = readRecord(directory);
  return record ? serverOf(record) : undefined;
}

/**
 * Starts a real PostgreSQL on a loopback port: SCRAM passwords, WAL archiving, another account when the caller
 * is root. A server that runs in this directory already is returned as it is; a crashed one recovers. It outlives
 * this process until `stop()`.
 * Errors: `POSTGRES_NOT_STARTED`, `NO_SERVER_ACCOUNT`, `TOOL_FAILED` (initdb), `TOOL_MISSING`.
 */
export async function startPostgresServer(options: PostgresServerOptions): Promise<PostgresServer> {
  const existing = readRecord(options.directory);
  if (existing && postmasterPid(existing) && isReady(existing)) return serverOf(existing);
  for (let tries = 1; ; tries++) {
    const port = options.port ?? (tries === 1 ? existing?.port : undefined) ?? (await freePort());
    const record = await initializeCluster({ ...options, port });
    writeRecord(record);
    try {
      await startPostmaster(record);
      return serverOf(record);
    } catch (error) {
      // Another process took the port between the look and the bind.
      if (tries === 3 || options.port || !logTail(postgresPaths(record.directory).log).includes("in use"))
        throw error;
      writeFileSync(postgresPaths(record.directory).log, "");
    }
  }
}
