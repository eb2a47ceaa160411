import type pg from "pg";
import type { Catalog, CatalogTable, NotIncluded, ReadCatalogOptions, Scope } from "./catalog.ts";
import { type RelationRow, readRelations } from "./catalog-relations.ts";
import { isManaged, relationsLeftOut, schemaClass, schemasLeftOut } from "./catalog-rules.ts";
import { readSequences } from "./catalog-sequences.ts";
import { chooseSequences, chooseTables, relationsBeside, rootToLoadVia } from "./choose-relations.ts";
import { databaseError } from "./database-error.ts";

function toTable(
  row: RelationRow,
  root: RelationRow | undefined,
  serverVersion: number,
  options: ReadCatalogOptions,
): CatalogTable {
  const condition =
    row.isExtensionConfig && row.condition !== null && row.condition.trim() !== ""
      ? row.condition
      : undefined;
  return {
    oid: row.oid,
    schema: row.schema,
    name: row.name,
    columns: (root ?? row).columns,
    kind: row.isExtensionConfig ? "extension-config" : row.isPartition ? "partition" : "table",
    unlogged: row.persistence === "u",
    heapBytes: row.heapBytes,
    totalBytes: row.totalBytes,
    pages: row.pages,
    splittable: condition === undefined && row.accessMethod === "heap" && serverVersion >= 140000,
    ...(condition === undefined ? {} : { condition }),
    managed: isManaged(row, options),
    ...(root === undefined ? {} : { loadVia: { schema: root.schema, name: root.name } }),
  };
}
const FACTS_SQL = `
SELECT pg_catalog.current_setting('server_version_num') AS version,
       pg_catalog.current_setting('server_encoding') AS encoding,
       pg_catalog.pg_database_size(pg_catalog.current_database())::pg_catalog.text AS size,
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_largeobject_metadata)::pg_catalog.text AS large_objects,
       ARRAY(SELECT nspname::pg_catalog.text FROM pg_catalog.pg_namespace
              ORDER BY nspname::pg_catalog.text COLLATE "C") AS schemas,
       ARRAY(SELECT subname::pg_catalog.text FROM pg_catalog.pg_subscription s
               JOIN pg_catalog.pg_database d ON d.oid = s.subdbid
              WHERE d.datname = pg_catalog.current_database() ORDER BY 1) AS subscriptions`;
interface DatabaseFacts {
  version: number;
  encoding: string;
  sizeBytes: number;
  largeObjects: number;
  schemas: string[];
  subscriptions: string[];
}

async function readFacts(client: pg.Client): Promise<DatabaseFacts> {
  const result = await client.query<{
    version: string;
    encoding: string;
    size: string;
    large_objects: string;
    schemas: string[];
    subscriptions: string[];
  }>(FACTS_SQL);
  const row = result.rows[0];
  if (row === undefined) throw new Error("the server returned no row");
  return {
    ...row,
    version: Number(row.version),
    sizeBytes: Number(row.size),
    largeObjects: Number(row.large_objects),
  };
}
function leftOut(
  facts: DatabaseFacts,
  relations: readonly RelationRow[],
  scope: Scope,
  options: ReadCatalogOptions,
): NotIncluded[] {
  switch (scope.kind) {
    case "schema":
      return [{ what: "rows, sequence values and large objects", why: "the tier's scope is schema" }];
    case "tables":
      return [
        { what: "all tables, sequences and large objects not named", why: "the tier's scope is tables" },
      ];
    case "full":
      return [
        ...schemasLeftOut(facts.schemas, options),
        ...relationsLeftOut(relations, options),
        ...facts.subscriptions.map((name) => ({
          what: `progress of subscription ${JSON.stringify(name)}`,
          why: "a restored database must not go on with another's replication",
        })),
      ];
  }
}
/**
 * Reads what of a database goes into a point: tables with their own rows (each partition and inheritance child for
 * itself), sequences, the number of large objects, and everything that is left out, with the reason.
 *
 * Call it in the session of the snapshot. Sizes are those of the moment.
 * @throws HoldfastError `TABLE_UNKNOWN` (exit 2) when the scope names a table that does not exist or has no rows of
 * its own; `DATABASE_*`.
 */
export async function readCatalog(
  client: pg.Client,
  scope: Scope,
  options: ReadCatalogOptions,
): Promise<Catalog> {
  try {
    const facts = await readFacts(client);
    const relations = await readRelations(client);
    const byOid = new Map(relations.map((row) => [row.oid, row]));
    const tables = chooseTables(relations, scope, options);
    const chosenSequences = chooseSequences(relations, tables, scope, options);
    const sequences = await readSequences(client, chosenSequences, (row) => isManaged(row, options));
    return {
      scope,
      encoding: facts.encoding,
      sizeBytes: facts.sizeBytes,
      schemas: facts.schemas.filter((schema) => schemaClass(schema, options) === "app"),
      tables: tables.map((row) => toTable(row, rootToLoadVia(row, byOid), facts.version, options)),
      ...sequences,
      largeObjects: { count: scope.kind === "full" ? facts.largeObjects : 0 },
      besides:
        scope.kind === "tables"
          ? relationsBeside(relations, [...tables, ...chosenSequences]).map(({ schema, name }) => ({
              schema,
              name,
            }))
          : [],
      notIncluded: leftOut(facts, relations, scope, options),
    };
  } catch (error) {
    throw databaseError(error, "Reading the catalog");
  }
}
