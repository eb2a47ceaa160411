import type pg from "pg";
import { type CatalogRequest, type CatalogRow, catalogRows } from "./catalog-rows.ts";

/** The last thing that each session was asked to do. */
const turns = new WeakMap<pg.Client, Promise<unknown>>();

/** The rows of a small request, all at once. Workers share one session, which does one thing after another. */
export function readCatalog(client: pg.Client, request: CatalogRequest): Promise<CatalogRow[]> {
  const read = async () => {
    const found: CatalogRow[] = [];
    for await (const row of catalogRows(client, request)) found.push(row);
    return found;
  };
  const turn = (turns.get(client) ?? Promise.resolve()).then(read, read);
  turns.set(client, turn);
  return turn;
}
