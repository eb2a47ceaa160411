import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { removeBackup, storedBackups, usableBackups } from "./base-backups.ts";
import { clusterPaths } from "./cluster-paths.ts";
import { readClusterRecord, writeClusterRecord } from "./cluster-record.ts";
import { parseWalSegmentName } from "./wal-names.ts";

/**
 * Makes everything before `earliest` unrecoverable for good. The newest backup that ended before it stays, since
 * what comes after needs it; older ones go, those that a rewind cut off too, and the WAL before the oldest left.
 */
export function expireBackups(directory: string, earliest: Date): void {
  const record = readClusterRecord(directory);
  const floor = record.recoverableFrom ? new Date(record.recoverableFrom) : undefined;
  // Written first, and never lowered: files may go one after another, the promise holds at once.
  if (!floor || floor < earliest)
    writeClusterRecord(directory, { ...record, recoverableFrom: earliest.toISOString() });
  const usable = usableBackups(directory);
  const needed = usable.findLastIndex(({ endedAt }) => endedAt <= earliest);
  const kept = usable.slice(Math.max(0, needed));
  const keptIds = new Set(kept.map(({ id }) => id));
  for (const { id } of storedBackups(directory)) if (!keptIds.has(id)) removeBackup(directory, id);
  const [oldest] = kept;
  if (!oldest) return;
  const { archive } = clusterPaths(directory);
  const firstSegment = Math.floor(oldest.startLsn / oldest.segmentBytes);
  for (const name of readdirSync(archive)) {
    // `.partial` and `.backup` files carry the name of their segment.
    const segment = parseWalSegmentName(name.slice(0, 24), oldest.segmentBytes);
    if (segment !== undefined && segment < firstSegment) rmSync(join(archive, name), { force: true });
  }
}
