import { writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { HoldfastError } from "../../../plan/holdfast-error.ts";
import { replaceFile } from "../../replace-file.ts";
import { withClient } from "../../seed/with-client.ts";
import { openPostgresServer } from "../../servers/postgres-server.ts";
import { type BackupManifest, backupPaths, beginBackup, usableBackups } from "./base-backups.ts";
import { clusterPaths } from "./cluster-paths.ts";
import { readClusterRecord } from "./cluster-record.ts";
import { clusterUrls } from "./cluster-urls.ts";
import { copyTree } from "./copy-tree.ts";
import { waitUntilArchived } from "./wait-until-archived.ts";
import { parseLsn } from "./wal-names.ts";

/** Directories whose content belongs to the running server, or comes from the archive. */
const EMPTIED = new Set([
  ...["pg_wal", "pg_replslot", "pg_dynshmem", "pg_notify", "pg_serial", "pg_snapshots", "pg_stat_tmp"],
  "pg_subtrans",
]);
const SERVERS_OWN = new Set(["postmaster.pid", "postmaster.opts", "backup_label.old", "tablespace_map.old"]);

/** @see https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP-DATA */
function leaveOut(path: string): boolean {
  const name = basename(path);
  const isCache = name.startsWith("pgsql_tmp") || name.startsWith("pg_internal.init");
  return EMPTIED.has(dirname(path)) || SERVERS_OWN.has(path) || isCache;
}

async function firstRow(client: pg.Client, sql: string): Promise<Record<string, string>> {
  const { rows } = await client.query<Record<string, string>>(sql);
  return rows[0] ?? {};
}

const NOW = "SELECT extract(epoch FROM clock_timestamp()) * 1000 AS milliseconds";
const timeOf = async (client: pg.Client, round: (value: number) => number): Promise<Date> =>
  new Date(round(Number((await firstRow(client, NOW)).milliseconds)));

async function copyCluster(directory: string, id: number, client: pg.Client): Promise<BackupManifest> {
  const startedAt = await timeOf(client, Math.floor);
  const start = await firstRow(
    client,
    "SELECT pg_backup_start('holdfast', true)::text AS lsn, setting AS bytes FROM pg_settings WHERE name = 'wal_segment_size'",
  );
  const { data } = backupPaths(directory, id);
  const copied = await copyTree(clusterPaths(directory).data, data, { leaveOut });
  const stop = await firstRow(
    client,
    "SELECT lsn::text, labelfile, pg_walfile_name(lsn) AS segment FROM pg_backup_stop(false)",
  );
  // Later than every commit that recovery must pass to have all files of one moment.
  const endedAt = await timeOf(client, Math.ceil);
  const label = stop.labelfile ?? "";
  writeFileSync(join(data, "backup_label"), label, { mode: 0o600 });
  await waitUntilArchived(directory, stop.segment ?? "");
  return {
    id,
    startedAt,
    endedAt,
    timeline: readClusterRecord(directory).timeline,
    startLsn: parseLsn(start.lsn ?? ""),
    endLsn: parseLsn(stop.lsn ?? ""),
    segmentBytes: Number(start.bytes),
    files: copied.files + 1,
    bytes: copied.bytes + Buffer.byteLength(label),
  };
}

/**
 * Commits once after the next whole second and ships it: recovery to a time stops at the first commit after it, so
 * without one nothing could be recovered from the first backup while the database is idle.
 */
async function openWindow(directory: string, client: pg.Client, endedAt: Date): Promise<void> {
  const second = Math.ceil(endedAt.getTime() / 1000) * 1000;
  while (Date.now() <= second) await sleep(second - Date.now() + 1);
  // Taking a transaction id is what makes a commit without changes leave a record.
  await client.query("SELECT pg_current_xact_id()");
  const { segment } = await firstRow(client, "SELECT pg_walfile_name(pg_switch_wal()) AS segment");
  await waitUntilArchived(directory, segment ?? "");
}

/**
 * Copies the running cluster as a base backup: the server is told where it begins and ends, what was torn between is
 * mended by WAL. It exists once its manifest does, and then its WAL is in the archive.
 * Errors: `CLUSTER_NOT_RUNNING`, `ARCHIVE_STALLED`, `LINK_IN_CLUSTER`.
 */
export async function takeBaseBackup(directory: string): Promise<BackupManifest> {
  if (!openPostgresServer(directory)?.running())
    throw new HoldfastError({
      code: "CLUSTER_NOT_RUNNING",
      message: `The cluster of project ${readClusterRecord(directory).ref} does not run, so it cannot be backed up`,
      hint: "Start it first",
    });
  return withClient(clusterUrls(directory).admin, async (client) => {
    const manifest = await copyCluster(directory, beginBackup(directory), client);
    const file = backupPaths(directory, manifest.id).manifest;
    replaceFile(file, `${JSON.stringify(manifest, null, 2)}\n`, 0o600);
    if (usableBackups(directory).length === 1) await openWindow(directory, client, manifest.endedAt);
    return manifest;
  });
}
