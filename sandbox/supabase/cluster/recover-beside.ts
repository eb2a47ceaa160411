import {
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { HoldfastError } from "../../../plan/holdfast-error.ts";
import { PROJECT_USER } from "../../seed/seed-project.ts";
import { withClient } from "../../seed/with-client.ts";
import { postgresPaths } from "../../servers/postgres-record.ts";
import { type PostgresServer, startPostgresServer } from "../../servers/postgres-server.ts";
import { serverAccount } from "../../servers/server-account.ts";
import { restoreCommand } from "./archive-commands.ts";
import { type BackupManifest, backupPaths } from "./base-backups.ts";
import { clusterPaths } from "./cluster-paths.ts";
import { readClusterRecord } from "./cluster-record.ts";
import { copyTree } from "./copy-tree.ts";
import type { OnRewindStep } from "./rewind-step.ts";
import { CLUSTER_ADMIN, clusterSettings } from "./start-cluster-server.ts";

export interface RecoverRequest {
  readonly backup: BackupManifest;
  /** A whole second; what was committed at it or before is kept. */
  readonly target: Date;
  /** What the database stores of the project's current password: that of the backup is older. */
  readonly passwordVerifier: string;
  readonly signal?: AbortSignal | undefined;
  readonly onStep: OnRewindStep;
}

function give(path: string): void {
  const account = serverAccount();
  if (account) chownSync(path, account.uid, account.gid);
}

async function bringBack(directory: string, { backup, signal }: RecoverRequest): Promise<void> {
  const { rewind } = clusterPaths(directory);
  mkdirSync(rewind, { mode: 0o711 });
  copyFileSync(postgresPaths(directory).password, postgresPaths(rewind).password);
  const data = join(rewind, "data");
  const source = backupPaths(directory, backup.id).data;
  const { files, bytes } = await copyTree(source, data, { account: serverAccount(), signal });
  if (files !== backup.files || bytes !== backup.bytes)
    throw new HoldfastError({
      code: "BASE_BACKUP_DAMAGED",
      message: `Base backup ${backup.id} has ${files} files with ${bytes} bytes in place of ${backup.files} with ${backup.bytes}`,
      hint: "Take another base backup; a moment before this one can still be recovered from an older one",
    });
  writeFileSync(join(data, "recovery.signal"), "", { mode: 0o600 });
  give(join(data, "recovery.signal"));
}

/**
 * Replays the archive up to the target. The timeline is named, not left to be the latest: one that a killed rewind
 * began and nobody went on with may be in the archive.
 * @see https://www.postgresql.org/docs/current/runtime-config-wal.html#RUNTIME-CONFIG-WAL-RECOVERY-TARGET
 */
function replay(directory: string, target: Date): Promise<PostgresServer> {
  const { rewind, archive } = clusterPaths(directory);
  const record = readClusterRecord(directory);
  return startPostgresServer({
    directory: rewind,
    binDirectory: record.binDirectory,
    user: CLUSTER_ADMIN,
    fsync: record.fsync,
    settings: {
      ...clusterSettings(directory, record),
      restore_command: restoreCommand(archive),
      // At start the server knows no names of time zones, so no Z.
      recovery_target_time: target.toISOString().replace("Z", "+00"),
      recovery_target_inclusive: "on",
      recovery_target_timeline: String(record.timeline),
      recovery_target_action: "promote",
      // Ready then means promoted; and a source with other limits than ours does not matter.
      hot_standby: "off",
    },
  });
}

async function adopt(server: PostgresServer, passwordVerifier: string): Promise<number> {
  return withClient(server.url(), async (client) => {
    await client.query(`ALTER ROLE ${PROJECT_USER} PASSWORD ${pg.escapeLiteral(passwordVerifier)}`);
    const { rows } = await client.query<{ segment: string }>(
      "SELECT pg_walfile_name(pg_current_wal_lsn()) AS segment",
    );
    return Number.parseInt(rows[0]?.segment.slice(0, 8) ?? "", 16);
  });
}

/** Without its history in the archive a timeline's WAL is of no use, and another could take its number. */
function archiveHistory(directory: string): void {
  const { archive, rewind } = clusterPaths(directory);
  const wal = join(rewind, "data/pg_wal");
  for (const name of readdirSync(wal).filter((name) => name.endsWith(".history"))) {
    const target = join(archive, name);
    if (existsSync(target)) continue;
    copyFileSync(join(wal, name), `${target}.tmp`);
    give(`${target}.tmp`);
    renameSync(`${target}.tmp`, target);
  }
}

/**
 * Recovers a moment of the cluster in a directory beside it, and ends with a stopped server's data on a new timeline.
 * Of the cluster itself only the archive changes: it gets the new timeline.
 * @returns the new timeline
 * Errors: `BASE_BACKUP_DAMAGED`, `POSTGRES_NOT_STARTED` when the archive does not reach the target.
 */
export async function recoverBeside(directory: string, request: RecoverRequest): Promise<number> {
  const { signal, onStep } = request;
  await bringBack(directory, request);
  onStep("copied");
  signal?.throwIfAborted();
  const server = await replay(directory, request.target);
  onStep("replayed");
  const timeline = await adopt(server, request.passwordVerifier);
  await server.stop();
  archiveHistory(directory);
  onStep("recovered");
  signal?.throwIfAborted();
  return timeline;
}
