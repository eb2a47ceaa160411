import type { IndexRow } from "../../vault/mirror/index-row.ts";
import type { IndexEntry } from "../../vault/mirror/merge-index.ts";

const DAY_MILLISECONDS = 86_400_000;

/**
 * The versions of a name that the mirror must still have: the one copied last, and those that were found deleted at the
 * source, or replaced, less than the retention ago, whichever came first. Without versions in the vault's bucket it has
 * the last alone.
 */
export function keptVersions({ versions }: IndexEntry, now: Date, retainDays: number): IndexRow[] {
  const since = now.getTime() - retainDays * DAY_MILLISECONDS;
  return versions.filter((row, at) => {
    const next = versions[at + 1];
    if (next !== undefined && row.mirrorVersionId === undefined) return false;
    // An object that came back had an empty version above this one before its next copy.
    const superseded = row.missingSince ?? next?.copiedAt;
    return superseded === undefined || Date.parse(superseded) > since;
  });
}
