import { HoldfastError } from "../../plan/holdfast-error.ts";
import { extendLock } from "../extend-lock.ts";
import type { IndexRow } from "./index-row.ts";
import { mirrorKey } from "./mirror-layout.ts";
import type { MirrorPlace } from "./mirror-place.ts";

const DAY_MILLISECONDS = 86_400_000;

export interface RaisedLocks {
  /** How long a version is kept after it was replaced or deleted, in days. */
  readonly retainDays: number;
  /** Whether the last version is about to be replaced. */
  readonly isReplaced: boolean;
  /** Told of each version whose lock the store refuses to raise. */
  readonly onRefused: (row: IndexRow, error: HoldfastError) => void;
}

/**
 * Locks the versions of a name that were replaced or deleted until their retention ends: the lock that they were stored
 * with counts from the copy, and of an object that was old when it was replaced it is over.
 * @param versions of one name, the one copied last at the end
 * @returns them, with what was raised
 * @throws HoldfastError STORE_…
 */
export async function raiseLocks(
  place: MirrorPlace,
  versions: readonly IndexRow[],
  { retainDays, isReplaced, onRefused }: RaisedLocks,
): Promise<readonly IndexRow[]> {
  const { vault, lockDays = 0 } = place;
  const { lockMode: mode } = vault;
  if (lockDays === 0 || mode === "none" || !Number.isFinite(retainDays)) return versions;
  const now = vault.clock();
  const raised: IndexRow[] = [];
  for (const [at, row] of versions.entries()) {
    const isLast = at === versions.length - 1;
    const superseded =
      row.missingSince ?? versions[at + 1]?.copiedAt ?? (isLast && isReplaced ? now : undefined);
    const until = superseded === undefined ? undefined : after(superseded, retainDays);
    // What older releases copied was locked for days that only the plan of then knew: today's stand for them.
    const locked = row.lockedUntil ?? after(row.copiedAt, lockDays);
    if (until === undefined || until <= now || until <= new Date(locked) || !row.mirrorVersionId)
      raised.push(row);
    else {
      const key = mirrorKey(place.project, place.bucket, row.name);
      const isRaised = await extendLock(vault, { key, versionId: row.mirrorVersionId, mode, until }).then(
        () => true,
        (error: unknown) => refused(error, (why) => onRefused(row, why)),
      );
      raised.push(isRaised ? { ...row, lockedUntil: until.toISOString() } : row);
    }
  }
  return raised;
}

/**
 * A lock of mode compliance takes no date in mode governance, however late, after the plan's mode was changed. That must
 * not end the run: the version keeps the lock that it has, and the next full run asks again.
 */
function refused(error: unknown, tell: (why: HoldfastError) => void): false {
  if (!(error instanceof HoldfastError) || error.code !== "STORE_ACCESS_DENIED") throw error;
  tell(error);
  return false;
}

const after = (moment: Date | string, days: number): Date =>
  new Date(new Date(moment).getTime() + days * DAY_MILLISECONDS);
