import type pg from "pg";
import type { CatalogSequence } from "./catalog.ts";
import type { RelationRow } from "./catalog-relations.ts";
import { qualifiedName } from "./copy-sql.ts";

const SEQUENCES_A_QUERY = 200;

export interface SequenceState {
  readonly sequences: CatalogSequence[];
  readonly unreadableSequences: { schema: string; name: string }[];
}

/** Reads where the given sequences stand; those that the role may not read are listed apart. */
export async function readSequences(
  client: pg.Client,
  relations: readonly RelationRow[],
  isManaged: (row: RelationRow) => boolean,
): Promise<SequenceState> {
  const readable = await client.query<{ oid: string }>(
    `SELECT oid::pg_catalog.text AS oid FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS s(oid)
      WHERE pg_catalog.has_sequence_privilege(oid, 'SELECT')
        AND pg_catalog.has_schema_privilege((SELECT relnamespace FROM pg_catalog.pg_class c WHERE c.oid = s.oid), 'USAGE')`,
    [relations.map((row) => row.oid)],
  );
  const allowed = new Set(readable.rows.map((row) => Number(row.oid)));
  const open = relations.filter((row) => allowed.has(row.oid));
  const sequences: CatalogSequence[] = [];
  for (let start = 0; start < open.length; start += SEQUENCES_A_QUERY) {
    const batch = open.slice(start, start + SEQUENCES_A_QUERY);
    const parts = batch.map(
      (row, index) =>
        `SELECT ${index} AS n, last_value::pg_catalog.text AS value, is_called,
           (SELECT seqincrement FROM pg_catalog.pg_sequence WHERE seqrelid = ${row.oid})::pg_catalog.text AS increment
           FROM ${qualifiedName(row)}`,
    );
    const result = await client.query<{ n: number; value: string; is_called: boolean; increment: string }>(
      parts.join(" UNION ALL "),
    );
    for (const found of result.rows) {
      const row = batch[found.n];
      if (row === undefined) continue;
      sequences.push({
        oid: row.oid,
        schema: row.schema,
        name: row.name,
        lastValue: found.value,
        isCalled: found.is_called,
        increment: found.increment,
        managed: isManaged(row),
      });
    }
  }
  return {
    sequences,
    unreadableSequences: relations
      .filter((row) => !allowed.has(row.oid))
      .map((row) => ({ schema: row.schema, name: row.name })),
  };
}
