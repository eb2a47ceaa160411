import { mkdirSync, rmSync } from "node:fs";
import pg from "pg";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { exclusive } from "../exclusive.ts";
import { replaceFile } from "../replace-file.ts";
import { runSqlFile } from "../seed/run-sql-file.ts";
import { seedPlatform } from "../seed/seed-platform.ts";
import { PROJECT_USER } from "../seed/seed-project.ts";
import { withClient } from "../seed/with-client.ts";
import { openPostgresServer, type PostgresServer } from "../servers/postgres-server.ts";
import { clusterPaths } from "./cluster/cluster-paths.ts";
import { type ClusterRecord, findClusterRecord, writeClusterRecord } from "./cluster/cluster-record.ts";
import { scramVerifier } from "./cluster/scram-verifier.ts";
import { stablePort } from "./cluster/stable-port.ts";
import { startClusterServer } from "./cluster/start-cluster-server.ts";
import { openProjectCluster } from "./open-project-cluster.ts";
import type { ProjectCluster } from "./project-cluster.ts";

export interface ProjectClusterOptions {
  /** Holds everything of the cluster; created when absent. Its parents must be open to the server's account. */
  readonly directory: string;
  /** The project's id, 20 lower-case letters. */
  readonly ref: string;
  /** Of user `postgres`. */
  readonly password: string;
  /** Folder of `initdb` and `postgres`. */
  readonly binDirectory: string;
  /** @default a free one, which the cluster keeps */
  readonly port?: number;
  /** Written WAL is archived after this many seconds at the latest, 1 or more. @default 1 */
  readonly walShipSeconds?: number;
  /** Whether writes survive a power cut; a SIGKILL loses nothing either way. @default false */
  readonly fsync?: boolean;
}

/** Fills the new server's database `postgres` as a new project has it. @returns the server's version */
async function seedCluster(server: PostgresServer, password: string): Promise<string> {
  return withClient(server.url("postgres"), async (client) => {
    const setPassword = (role: string, secret: string) =>
      client.query(`ALTER ROLE ${role} PASSWORD ${pg.escapeLiteral(scramVerifier(secret))}`);
    await runSqlFile(client, "supabase/roles.sql");
    await setPassword(PROJECT_USER, password);
    await setPassword("supabase_read_only_user", server.password);
    await client.query(`ALTER DATABASE postgres OWNER TO ${PROJECT_USER}`);
    await seedPlatform(client);
    const { rows } = await client.query<{ version: string }>(
      "SELECT current_setting('server_version') AS version",
    );
    // Distributions add their own words: `15.18 (Debian 15.18-0+deb12u1)`.
    return rows[0]?.version.split(" ")[0] ?? "";
  });
}

const PORT_TRIES = 5;

async function startOnSomePort(
  directory: string,
  settings: Pick<ClusterRecord, "binDirectory" | "walShipSeconds" | "fsync">,
  wanted: number | undefined,
): Promise<PostgresServer> {
  for (let tries = 1; ; tries++) {
    const port = wanted ?? (await stablePort());
    try {
      return await startClusterServer(directory, { ...settings, port });
    } catch (error) {
      // Another process took the port between the look and the bind.
      const taken = error instanceof HoldfastError && error.message.includes("in use");
      if (wanted !== undefined || !taken || tries === PORT_TRIES) throw error;
    }
  }
}

async function makeCluster(options: ProjectClusterOptions): Promise<void> {
  const { directory, ref, password, binDirectory, walShipSeconds = 1, fsync = false } = options;
  const paths = clusterPaths(directory);
  // What a killed creation or removal left.
  await openPostgresServer(directory)?.kill();
  for (const left of [paths.data, paths.archive, paths.backups])
    rmSync(left, { recursive: true, force: true });
  const settings = { binDirectory, walShipSeconds, fsync };
  const server = await startOnSomePort(directory, settings, options.port);
  const version = await seedCluster(server, password);
  replaceFile(paths.projectPassword, `${password}\n`, 0o600);
  mkdirSync(paths.backups, { recursive: true, mode: 0o700 });
  writeClusterRecord(directory, { ref, version, timeline: 1, ...settings, port: server.port });
}

/**
 * Makes the PostgreSQL cluster of a simulated project: its own system identifier, WAL archive, and in database
 * `postgres` what a new Supabase project contains. A cluster that is there already is started and returned as it is;
 * one that a killed process left half made is made anew. It outlives this process until `stop()`.
 * Errors: those of `startPostgresServer`.
 */
export async function createProjectCluster(options: ProjectClusterOptions): Promise<ProjectCluster> {
  const { directory } = options;
  mkdirSync(directory, { recursive: true, mode: 0o711 });
  await exclusive(clusterPaths(directory).lock, async () => {
    if (!findClusterRecord(directory)) await makeCluster(options);
  });
  const cluster = openProjectCluster(directory);
  if (!cluster) throw new Error(`the cluster in ${directory} was removed while it was made`);
  await cluster.start();
  return cluster;
}
