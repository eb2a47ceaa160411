import {
  type MinistackServer,
  type MinistackServerOptions,
  startMinistackServer,
} from "../../sandbox/servers/ministack-server.ts";
import { type PostgresServer, startPostgresServer } from "../../sandbox/servers/postgres-server.ts";
import type { PostgresServerOptions } from "../../sandbox/servers/postgres-server-options.ts";
import { signalProcess } from "../../sandbox/servers/running-process.ts";
import { findOrInstallPostgres } from "../../sandbox/tools/find-or-install-postgres.ts";
import { installMinistack } from "../../sandbox/tools/install-ministack.ts";
import { runDirectory, testDirectory } from "./run-directory.ts";

/** The AWS APIs of a test: every service at one endpoint, any credentials. */
export interface TestAws {
  readonly endpoint: string;
  readonly region: string;
  readonly replicaRegion: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** To stop, kill and start it again; only in tests that made it by `createAws`. */
  readonly server: MinistackServer;
}

type Started = Pick<PostgresServer, "pid" | "stop">;
const started: Started[] = [];

/** Stops a server after the run, as those that are started here. */
export function stopAfterRun(server: Started): void {
  started.push(server);
}

// A run that ends without its hooks (an exit in a test, Ctrl-C) leaves no server behind.
process.once("exit", () => {
  for (const server of started) {
    const pid = server.pid();
    if (pid !== undefined) signalProcess(pid, "SIGQUIT");
  }
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.once(signal, () => process.exit(signal === "SIGINT" ? 130 : 143));

/**
 * Takes the machine's own AWS account out of reach of the tests and puts the test credentials in.
 * @returns the variables that were set
 */
export function useTestCredentials(): Record<string, string> {
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
  const variables = {
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: "eu-west-2",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/nonexistent/config",
    AWS_SHARED_CREDENTIALS_FILE: "/nonexistent/credentials",
  };
  Object.assign(process.env, variables);
  return variables;
}

/** A PostgreSQL server of the caller's own, e.g. one to kill. Superuser `supabase_admin`. Stopped after the run. */
export async function createPostgres(options: Partial<PostgresServerOptions> = {}): Promise<PostgresServer> {
  const { binDirectory } = await findOrInstallPostgres();
  const directory = options.directory ?? (await testDirectory("postgres"));
  const server = await startPostgresServer({ user: "supabase_admin", binDirectory, ...options, directory });
  started.push(server);
  return server;
}

/** A ministack of the caller's own, e.g. one to kill. Stopped after the run. */
export async function createAws(options: Partial<MinistackServerOptions> = {}): Promise<TestAws> {
  useTestCredentials();
  const program = options.program ?? (await installMinistack());
  const directory = options.directory ?? (await testDirectory("aws"));
  const server = await startMinistackServer({ ...options, program, directory });
  started.push(server);
  return {
    endpoint: server.endpoint,
    region: "eu-west-2",
    replicaRegion: "eu-west-1",
    accessKeyId: "test",
    secretAccessKey: "test",
    server,
  };
}

/** Half a thousand databases come and go, whose WAL nobody archives and no query of which is worth compiling. */
const SHARED_SETTINGS = { max_wal_size: "256MB", jit: "off" };

let postgres: Promise<PostgresServer> | undefined;
let aws: Promise<TestAws> | undefined;

/** The PostgreSQL server that all tests of this run share; started by the first caller. Never stop or kill it. */
export function getPostgres(): Promise<PostgresServer> {
  postgres ??= createPostgres({ archive: false, settings: SHARED_SETTINGS });
  return postgres;
}

/** The AWS APIs that all tests of this run share; started by the first caller. Never stop or kill them. */
export function getAws(): Promise<TestAws> {
  aws ??= createAws();
  return aws;
}

/** Stops every server of this run. */
export async function stopServers(): Promise<void> {
  await Promise.all(started.splice(0).map((server) => server.stop()));
  postgres = undefined;
  aws = undefined;
}

export { runDirectory, testDirectory };
