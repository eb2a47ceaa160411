import type { IndexRow } from "../../vault/mirror/index-row.ts";
import type { IndexEntry } from "../../vault/mirror/merge-index.ts";

const DAY_MILLISECONDS = 86_400_000;

/**
 * The versions of a name that the mirror must still have: the one copied last, and those that were replaced, or found
 * deleted at the source, less than the retention ago. Without versions in the vault's bucket it has the last alone.
 */
export function keptVersions({ versions }: IndexEntry, now: Date, retainDays: number): IndexRow[] {
  const since = now.getTime() - retainDays * DAY_MILLISECONDS;
  return versions.filter((row, at) => {
    const next = versions[at + 1];
    if (next === undefined) return row.missingSince === undefined || Date.parse(row.missingSince) > since;
    return row.mirrorVersionId !== undefined && Date.parse(next.copiedAt) > since;
  });
}
