import { finished } from "node:stream/promises";
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
}

type Table = Manifest["tables"][number];

/**
 * Reads back every row of every table of the point and compares exact count and content hash with the manifest.
 * Nothing is sampled: 1 changed byte in 1 row fails the table by name. Partitions between which rows may move in
 * another database are compared together.
 */
export async function proveTables(context: ProofContext): Promise<Check[]> {
  const { manifest, catalog } = context;
  const present = new Map(catalog.tables.map((table) => [tableKey(table), table]));
  const missing = manifest.tables.filter((table) => !present.has(tableKey(table)));
  const measured = await measure(
    context,
    manifest.tables.flatMap((table) => {
      const found = present.get(tableKey(table));
      return found === undefined ? [] : [asInThePoint(found, table)];
    }),
  );
  const groups = Map.groupBy(manifest.tables, (table) => tableKey(table.loadVia ?? table));
  return [
    ...missing.map(missingTable),
    ...[...groups.values()].flatMap((tables) => {
      const found = tables.filter((table) => present.has(tableKey(table)));
      return found.length === 0 ? [] : [compare(found, measured)];
    }),
  ];
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
      const rows = copyOut(client, chunk.sql).on("data", freePiece);
      await finished(rows);
      const hash = rows.rowHash;
      const table = tables[chunk.table];
      const result = table === undefined ? undefined : results.get(tableKey(table));
      if (result !== undefined) {
        result.rows += hash.rows;
        result.hashes.push(hash.digest());
      }
      done += chunk.bytes;
      context.progress({ step: "prove", done, total });
    },
  });
  return results;
}

function label({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return `table ${schema}.${name}`;
}

function missingTable(table: Table): Check {
  return { name: label(table), verdict: "FAIL", detail: `missing; the point holds ${table.rows} rows` };
}

function compare(tables: readonly Table[], measured: ReadonlyMap<string, Measured>): Check {
  const [first] = tables;
  const found = tables.map((table) => measured.get(tableKey(table)) ?? { rows: 0, hashes: [] });
  const rows = found.reduce((sum, part) => sum + part.rows, 0);
  const expected = tables.reduce((sum, table) => sum + table.rows, 0);
  const name = first === undefined ? "" : label(first.loadVia ?? first);
  if (rows !== expected) {
    const lost = expected - rows;
    const detail = `${rows} rows; the point holds ${expected} (${lost > 0 ? `${lost} lost` : `${-lost} too many`})`;
    return { name, verdict: "FAIL", detail };
  }
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
