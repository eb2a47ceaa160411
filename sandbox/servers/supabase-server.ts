import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { type ControlClient, createControlClient } from "../supabase/control-client.ts";
import { openProjectCluster } from "../supabase/open-project-cluster.ts";
import type { Timing } from "../supabase/timing.ts";
import { freePort } from "./free-port.ts";
import { endServerProcess, pidOfServer, type ServerProcess, startServerProcess } from "./server-process.ts";
import { readSupabaseRecord, type SupabaseRecord, writeSupabaseRecord } from "./supabase-record.ts";

export interface SupabaseServerOptions {
  /** Holds state, clusters, log and pid file; created when absent. Must be open to PostgreSQL's account. */
  readonly directory: string;
  /** Folder of PostgreSQL's `initdb` and `postgres`. */
  readonly binDirectory: string;
  /** @default the port of the last start, else a free one */
  readonly port?: number;
  /** What differs from `QUICK_TIMING`. */
  readonly timing?: Partial<Timing>;
  /** Requests for each endpoint and project. @default 120 */
  readonly limitPerMinute?: number;
  /** Used when the directory is new. @default made at random */
  readonly token?: string;
}

/** A simulated Supabase in a process of its own. */
export interface SupabaseServer extends ControlClient {
  /** For the Management API. */
  readonly endpoint: string;
  readonly port: number;
  readonly token: string;
  readonly directory: string;
  readonly logFile: string;
  pid(): number | undefined;
  running(): boolean;
  /** Starts a stopped server on the same port; no effect on a running one. */
  start(): Promise<void>;
  /** Stops it and every cluster. */
  stop(): Promise<void>;
  /** SIGKILL of the simulator alone: its clusters go on, and the next start finds them. */
  kill(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL("../supabase/serve.ts", import.meta.url));
const STOP_SECONDS = 60;

const logFile = (directory: string): string => join(directory, "supabase.log");

async function answers(port: number): Promise<boolean> {
  try {
    // Any answer will do; without a token it is a refusal.
    const response = await fetch(`http://127.0.0.1:${port}/sandbox/faults`, {
      signal: AbortSignal.timeout(2000),
    });
    return response.status === 401;
  } catch {
    return false;
  }
}

function notStarted({ directory }: SupabaseRecord, reason: string): HoldfastError {
  const log = logFile(directory);
  const said = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n").slice(-6).join("\n") : "";
  return new HoldfastError({
    code: "SUPABASE_SIMULATOR_NOT_STARTED",
    message: `The simulated Supabase in ${directory} ${reason}: ${said}`,
    hint: `Read ${log}; if the directory is not needed, remove it and start again`,
  });
}

function processOf(record: SupabaseRecord, token?: string): ServerProcess {
  const { directory, binDirectory, port, timing, limitPerMinute } = record;
  const argv = ["--directory", directory, "--bin", binDirectory, "--port", String(port)];
  const more = ["--timing", JSON.stringify(timing), "--limit-per-minute", String(limitPerMinute)];
  return {
    program: process.execPath,
    argv: [PROGRAM, ...argv, ...more],
    directory,
    environment: {
      PATH: process.env.PATH,
      ...(token === undefined ? {} : { SUPABASE_ACCESS_TOKEN: token }),
    },
    logFile: logFile(directory),
    pidFile: join(directory, "supabase.pid"),
    marks: ["serve.ts", directory],
    answers: () => answers(port),
    notStarted: (reason) => notStarted(record, reason),
  };
}

/** Clusters whose simulator was killed are still there. */
async function stopClusters({ directory }: SupabaseRecord): Promise<void> {
  const projects = join(directory, "projects");
  const refs = existsSync(projects) ? readdirSync(projects) : [];
  await Promise.all(refs.map((ref) => openProjectCluster(join(projects, ref, "db"))?.stop()));
}

function tokenOf({ directory }: SupabaseRecord): string {
  return z
    .object({ token: z.string() })
    .parse(JSON.parse(readFileSync(join(directory, "state.json"), "utf8"))).token;
}

function serverOf(record: SupabaseRecord): SupabaseServer {
  const endpoint = `http://127.0.0.1:${record.port}`;
  const token = tokenOf(record);
  const simulator = processOf(record);
  return {
    ...createControlClient(endpoint, token),
    endpoint,
    port: record.port,
    token,
    directory: record.directory,
    logFile: simulator.logFile,
    pid: () => pidOfServer(simulator),
    running: () => pidOfServer(simulator) !== undefined,
    start: () => startServerProcess(simulator),
    stop: async () => {
      await endServerProcess(simulator, ["SIGTERM", "SIGKILL"], STOP_SECONDS);
      await stopClusters(record);
    },
    kill: () => endServerProcess(simulator, ["SIGKILL"], STOP_SECONDS),
  };
}

/** The server that `startSupabaseServer` once made in this directory, running or not. */
export function openSupabaseServer(directory: string): SupabaseServer | undefined {
  const record = readSupabaseRecord(resolve(directory));
  return record && existsSync(join(record.directory, "state.json")) ? serverOf(record) : undefined;
}

/**
 * Starts the simulated Supabase on a loopback port, as a process that outlives this one until `stop()`, and waits until
 * it answers. A server that runs in this directory already is returned as it is.
 * Errors: `SUPABASE_SIMULATOR_NOT_STARTED`.
 */
export async function startSupabaseServer(options: SupabaseServerOptions): Promise<SupabaseServer> {
  const directory = resolve(options.directory);
  const existing = readSupabaseRecord(directory);
  if (existing && pidOfServer(processOf(existing)) && (await answers(existing.port)))
    return serverOf(existing);
  mkdirSync(directory, { recursive: true, mode: 0o711 });
  const { binDirectory, timing = {}, limitPerMinute = 120, token } = options;
  for (let tries = 1; ; tries++) {
    const port = options.port ?? (tries === 1 ? existing?.port : undefined) ?? (await freePort());
    const record = { directory, binDirectory, port, timing, limitPerMinute };
    writeSupabaseRecord(record);
    try {
      await startServerProcess(processOf(record, token));
      return serverOf(record);
    } catch (error) {
      // Another process took the port between the look and the bind.
      const taken = error instanceof HoldfastError && error.message.includes("EADDRINUSE");
      if (tries === 3 || options.port || !taken) throw error;
    }
  }
}
