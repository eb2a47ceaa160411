import { finished } from "node:stream/promises";
import type pg from "pg";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { Catalog } from "../../postgres/catalog.ts";
import { copyOut } from "../../postgres/copy-out.ts";
import { freePiece } from "../../postgres/free-piece.ts";
import { planChunks } from "../../postgres/plan-chunks.ts";
import { RowHash } from "../../postgres/row-hash.ts";
import { closeClient, joinSnapshot } from "../../postgres/snapshot.ts";
import type { Manifest } from "../../vault/manifest.ts";
import { runWorkers } from "../run-workers.ts";
import type { Check } from "../verdict.ts";
import type { ProofContext } from "./proof-context.ts";

interface Measured {
  rows: number;
  readonly hashes: string[];
  /** What the server said when it could not read a row, or refused to. */
  unread?: { readonly verdict: "FAIL" | "PARTIAL"; readonly detail: string };
}

/** The server's refusal of single rows (a damaged page, a value without its type); all else ends the proof. */
const UNREADABLE = /^(?:DATABASE_QUERY_FAILED|ROW_TOO_LARGE|OBJECT_GONE)$/;
/** The proving user may not look: nothing is wrong with the table, but nothing is proved of it. */
const REFUSED = /^(?:DATABASE_PRIVILEGE_MISSING|DATABASE_ROWS_HIDDEN)$/;

type Table = Manifest["tables"][number];

/**
 * Reads back every row of every table of the point and compares exact count and content hash with the manifest.
 * Nothing is sampled: 1 changed byte in 1 row fails the table by name. Partitions between which rows may move in
 * another database are compared together.
 */
export async function proveTables(context: ProofContext): Promise<Check[]> {
  const { manifest, catalog } = context;
  const present = new Map(catalog.tables.map((table) => [tableKey(table), table]));
  const lacks = new Map(
    manifest.tables.map((table) => [table, whatLacks(table, present.get(tableKey(table)))]),
  );
  const whole = manifest.tables.filter((table) => lacks.get(table) === undefined);
  const measured = await measure(
    context,
    whole.flatMap((table) => {
      const found = present.get(tableKey(table));
      return found === undefined ? [] : [asInThePoint(found, table)];
    }),
  );
  const groups = Map.groupBy(whole, (table) => tableKey(table.loadVia ?? table));
  return [
    ...[...lacks].flatMap(([table, detail]): Check[] =>
      detail === undefined ? [] : [{ name: label(table), verdict: "FAIL", detail }],
    ),
    ...[...groups.values()].map((tables) => compare(tables, measured, context.storage?.kind === "endpoint")),
  ];
}

/** Why the rows of a table cannot even be compared; undefined when they can. */
function whatLacks(table: Table, found: Catalog["tables"][number] | undefined): string | undefined {
  if (found === undefined) return `missing; the point holds ${table.rows} rows`;
  const columns = table.columns.filter((column) => !found.columns.includes(column));
  if (columns.length === 0) return undefined;
  return `without the columns ${columns.slice(0, 5).join(", ")}, of which the point holds ${table.rows} rows`;
}

/** The same columns and rows as the point holds, whatever the target says of the table. */
function asInThePoint(found: Catalog["tables"][number], table: Table): Catalog["tables"][number] {
  return {
    ...found,
    columns: table.columns,
    ...(table.condition === undefined ? {} : { condition: table.condition, splittable: false }),
  };
}

function tableKey(table: { readonly schema: string; readonly name: string }): string {
  return JSON.stringify([table.schema, table.name]);
}

async function measure(
  context: ProofContext,
  tables: Catalog["tables"],
): Promise<ReadonlyMap<string, Measured>> {
  const plan = planChunks(tables, { workers: context.workers, encoding: context.manifest.source.encoding });
  const total = plan.reduce((sum, chunk) => sum + chunk.bytes, 0);
  const results = new Map<string, Measured>(
    tables.map((table) => [tableKey(table), { rows: 0, hashes: [] as string[] }]),
  );
  let done = 0;
  await runWorkers({
    items: plan,
    workers: context.workers,
    signal: context.signal,
    open: () => joinSnapshot(context.target, context.snapshotId),
    close: closeClient,
    work: async (chunk, client) => {
      const table = tables[chunk.table];
      const result = table === undefined ? undefined : results.get(tableKey(table));
      if (result !== undefined) await readBack(client, chunk.sql, result);
      done += chunk.bytes;
      context.progress({ step: "prove", done, total });
    },
  });
  return results;
}

async function readBack(client: pg.Client, sql: string, result: Measured): Promise<void> {
  await client.query("SAVEPOINT chunk");
  const rows = copyOut(client, sql).on("data", freePiece);
  try {
    await finished(rows);
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    const refused = REFUSED.test(error.code);
    if (!refused && !UNREADABLE.test(error.code)) throw error;
    await client.query("ROLLBACK TO SAVEPOINT chunk");
    result.unread = {
      verdict: refused ? "PARTIAL" : "FAIL",
      detail: refused ? `${error.message} ${error.hint}` : error.message,
    };
  }
  result.rows += rows.rowHash.rows;
  result.hashes.push(rows.rowHash.digest());
}

function label({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return `table ${schema}.${name}`;
}

const NOTHING: Measured = { rows: 0, hashes: [] };

/** @param isUploaded the objects were uploaded to the target, which wrote their rows anew; they have a proof of their own */
function compare(
  tables: readonly Table[],
  measured: ReadonlyMap<string, Measured>,
  isUploaded: boolean,
): Check {
  const [first] = tables;
  const found = tables.map((table) => measured.get(tableKey(table)) ?? NOTHING);
  const rows = found.reduce((sum, part) => sum + part.rows, 0);
  const expected = tables.reduce((sum, table) => sum + table.rows, 0);
  const name = first === undefined ? "" : label(first.loadVia ?? first);
  const unread = found.find((part) => part.unread !== undefined)?.unread;
  if (unread !== undefined) return { name, ...unread };
  if (rows !== expected) {
    const lost = expected - rows;
    const detail = `${rows} rows; the point holds ${expected} (${lost > 0 ? `${lost} lost` : `${-lost} too many`})`;
    return { name, verdict: "FAIL", detail };
  }
  if (isUploaded && first?.schema === "storage" && first.name === "objects")
    return { name, verdict: "PASS", detail: `${rows} rows; an upload writes versions and times anew` };
  const same =
    RowHash.combine(found.flatMap((part) => part.hashes)) ===
    RowHash.combine(tables.map((table) => table.hash));
  return same
    ? { name, verdict: "PASS", detail: `${rows} rows, content equal` }
    : {
        name,
        verdict: "FAIL",
        detail: `${rows} rows as expected, but the content differs from the point's`,
      };
}
