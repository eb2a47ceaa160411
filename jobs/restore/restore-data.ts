import type pg from "pg";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { copyIn } from "../../postgres/copy-in.ts";
import { copyInSql } from "../../postgres/copy-sql.ts";
import { closeClient } from "../../postgres/snapshot.ts";
import type { Manifest, ManifestChunk } from "../../vault/manifest.ts";
import { readChunk } from "../read-chunk.ts";
import { runWorkers } from "../run-workers.ts";
import type { Journal } from "./journal.ts";
import type { RestoreContext } from "./restore-context.ts";

/**
 * Loads every data chunk, largest first, with the plan's number of workers. Each chunk and its line in the
 * journal commit together, so a continued restore loads the missing ones only.
 *
 * @throws HoldfastError ROWS_DIFFER when the server took another number of rows than the manifest tells
 */
export async function restoreData(context: RestoreContext, journal: Journal): Promise<void> {
  const { manifest } = context;
  const chunks = manifest.chunks
    .filter((chunk) => chunk.kind === "data")
    .sort((one, other) => other.plainBytes - one.plainBytes);
  const total = chunks.reduce((sum, chunk) => sum + chunk.plainBytes, 0);
  let done = 0;
  await runWorkers({
    items: chunks,
    workers: context.workers,
    signal: context.signal,
    open: () => context.connectTarget("holdfast restore data"),
    close: closeClient,
    work: async (chunk, client) => {
      await journal.once(client, `data ${chunk.path}`, () =>
        loadChunk(context, client, chunk, (bytes) => {
          done += bytes;
          context.progress({ step: "restore data", done, total });
        }),
      );
    },
  });
}

async function loadChunk(
  context: RestoreContext,
  client: pg.Client,
  chunk: ManifestChunk,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const table = tableOf(context.manifest, chunk);
  // Rows of the platform's own tables meet its triggers and keys, which must not fire a second time.
  if (table.managed && context.manifest.source.supabase)
    await client.query("SET LOCAL session_replication_role = replica");
  const sql = copyInSql({ ...table, ...table.loadVia }, { encoding: context.manifest.source.encoding });
  const { rows } = await readChunk({
    vault: context.vault,
    manifest: context.manifest,
    chunk,
    signal: context.signal,
    consume: (plain) => copyIn(client, sql, counted(plain, onBytes)),
  });
  if (rows === chunk.rows) return;
  throw new HoldfastError({
    code: "ROWS_DIFFER",
    message: `Loading ${chunk.path} into ${table.schema}.${table.name} took ${rows} rows; the manifest tells ${chunk.rows}.`,
    hint: "Run the same restore again; if it repeats, restore another point and keep this one for a report.",
  });
}

function tableOf(manifest: Manifest, chunk: ManifestChunk): Manifest["tables"][number] {
  const table = chunk.table === undefined ? undefined : manifest.tables[chunk.table];
  if (table !== undefined) return table;
  throw new HoldfastError({
    code: "MANIFEST_DAMAGED",
    message: `The manifest of ${manifest.id} names no table for the data chunk ${chunk.path}.`,
    hint: "Restore another recovery point: this manifest is not one that Holdfast writes.",
  });
}

async function* counted(
  plain: AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void,
): AsyncIterable<Uint8Array> {
  for await (const bytes of plain) {
    onBytes(bytes.length);
    yield bytes;
  }
}
