import type { IndexRow } from "../../vault/mirror/index-row.ts";
import type { CatalogRow } from "./catalog-rows.ts";
import type { ComparedRow } from "./compare-listing.ts";
import { mergeByName } from "./merge-by-name.ts";

/** What the mirror has of a name, the version copied last at the end. */
export interface KnownEntry {
  readonly name: string;
  readonly versions: readonly IndexRow[];
  /** Whether the last is the latest of its key in the mirror; others expire there. @default true */
  readonly isLatest?: boolean;
}

/** What is to do about one name. */
export interface PlannedCopy {
  /** Absent: the catalog has the name no more, or the query did not ask for it. */
  readonly row?: CatalogRow;
  /** What the mirror has of the name. */
  readonly known: readonly IndexRow[];
  /** Whether the mirror's last version of the name is the row's, and can stay. */
  readonly isCurrent: boolean;
}

/** Merges catalog and index, both in the order of names; memory holds one name of each. */
export async function* planCopies(
  rows: AsyncIterable<ComparedRow>,
  entries: AsyncIterable<KnownEntry>,
): AsyncGenerator<PlannedCopy> {
  for await (const { left: row, right: entry } of mergeByName(rows, entries)) {
    const known = entry?.versions ?? [];
    if (row === undefined) yield { known, isCurrent: false };
    else {
      // The last copied counts: an older version that came back is copied again, or it would expire as replaced.
      const isCurrent = entry?.isLatest !== false && !row.isDoubtful && isSame(known.at(-1), row);
      yield { row, known, isCurrent };
    }
  }
}

function isSame(copied: IndexRow | undefined, row: CatalogRow): boolean {
  // A name that was found missing has an empty version on top in the mirror, below which its copy expires.
  if (copied?.missingSince !== undefined) return false;
  return copied?.version === row.version && (row.eTag === "" || copied.eTag === row.eTag);
}
