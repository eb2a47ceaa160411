import type pg from "pg";
import type { CatalogRequest, CatalogRow } from "./catalog-rows.ts";
import { readCatalog } from "./read-catalog.ts";

/** Rows of a page are held in memory, about 1 KiB each. */
const PAGE_ROWS = 5_000;

/**
 * The same rows as `catalogRows`, a page at a time, each a statement of its own: copying takes hours, and a snapshot
 * that is kept as long would hold back vacuum on the source. A row that changes meanwhile comes with one of its states,
 * and again with the next sync.
 */
export async function* catalogPages(client: pg.Client, request: CatalogRequest): AsyncGenerator<CatalogRow> {
  let after: string | undefined;
  for (;;) {
    const page = await readCatalog(client, { ...request, after, limit: PAGE_ROWS });
    yield* page;
    after = page.at(-1)?.name;
    if (page.length < PAGE_ROWS) return;
  }
}
