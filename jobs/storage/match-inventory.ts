import type { IndexRow } from "../../vault/mirror/index-row.ts";
import type { IndexEntry } from "../../vault/mirror/merge-index.ts";
import type { CatalogRow } from "./catalog-rows.ts";
import { mergeByName } from "./merge-by-name.ts";

/**
 * `missing-in-mirror`: the mirror has nothing of the name. `changed`: it has other versions of it only, as the object
 * was replaced before a sync could copy it.
 */
export type InventoryProblem = "missing-in-mirror" | "changed";

/** One object of a point and where its bytes are. */
export interface InventoryMatch {
  readonly row: CatalogRow;
  /** The mirror's copy of exactly this version; absent exactly when there is a problem. */
  readonly indexRow?: IndexRow;
  readonly problem?: InventoryProblem;
}

/**
 * Finds for each object of an inventory the mirror's copy of its version, in the order of names; memory holds one name
 * of each. A row without a version (no service wrote it) is found by eTag and size.
 *
 * @param inventory of `readInventory`, or rows of `storage.objects`
 * @param entries of the mirror's index
 */
export async function* matchInventory(
  inventory: AsyncIterable<CatalogRow>,
  entries: AsyncIterable<IndexEntry>,
): AsyncGenerator<InventoryMatch> {
  for await (const { left: row, right: entry } of mergeByName(inventory, entries)) {
    if (row === undefined) continue;
    // Of several that fit, the one copied last: the others expire before it.
    const indexRow = entry?.versions.findLast((copied) => isCopyOf(copied, row));
    if (indexRow !== undefined) yield { row, indexRow };
    else yield { row, problem: entry === undefined ? "missing-in-mirror" : "changed" };
  }
}

function isCopyOf(copied: IndexRow, row: CatalogRow): boolean {
  return (
    (row.version === "" || copied.version === row.version) &&
    (row.eTag === "" || copied.eTag === row.eTag) &&
    (row.size === undefined || copied.size === row.size)
  );
}
