import { rmSync } from "node:fs";
import { exclusive } from "../exclusive.ts";
import { openPostgresServer } from "../servers/postgres-server.ts";
import { ArchiveCoverage } from "./cluster/archive-coverage.ts";
import { type BackupManifest, usableBackups } from "./cluster/base-backups.ts";
import { clusterPaths } from "./cluster/cluster-paths.ts";
import { findClusterRecord } from "./cluster/cluster-record.ts";
import { clusterUrls } from "./cluster/cluster-urls.ts";
import { expireBackups } from "./cluster/expire-backups.ts";
import { recoverableWindow } from "./cluster/recoverable-window.ts";
import { rewindCluster } from "./cluster/rewind-cluster.ts";
import { runQuery } from "./cluster/run-query.ts";
import { setClusterPassword } from "./cluster/set-cluster-password.ts";
import { settleRewind } from "./cluster/settle-rewind.ts";
import { startCluster } from "./cluster/start-cluster.ts";
import { takeBaseBackup } from "./cluster/take-base-backup.ts";
import type { BaseBackup, ProjectCluster } from "./project-cluster.ts";

async function stop(directory: string): Promise<void> {
  await settleRewind(directory);
  await openPostgresServer(directory)?.stop();
}

async function remove(directory: string): Promise<void> {
  // First: whoever finds the directory half removed must not take it for a cluster.
  rmSync(clusterPaths(directory).record, { force: true });
  await openPostgresServer(clusterPaths(directory).rewind)?.kill();
  await openPostgresServer(directory)?.kill();
  rmSync(directory, { recursive: true, force: true });
}

const facts = ({ id, startedAt, endedAt }: BackupManifest): BaseBackup => ({ id, startedAt, endedAt });

/**
 * The cluster that `createProjectCluster` once made in this directory, running or not; `undefined` when none was
 * finished there, or it was removed. A rewind that was killed is undone or finished by the first `start()`.
 */
export function openProjectCluster(directory: string): ProjectCluster | undefined {
  const record = findClusterRecord(directory);
  if (!record) return undefined;
  const { ref, version, port } = record;
  const alone = <Result>(work: () => Promise<Result>): Promise<Result> =>
    exclusive(clusterPaths(directory).lock, work);
  const archive = new ArchiveCoverage(directory);
  return {
    ref,
    host: "127.0.0.1",
    port,
    version,
    url: () => clusterUrls(directory).project,
    adminUrl: () => clusterUrls(directory).admin,
    running: () => openPostgresServer(directory)?.running() ?? false,
    start: () => alone(() => startCluster(directory)),
    stop: () => alone(() => stop(directory)),
    kill: async () => openPostgresServer(directory)?.kill(),
    remove: () => alone(() => remove(directory)),
    setPassword: (password) => alone(() => setClusterPassword(directory, password)),
    query: (sql, options = {}) => {
      const urls = clusterUrls(directory);
      return runQuery(options.readOnly ? urls.reader : urls.project, sql, options);
    },
    takeBaseBackup: () => alone(async () => facts(await takeBaseBackup(directory))),
    listBaseBackups: async () => usableBackups(directory).map(facts).reverse(),
    expireBackups: (earliest) => alone(async () => expireBackups(directory, earliest)),
    recoverableWindow: async () => {
      const coverage = await archive.read();
      return coverage && recoverableWindow(coverage);
    },
    rewind: (target, options) => alone(() => rewindCluster(directory, target, archive, options)),
  };
}
