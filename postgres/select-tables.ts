import { closest } from "fastest-levenshtein";
import { HoldfastError } from "../plan/holdfast-error.ts";
import type { RelationRow } from "./catalog-relations.ts";
import { parseTableName } from "./parse-table-name.ts";

const KINDS: Readonly<Record<string, string>> = {
  v: "a view",
  m: "a materialized view",
  f: "a foreign table",
  S: "a sequence",
  c: "a composite type",
};

function unknown(name: string, relations: readonly RelationRow[]): HoldfastError {
  const names = relations.filter((row) => /^[rp]$/.test(row.kind)).map((row) => `${row.schema}.${row.name}`);
  const other = findNamed(relations, name)[0];
  const kind = other === undefined ? undefined : KINDS[other.kind];
  return new HoldfastError({
    code: "TABLE_UNKNOWN",
    message:
      kind !== undefined
        ? `${name} is ${kind}: it has no rows of its own to dump.`
        : other !== undefined
          ? `${name} belongs to an extension or to the platform and is not dumped.`
          : `There is no table ${name} in the database.`,
    hint:
      names.length === 0
        ? "The database has no tables."
        : `Did you mean ${closest(name, names)}? Names are written schema.table, in the catalog's own case.`,
    exitCode: 2,
  });
}

/**
 * Finds the tables that a scope names, `schema.table` as in the catalog or quoted as in SQL. A partitioned or
 * inherited parent stands for itself and everything below it.
 * @throws HoldfastError `TABLE_UNKNOWN` (exit 2), with the nearest existing name.
 */
export function selectTables(
  relations: readonly RelationRow[],
  candidates: readonly RelationRow[],
  names: readonly string[],
): RelationRow[] {
  const children = new Map<number, RelationRow[]>();
  for (const row of relations) {
    for (const parent of row.parents) children.set(parent, [...(children.get(parent) ?? []), row]);
  }
  const dumped = new Set(candidates.map((row) => row.oid));
  const chosen = new Set<number>();
  const choose = (row: RelationRow): void => {
    if (dumped.has(row.oid)) chosen.add(row.oid);
    for (const child of children.get(row.oid) ?? []) choose(child);
  };
  for (const name of names) {
    const found = findNamed(
      relations.filter((row) => row.kind === "p" || dumped.has(row.oid)),
      name,
    );
    if (found.length === 0) throw unknown(name, relations);
    for (const row of found) choose(row);
  }
  return candidates.filter((row) => chosen.has(row.oid));
}

function findNamed(relations: readonly RelationRow[], text: string): RelationRow[] {
  const { schema, name } = parseTableName(text);
  const exact = relations.filter((row) => row.schema === schema && row.name === name);
  // A schema's own name may hold dots.
  return exact.length > 0 ? exact : relations.filter((row) => `${row.schema}.${row.name}` === text);
}
