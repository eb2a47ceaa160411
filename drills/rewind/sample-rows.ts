import { randomUUID } from "node:crypto";
import pg from "pg";
import { type MarkerTable, type RunSql, writeMarker } from "../../jobs/pitr/marker.ts";
import type { Check } from "../../jobs/verdict.ts";

/** A row as it was written, whole. */
export interface SampleRow {
  readonly id: string;
  /** By the database's clock. */
  readonly at: Date;
  readonly note: string;
}

/** Apart from the markers that the point may hold, and gone before the proof. */
export const SAMPLE: Required<MarkerTable> = { schema: "holdfast_drill", table: "sample" };
const TABLE = `${SAMPLE.schema}.${SAMPLE.table}`;
const { escapeLiteral } = pg;

/** So many before the moment and so many after it. */
const ROWS = 5;

/** Writes rows, each in a transaction of its own. */
export async function writeSampleRows(run: RunSql, when: "before" | "after"): Promise<SampleRow[]> {
  const rows: SampleRow[] = [];
  for (let number = 1; number <= ROWS; number++) {
    const note = `${when} ${number}`;
    rows.push({ ...(await writeMarker(run, { ...SAMPLE, id: randomUUID(), note })), note });
  }
  return rows;
}

/** Damages rows from before the moment: one is lost and one changed; a rewind brings both back. */
export async function damageSampleRows(run: RunSql, rows: readonly SampleRow[]): Promise<void> {
  const [lost, changed] = rows;
  await run(`DELETE FROM ${TABLE} WHERE id = ${escapeLiteral(lost?.id ?? "")}`);
  await run(`UPDATE ${TABLE} SET note = 'damaged' WHERE id = ${escapeLiteral(changed?.id ?? "")}`);
}

/** All rows that are there; none when the table is not. */
export async function readSampleRows(run: RunSql): Promise<SampleRow[]> {
  const [state] = await run(`SELECT pg_catalog.to_regclass('${TABLE}') IS NOT NULL AS there`);
  if (state?.there !== true) return [];
  const rows = await run(
    `SELECT id, note, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at FROM ${TABLE} ORDER BY at, id`,
  );
  return rows.map(({ id, note, at }) => ({ id: String(id), note: String(note), at: new Date(String(at)) }));
}

/** Takes the sample away, so that the database is again what was restored. */
export async function dropSample(run: RunSql): Promise<void> {
  await run(`DROP SCHEMA IF EXISTS ${SAMPLE.schema} CASCADE`);
}

/**
 * Compares what is there with what the moment held: the rows from before it, each as it was written, and no other.
 * @param before all rows that were written before the moment
 */
export function judgeSampleRows(before: readonly SampleRow[], found: readonly SampleRow[]): Check[] {
  const there = new Map(found.map((row) => [row.id, row]));
  const known = new Set(before.map(({ id }) => id));
  const lost = before.flatMap((row) => problemOf(row, there.get(row.id)));
  const later = found.filter(({ id }) => !known.has(id));
  return [
    {
      name: "rows written before the moment are there",
      verdict: lost.length === 0 && before.length > 0 ? "PASS" : "FAIL",
      detail:
        lost.length === 0
          ? `${before.length}, each as it was written`
          : `${lost.length} of ${before.length} are not as they were: ${lost.join(", ")}`,
    },
    {
      name: "rows written after the moment are gone",
      verdict: later.length === 0 ? "PASS" : "FAIL",
      detail:
        later.length === 0
          ? "none is there"
          : `${later.length} are there: ${later.map(({ note, at }) => `"${note}" of ${at.toISOString()}`).join(", ")}`,
    },
  ];
}

function problemOf(row: SampleRow, found: SampleRow | undefined): string[] {
  const name = `"${row.note}" of ${row.at.toISOString()}`;
  if (found === undefined) return [`${name} is missing`];
  const isSame = found.note === row.note && found.at.getTime() === row.at.getTime();
  return isSame ? [] : [`${name} is changed to "${found.note}" of ${found.at.toISOString()}`];
}
