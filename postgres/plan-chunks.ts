import type { CatalogTable } from "./catalog.ts";
import { copyOutSql, type PageRange } from "./copy-sql.ts";

const MEBIBYTE = 1024 * 1024;

export interface PlanChunksOptions {
  /** Largest chunk, in bytes of table (heap and TOAST). @default 256 MiB */
  readonly targetBytes?: number;
  /** Sessions that will read; chunks are made small enough that all of them end together. @default 2 */
  readonly workers?: number;
  /** Encoding of the server, from `Catalog.encoding`. @default "UTF8" */
  readonly encoding?: string;
}

/** One `COPY` and so one object of a recovery point. */
export interface ChunkPlan {
  /** Index into the tables given. */
  readonly table: number;
  /** 0-based number of this part of the table. */
  readonly part: number;
  /** How many parts the table has. */
  readonly parts: number;
  /** Pages this part covers; absent when it is the whole table. */
  readonly range?: PageRange;
  /** Share of the table's size on disk, bytes. The text may be larger (bytea doubles, TOAST is compressed). */
  readonly bytes: number;
  /** The `COPY … TO STDOUT` statement. */
  readonly sql: string;
}

function chunkBytes(tables: readonly CatalogTable[], options: PlanChunksOptions): number {
  const target = options.targetBytes ?? 256 * MEBIBYTE;
  const total = tables.reduce((sum, table) => sum + table.totalBytes, 0);
  const balanced = total / ((options.workers ?? 2) * 4);
  return Math.max(Math.min(target, balanced), Math.min(target, 16 * MEBIBYTE));
}

function planTable(
  table: CatalogTable,
  index: number,
  limit: number,
  encoding: string | undefined,
): ChunkPlan[] {
  const wanted = table.splittable ? Math.ceil(table.totalBytes / limit) : 1;
  const pagesEach = Math.max(1, Math.ceil(table.pages / Math.max(1, wanted)));
  const parts = table.splittable ? Math.max(1, Math.ceil(table.pages / pagesEach)) : 1;
  return Array.from({ length: parts }, (_, part) => {
    // The last range is open-ended: rows may have been added between the look at the size and the snapshot.
    const range: PageRange | undefined =
      parts === 1
        ? undefined
        : { fromPage: part * pagesEach, ...(part === parts - 1 ? {} : { toPage: (part + 1) * pagesEach }) };
    return {
      table: index,
      part,
      parts,
      ...(range === undefined ? {} : { range }),
      bytes: Math.round(table.totalBytes / parts),
      sql: copyOutSql(table, { ...(range ? { range } : {}), ...(encoding ? { encoding } : {}) }),
    };
  });
}

/**
 * Cuts tables into chunks: one for a small table, ranges of pages for a big one, largest first so that the workers
 * end together. Every row of every table is in exactly one chunk.
 *
 * A chunk is at most `targetBytes`, and with few tables at most 1/(4 × workers) of the whole, but never made smaller
 * than 16 MiB.
 */
export function planChunks(tables: readonly CatalogTable[], options: PlanChunksOptions = {}): ChunkPlan[] {
  const limit = chunkBytes(tables, options);
  return tables
    .flatMap((table, index) => planTable(table, index, limit, options.encoding))
    .sort((a, b) => b.bytes - a.bytes || a.table - b.table || a.part - b.part);
}
