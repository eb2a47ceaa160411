import { withClient } from "../../seed/with-client.ts";
import {
  openPostgresServer,
  type PostgresServer,
  startPostgresServer,
} from "../../servers/postgres-server.ts";
import { archiveCommand } from "./archive-commands.ts";
import { clusterPaths } from "./cluster-paths.ts";
import type { ClusterRecord } from "./cluster-record.ts";

/** The server's superuser; what a customer gets, `postgres`, is none. */
export const CLUSTER_ADMIN = "supabase_admin";

/** Settings of a cluster, small because a sandbox has many. */
export function clusterSettings(
  directory: string,
  record: Pick<ClusterRecord, "walShipSeconds">,
): Record<string, string> {
  return {
    archive_command: archiveCommand(clusterPaths(directory).archive),
    archive_timeout: String(record.walShipSeconds),
    shared_buffers: "32MB",
    max_connections: "60",
    // Segments are written in full when they are shipped; filling them before as well doubles the work.
    wal_init_zero: "off",
    min_wal_size: "32MB",
    max_wal_size: "256MB",
  };
}

/**
 * Starts the server of a cluster, with its own settings even where a recovery left others; no effect on one that runs.
 */
export async function startClusterServer(
  directory: string,
  record: Pick<ClusterRecord, "binDirectory" | "port" | "fsync" | "walShipSeconds">,
): Promise<PostgresServer> {
  const running = openPostgresServer(directory);
  if (running?.running()) {
    if (await wakeShipping(running)) return running;
    // Whoever started it was killed before it was ready.
    await running.stop();
  }
  const { binDirectory, port, fsync } = record;
  const settings = clusterSettings(directory, record);
  const server = await startPostgresServer({
    directory,
    binDirectory,
    port,
    fsync,
    user: CLUSTER_ADMIN,
    settings,
  });
  await wakeShipping(server);
  return server;
}

/**
 * The process that has WAL shipped in time falls asleep for minutes when it starts before the database is open.
 * @returns whether the server answers
 */
function wakeShipping(server: PostgresServer): Promise<boolean> {
  return withClient(server.url(), (client) => client.query("CHECKPOINT")).then(
    () => true,
    () => false,
  );
}
