import type pg from "pg";
import { qualifiedName } from "./copy-sql.ts";
import { databaseError } from "./database-error.ts";
import {
  isSupabaseSkippedTable,
  SUPABASE_DATA_ONLY_SCHEMAS,
  supabaseSchemaClass,
} from "./supabase-schemas.ts";

/** Catalogs whose objects live in a schema: [kind, catalog, name column, schema column, extra condition]. */
const IN_SCHEMAS: readonly (readonly [string, string, string, string, string])[] = [
  [
    "relation",
    "pg_class",
    "relname",
    "relnamespace",
    "relkind NOT IN ('i', 'I', 't') AND relpersistence <> 't'",
  ],
  ["function", "pg_proc", "proname", "pronamespace", "true"],
  [
    "type",
    "pg_type",
    "typname",
    "typnamespace",
    "typrelid = 0 AND NOT EXISTS (SELECT FROM pg_catalog.pg_type e WHERE e.typarray = o.oid)",
  ],
  ["collation", "pg_collation", "collname", "collnamespace", "true"],
  ["conversion", "pg_conversion", "conname", "connamespace", "true"],
  ["operator", "pg_operator", "oprname", "oprnamespace", "true"],
  ["operator family", "pg_opfamily", "opfname", "opfnamespace", "true"],
  ["text search configuration", "pg_ts_config", "cfgname", "cfgnamespace", "true"],
  ["text search dictionary", "pg_ts_dict", "dictname", "dictnamespace", "true"],
];

/** Catalogs whose objects live in no schema: [kind, catalog, name expression]. */
const IN_DATABASE: readonly (readonly [string, string, string])[] = [
  ["event trigger", "pg_event_trigger", "evtname"],
  ["publication", "pg_publication", "pubname"],
  ["foreign-data wrapper", "pg_foreign_data_wrapper", "fdwname"],
  ["foreign server", "pg_foreign_server", "srvname"],
  ["language", "pg_language", "lanname"],
  ["cast", "pg_cast", "oid::pg_catalog.text"],
];

/** Objects made by initdb have lower numbers. */
const FIRST_USER_OID = 16384;

function notMember(catalog: string): string {
  return `NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass
            AND d.objid = o.oid AND d.deptype = 'e')`;
}

interface Found {
  kind: string;
  schema: string | null;
  name: string;
}

async function findObjects(client: pg.Client): Promise<Found[]> {
  const inSchemas = IN_SCHEMAS.map(
    ([kind, catalog, name, schema, extra]) =>
      `SELECT '${kind}' AS kind, n.nspname::pg_catalog.text AS schema, o.${name}::pg_catalog.text AS name
         FROM pg_catalog.${catalog} o JOIN pg_catalog.pg_namespace n ON n.oid = o.${schema}
        WHERE o.oid >= ${FIRST_USER_OID} AND ${extra} AND ${notMember(catalog)}`,
  );
  const inDatabase = IN_DATABASE.map(
    ([kind, catalog, name]) =>
      `SELECT '${kind}', NULL, o.${name}::pg_catalog.text FROM pg_catalog.${catalog} o
        WHERE o.oid >= ${FIRST_USER_OID} AND ${notMember(catalog)}`,
  );
  const schemas = `SELECT 'schema', o.nspname::pg_catalog.text, o.nspname::pg_catalog.text FROM pg_catalog.pg_namespace o
     WHERE o.oid >= ${FIRST_USER_OID} AND o.nspname <> 'public' AND ${notMember("pg_namespace")}`;
  const others = [
    "SELECT 'large objects', NULL, pg_catalog.count(*)::pg_catalog.text FROM pg_catalog.pg_largeobject_metadata HAVING pg_catalog.count(*) > 0",
    `SELECT 'subscription', NULL, s.subname::pg_catalog.text FROM pg_catalog.pg_subscription s
       JOIN pg_catalog.pg_database d ON d.oid = s.subdbid WHERE d.datname = pg_catalog.current_database()`,
  ];
  const result = await client.query<Found>(
    [...inSchemas, ...inDatabase, schemas, ...others].join("\nUNION ALL\n"),
  );
  return result.rows;
}

async function findManagedRows(client: pg.Client): Promise<string[]> {
  const tables = await client.query<{ schema: string; name: string; readable: boolean; has_pages: boolean }>(
    `SELECT n.nspname::pg_catalog.text AS schema, c.relname::pg_catalog.text AS name,
            pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT') AS readable,
            pg_catalog.pg_relation_size(c.oid) > 0 AS has_pages
       FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND n.nspname = ANY ($1::pg_catalog.text[]) ORDER BY 1, 2`,
    [SUPABASE_DATA_ONLY_SCHEMAS],
  );
  const problems: string[] = [];
  for (const table of tables.rows) {
    if (isSupabaseSkippedTable(table.schema, table.name)) continue;
    if (!table.readable) {
      if (table.has_pages)
        problems.push(`table ${qualifiedName(table)} may hold rows, but this role cannot look`);
      continue;
    }
    const result = await client.query<{ full: boolean }>(
      `SELECT EXISTS (SELECT FROM ONLY ${qualifiedName(table)}) AS full`,
    );
    if (result.rows[0]?.full) {
      problems.push(`table ${qualifiedName(table)} holds rows`);
    }
  }
  return problems;
}

/** A fresh project brings these along, whoever owns them. */
function isSupabasePlatform(found: Found): boolean {
  if (found.schema !== null) return supabaseSchemaClass(found.schema) !== "app";
  if (found.kind === "publication") return found.name.startsWith("supabase_realtime");
  return found.kind === "event trigger" || found.kind === "foreign-data wrapper" || found.kind === "language";
}

/**
 * Lists what makes a database unfit to receive a point: anything that someone put there. Empty list: it is empty.
 *
 * Extensions and what belongs to them do not count. With `supabase`, the schemas, publications and event triggers
 * of a fresh project do not count either, but rows in its tables (users, stored objects, jobs) do. The schema
 * `holdfast_restore`, where a restore keeps its own notes, never counts.
 * @throws HoldfastError `DATABASE_*`.
 */
export async function emptinessProblems(
  client: pg.Client,
  options: { readonly supabase: boolean },
): Promise<string[]> {
  try {
    const found = (await findObjects(client)).filter(
      (object) => object.schema !== "holdfast_restore" && !/^pg_(toast_)?temp_/.test(object.schema ?? ""),
    );
    const objects = options.supabase ? found.filter((object) => !isSupabasePlatform(object)) : found;
    const problems = objects.map((object) =>
      object.schema === null || object.kind === "schema"
        ? `${object.kind} ${object.name}`
        : `${object.kind} ${qualifiedName({ schema: object.schema, name: object.name })}`,
    );
    return options.supabase ? [...problems, ...(await findManagedRows(client))] : problems;
  } catch (error) {
    throw databaseError(error, "Looking whether the database is empty");
  }
}
