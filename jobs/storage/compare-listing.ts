import type { CatalogRow } from "./catalog-rows.ts";
import { mergeByName } from "./merge-by-name.ts";
import type { ListedSourceObject } from "./storage-source.ts";

/** A row of the catalog, compared with what Storage itself lists. */
export interface ComparedRow extends CatalogRow {
  /** It is not listed, or listed in another size or with another eTag: its bytes are read again, whatever the index says. */
  readonly isDoubtful?: boolean;
}

/**
 * Marks the rows that disagree with the listing; both come in the order of names, and memory holds one item of each.
 * @param onUnknown told of each name that is listed and not in the catalog, as both are read
 */
export async function* compareListing(
  rows: AsyncIterable<CatalogRow>,
  listing: AsyncIterable<ListedSourceObject>,
  onUnknown: (name: string) => Promise<void>,
): AsyncGenerator<ComparedRow> {
  for await (const { name, left: row, right: listed } of mergeByName(rows, listing)) {
    if (row === undefined) await onUnknown(name);
    else yield agree(row, listed) ? row : { ...row, isDoubtful: true };
  }
}

function agree(row: CatalogRow, listed: ListedSourceObject | undefined): boolean {
  if (listed === undefined) return false;
  return (
    (row.size === undefined || row.size === listed.size) &&
    (row.eTag === "" || listed.eTag === "" || row.eTag === listed.eTag)
  );
}
