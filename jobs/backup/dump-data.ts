import { once } from "node:events";
import type { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type pg from "pg";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { Catalog } from "../../postgres/catalog.ts";
import { copyOut } from "../../postgres/copy-out.ts";
import { freePiece } from "../../postgres/free-piece.ts";
import { type ChunkPlan, planChunks } from "../../postgres/plan-chunks.ts";
import { RowHash } from "../../postgres/row-hash.ts";
import { closeClient, joinSnapshot } from "../../postgres/snapshot.ts";
import type { Manifest, ManifestChunk } from "../../vault/manifest.ts";
import { runWorkers } from "../run-workers.ts";
import { type StoredChunk, storeChunk } from "../store-chunk.ts";
import type { BackupContext } from "./backup-context.ts";
import type { SourceView } from "./open-view.ts";

export interface DumpedData {
  readonly tables: Manifest["tables"];
  readonly chunks: ManifestChunk[];
}

/**
 * Text may be larger than the heap it comes from (numbers, bytea as hex, escapes): the upload plans its parts
 * for this many times the table's bytes.
 */
const TEXT_GROWTH = 4;
const SMALLEST_EXPECTATION_BYTES = 64 * 1024 * 1024;

/**
 * The session that holds the snapshot has a lock on every table, so a worker can be kept waiting for one only by a
 * migration that itself waits for that session: waiting longer would not help.
 */
const WORKER_LOCK_SECONDS = 1;

/**
 * Dumps the rows of every table of the view under its snapshot: the biggest chunks first, `workers` at once.
 * Count and content hash come from the very bytes that are stored, so they cost no second read of the source.
 * A table without rows needs no object.
 */
export async function dumpData(context: BackupContext, view: SourceView): Promise<DumpedData> {
  const { snapshot, catalog } = view;
  const plan = planChunks(catalog.tables, { workers: context.workers, encoding: catalog.encoding });
  const total = plan.reduce((sum, chunk) => sum + chunk.bytes, 0);
  const stored = new Map<number, { part: number; chunk: StoredChunk }[]>();
  const holder = new HoldingSession(snapshot.client);
  let done = 0;
  const join = () => joinSnapshot(context.address, snapshot.id, { lockTimeoutSeconds: WORKER_LOCK_SECONDS });
  await runWorkers({
    items: plan,
    workers: context.workers,
    signal: context.signal,
    open: async () => ({ client: await join() }),
    close: ({ client }) => closeClient(client),
    work: async (item, session, _, signal) => {
      const dump = (client: pg.Client) => dumpChunk(context, catalog, item, { client, signal });
      const chunk = await dump(session.client).catch(async (error: unknown) => {
        if (!isLocked(error)) throw error;
        // Its transaction is spoilt, and the snapshot of it with it.
        await closeClient(session.client);
        session.client = await join();
        return await holder.use(dump);
      });
      const list = stored.get(item.table) ?? [];
      stored.set(item.table, list);
      if (chunk !== undefined) list.push({ part: item.part, chunk });
      done += item.bytes;
      context.progress({ step: "dump", done, total });
    },
  });
  return describe(catalog, stored);
}

function isLocked(error: unknown): boolean {
  return error instanceof HoldfastError && error.code === "DATABASE_LOCKED";
}

/** The session that holds the snapshot and the locks, used by one at a time. */
class HoldingSession {
  readonly #client: pg.Client;
  #last: Promise<unknown> = Promise.resolve();

  constructor(client: pg.Client) {
    this.#client = client;
  }

  use<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(() => work(this.#client));
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

async function dumpChunk(
  context: BackupContext,
  catalog: Catalog,
  item: ChunkPlan,
  { client, signal }: { readonly client: pg.Client; readonly signal: AbortSignal },
): Promise<StoredChunk | undefined> {
  const rows = copyOut(client, item.sql);
  if (!(await hasBytes(rows))) {
    // Reading to the end gives the session back for its next statement.
    await finished(rows.resume());
    return undefined;
  }
  return await storeChunk({
    vault: context.vault,
    point: context.point,
    path: `${tableFolder(catalog, item.table)}/${String(item.part).padStart(5, "0")}.copy`,
    source: rows,
    counter: rows,
    release: freePiece,
    expectedPlainBytes: Math.max(item.bytes * TEXT_GROWTH, SMALLEST_EXPECTATION_BYTES),
    lockMode: context.lockMode,
    signal,
  });
}

/** Waits for the first bytes, which stay in the stream; false when it ends without any. */
async function hasBytes(stream: Readable): Promise<boolean> {
  if (!stream.readableEnded && stream.readableLength === 0) await once(stream, "readable");
  return stream.readableLength > 0;
}

/** Unique by its number, readable by its name: `data/00042-public.orders`. */
export function tableFolder(catalog: Catalog, table: number): string {
  const info = catalog.tables[table];
  const name = `${info?.schema}.${info?.name}`.replaceAll(/[^A-Za-z0-9_.-]/g, "_").slice(0, 80);
  return `data/${String(table).padStart(5, "0")}-${name}`;
}

function describe(catalog: Catalog, stored: Map<number, { part: number; chunk: StoredChunk }[]>): DumpedData {
  const chunks: ManifestChunk[] = [];
  const tables = catalog.tables.map((table, index) => {
    const parts = (stored.get(index) ?? []).sort((one, other) => one.part - other.part);
    chunks.push(...parts.map(({ chunk }): ManifestChunk => ({ ...chunk, kind: "data", table: index })));
    return {
      schema: table.schema,
      name: table.name,
      columns: [...table.columns],
      rows: parts.reduce((sum, { chunk }) => sum + chunk.rows, 0),
      hash: RowHash.combine(parts.map(({ chunk }) => chunk.hash)),
      ...(table.condition === undefined ? {} : { condition: table.condition }),
      managed: table.managed,
      ...(table.loadVia === undefined ? {} : { loadVia: table.loadVia }),
    };
  });
  return { tables, chunks };
}
