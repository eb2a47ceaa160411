import type { ReadCatalogOptions, Scope } from "./catalog.ts";
import type { RelationRow } from "./catalog-relations.ts";
import { isDumpedSequence, isDumpedTable } from "./catalog-rules.ts";
import { selectTables } from "./select-tables.ts";

/** The tables that a scope takes in, of those that belong into a point. */
export function chooseTables(
  relations: readonly RelationRow[],
  scope: Scope,
  options: ReadCatalogOptions,
): RelationRow[] {
  if (scope.kind === "schema") return [];
  const dumped = relations.filter((row) => isDumpedTable(row, options));
  return scope.kind === "full" ? dumped : selectTables(relations, dumped, scope.tables);
}

/** The sequences that a scope takes in: with single tables those that their columns own. */
export function chooseSequences(
  relations: readonly RelationRow[],
  tables: readonly RelationRow[],
  scope: Scope,
  options: ReadCatalogOptions,
): RelationRow[] {
  if (scope.kind === "schema") return [];
  const sequences = relations.filter((row) => isDumpedSequence(row, options));
  if (scope.kind === "full") return sequences;
  const parents = new Map(relations.map((row) => [row.oid, row.parents]));
  const owners = new Set<number>();
  // An identity column's sequence belongs to the partitioned root, whose leaves are what is dumped.
  const own = (oid: number): void => {
    if (owners.has(oid)) return;
    owners.add(oid);
    for (const parent of parents.get(oid) ?? []) own(parent);
  };
  for (const table of tables) own(table.oid);
  return sequences.filter((row) => row.ownerTables.some((oid) => owners.has(oid)));
}

/**
 * The topmost partitioned table that a partition must be loaded through, because rows are spread by the hash of an
 * enum somewhere above it; undefined where the partition can be loaded itself.
 * @see https://www.postgresql.org/docs/current/app-pgdump.html `--load-via-partition-root`
 */
export function rootToLoadVia(
  row: RelationRow,
  relations: ReadonlyMap<number, RelationRow>,
): RelationRow | undefined {
  let root: RelationRow | undefined;
  let unsafe = false;
  for (let at: RelationRow | undefined = row; at?.isPartition; at = root) {
    root = relations.get(at.parents[0] ?? 0);
    unsafe ||= root?.hashesEnum === true;
  }
  return unsafe ? root : undefined;
}

/**
 * The relations that are neither chosen nor needed to define the chosen ones, as the parents of partitions and of
 * inheriting tables are.
 */
export function relationsBeside(
  relations: readonly RelationRow[],
  chosen: readonly RelationRow[],
): RelationRow[] {
  const byOid = new Map(relations.map((row) => [row.oid, row]));
  const needed = new Set<number>();
  const need = (row: RelationRow | undefined): void => {
    if (row === undefined || needed.has(row.oid)) return;
    needed.add(row.oid);
    for (const parent of row.parents) need(byOid.get(parent));
  };
  for (const row of chosen) need(row);
  return relations.filter((row) => /^[rpvmfS]$/.test(row.kind) && !needed.has(row.oid));
}
