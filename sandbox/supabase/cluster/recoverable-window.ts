import type { RecoverableWindow } from "../project-cluster.ts";
import type { Coverage } from "./archive-coverage.ts";
import type { BackupManifest } from "./base-backups.ts";

const MICROSECONDS = 1_000_000;
const ceilSecond = (date: Date): number => Math.ceil(date.getTime() / 1000) * 1000;

/**
 * First and last whole second that can be recovered; `undefined` when there is none.
 *
 * The first is where the oldest backup ends, since before that its files are not of one moment. The last is the
 * newest second with an archived commit after it: recovery knows that it has all of a second only by meeting a
 * later one. So the window of an idle database stays where it is, and the last commit of all is outside.
 */
export function recoverableWindow(coverage: Coverage): RecoverableWindow | undefined {
  const [oldest] = coverage.backups;
  const { lastCommitMicroseconds, notBefore } = coverage;
  if (!oldest || lastCommitMicroseconds === undefined) return undefined;
  const earliest = Math.max(ceilSecond(oldest.endedAt), notBefore ? ceilSecond(notBefore) : 0);
  const latest = (Math.ceil(lastCommitMicroseconds / MICROSECONDS) - 1) * 1000;
  return latest < earliest ? undefined : { earliest: new Date(earliest), latest: new Date(latest) };
}

/** The backup to recover a moment of the window from: the newest that ended before it, for it needs the least WAL. */
export function backupBefore(coverage: Coverage, target: Date): BackupManifest | undefined {
  return coverage.backups.findLast(({ endedAt }) => endedAt.getTime() <= target.getTime());
}
