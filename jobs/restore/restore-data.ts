import type pg from "pg";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { copyIn } from "../../postgres/copy-in.ts";
import { copyInSql, qualifiedName } from "../../postgres/copy-sql.ts";
import { closeClient } from "../../postgres/snapshot.ts";
import { dispose } from "../../vault/disposable.ts";
import type { Manifest, ManifestChunk } from "../../vault/manifest.ts";
import { readChunk } from "../read-chunk.ts";
import { runWorkers } from "../run-workers.ts";
import { interleaveChunks } from "./interleave-chunks.ts";
import { BEGIN_POST_DATA, type Journal } from "./journal.ts";
import type { RestoreContext } from "./restore-context.ts";

/**
 * Loads every data chunk, table beside table, with the plan's number of workers. Each chunk and its line in the
 * journal commit together, so a continued restore loads the missing ones only.
 *
 * @throws HoldfastError ROWS_DIFFER when the server took another number of rows than the manifest tells
 */
export async function restoreData(context: RestoreContext, journal: Journal): Promise<void> {
  const { manifest } = context;
  const chunks = interleaveChunks(manifest.chunks.filter((chunk) => chunk.kind === "data"));
  const total = chunks.reduce((sum, chunk) => sum + chunk.plainBytes, 0);
  let done = 0;
  let unlogged: Promise<ReadonlySet<string>> | undefined;
  await runWorkers({
    items: chunks,
    workers: context.workers,
    signal: context.signal,
    open: async () => {
      const client = await context.connectTarget("holdfast restore data");
      unlogged ??= readUnloggedTables(client);
      return { client, unlogged: await unlogged };
    },
    close: ({ client }) => closeClient(client),
    work: async (chunk, { client, unlogged: names }) => {
      const table = tableOf(manifest, chunk);
      // Rows come before triggers and keys, with two exceptions: the platform's own tables have theirs already, and
      // an unlogged table may have been emptied by a crash after it got them. They must not fire a second time.
      const meetsTriggers = (table.managed && manifest.source.supabase) || journal.has(BEGIN_POST_DATA);
      const load = async () => {
        if (meetsTriggers) await client.query("SET LOCAL session_replication_role = replica");
        await loadChunk(context, client, chunk, (bytes) => {
          done += bytes;
          context.progress({ step: "restore data", done, total });
        });
      };
      const isUnlogged = names.has(qualifiedName(table));
      await journal.once(client, `data ${chunk.path}`, load, { unlogged: isUnlogged });
    },
  });
}

async function readUnloggedTables(client: pg.Client): Promise<ReadonlySet<string>> {
  const reply = await client.query<{ schema: string; name: string }>(
    `SELECT n.nspname::pg_catalog.text AS schema, c.relname::pg_catalog.text AS name
       FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND c.relpersistence = 'u'`,
  );
  return new Set(reply.rows.map(qualifiedName));
}

async function loadChunk(
  context: RestoreContext,
  client: pg.Client,
  chunk: ManifestChunk,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const table = tableOf(context.manifest, chunk);
  const sql = copyInSql({ ...table, ...table.loadVia }, { encoding: context.manifest.source.encoding });
  const { rows } = await readChunk({
    vault: context.vault,
    manifest: context.manifest,
    chunk,
    signal: context.signal,
    consume: (plain) => copyIn(client, sql, counted(plain, onBytes), dispose),
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
