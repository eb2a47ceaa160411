import { compareNames } from "../../vault/mirror/compare-names.ts";
import type { IndexRow } from "../../vault/mirror/index-row.ts";
import type { IndexEntry } from "../../vault/mirror/merge-index.ts";
import type { CatalogRow } from "./catalog-rows.ts";

/** What is to do about one name. */
export interface PlannedCopy {
  /** Absent: the catalog has the name no more, or the query did not ask for it. */
  readonly row?: CatalogRow;
  /** What the mirror has of the name. */
  readonly known: readonly IndexRow[];
  /** Whether the mirror's last version of the name is the row's. */
  readonly isCurrent: boolean;
}

/** Merges catalog and index, both in the order of names; memory holds one name of each. */
export async function* planCopies(
  rows: AsyncIterable<CatalogRow>,
  entries: AsyncIterable<IndexEntry>,
): AsyncGenerator<PlannedCopy> {
  const index = entries[Symbol.asyncIterator]();
  try {
    let entry = await index.next();
    for await (const row of rows) {
      for (; !entry.done && compareNames(entry.value.name, row.name) < 0; entry = await index.next()) {
        yield { known: entry.value.versions, isCurrent: false };
      }
      if (entry.done || entry.value.name !== row.name) {
        yield { row, known: [], isCurrent: false };
        continue;
      }
      const known = entry.value.versions;
      // The last copied counts: an older version that came back is copied again, or it would expire as replaced.
      yield { row, known, isCurrent: isSame(known.at(-1), row) };
      entry = await index.next();
    }
    for (; !entry.done; entry = await index.next()) yield { known: entry.value.versions, isCurrent: false };
  } finally {
    await index.return?.(undefined);
  }
}

function isSame(copied: IndexRow | undefined, row: CatalogRow): boolean {
  return copied?.version === row.version && (row.eTag === "" || copied.eTag === row.eTag);
}
