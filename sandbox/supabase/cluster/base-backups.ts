import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { clusterPaths } from "./cluster-paths.ts";
import { readClusterRecord } from "./cluster-record.ts";
import { isOnPath, timelinePath } from "./timeline-path.ts";

const manifestShape = z.object({
  id: z.number().int(),
  startedAt: z.coerce.date(),
  endedAt: z.coerce.date(),
  timeline: z.number().int(),
  /** Positions in the WAL, in bytes: where recovery begins, and what it must reach. */
  startLsn: z.number(),
  endLsn: z.number(),
  segmentBytes: z.number().int(),
  files: z.number().int(),
  bytes: z.number().int(),
});

/** What is known of a base backup; written last, so that a backup without it was not finished. */
export type BackupManifest = z.infer<typeof manifestShape>;

/** Where the parts of a base backup are. */
export function backupPaths(directory: string, id: number): { root: string; data: string; manifest: string } {
  const root = join(clusterPaths(directory).backups, String(id));
  return { root, data: join(root, "data"), manifest: join(root, "backup.json") };
}

/** Every finished base backup, oldest first. */
export function storedBackups(directory: string): BackupManifest[] {
  const { backups } = clusterPaths(directory);
  if (!existsSync(backups)) return [];
  return readdirSync(backups)
    .map((name) => backupPaths(directory, Number(name)).manifest)
    .filter((file) => existsSync(file))
    .map((file) => manifestShape.parse(JSON.parse(readFileSync(file, "utf8"))))
    .sort((a, b) => a.endLsn - b.endLsn || a.id - b.id);
}

/** Finished base backups from which the cluster as it is now can be reached, oldest first. */
export function usableBackups(directory: string): BackupManifest[] {
  const { archive } = clusterPaths(directory);
  const path = timelinePath(archive, readClusterRecord(directory).timeline);
  return storedBackups(directory).filter(({ timeline, endLsn }) => isOnPath(path, timeline, endLsn));
}

/** Makes the directory of a new backup, and throws away what a killed one left. @returns its id */
export function beginBackup(directory: string): number {
  const { backups } = clusterPaths(directory);
  mkdirSync(backups, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(backups))
    if (!existsSync(backupPaths(directory, Number(name)).manifest)) removeBackup(directory, Number(name));
  let id = Math.floor(Date.now() / 1000);
  while (existsSync(backupPaths(directory, id).root)) id += 1;
  mkdirSync(backupPaths(directory, id).root, { mode: 0o700 });
  return id;
}

export function removeBackup(directory: string, id: number): void {
  const paths = backupPaths(directory, id);
  // First: half a backup must not be taken for one.
  rmSync(paths.manifest, { force: true });
  rmSync(paths.root, { recursive: true, force: true });
}
