import type { NotIncluded, ReadCatalogOptions } from "./catalog.ts";
import type { RelationRow } from "./catalog-relations.ts";
import {
  isSupabaseSkippedTable,
  SUPABASE_SKIPPED_SCHEMA_REASONS,
  type SupabaseSchemaClass,
  supabaseSchemaClass,
} from "./supabase-schemas.ts";

const SYSTEM_SCHEMA = /^(pg_.*|information_schema|holdfast_restore)$/s;

/** Where users add rows to tables of extensions on Supabase (spatial_ref_sys), though the schema is the platform's. */
const SUPABASE_EXTENSION_SCHEMA = "extensions";

/** What a schema is to the database's owner; on a plain database all but the system's are `app`. */
export function schemaClass(schema: string, options: ReadCatalogOptions): SupabaseSchemaClass {
  if (SYSTEM_SCHEMA.test(schema)) return "platform";
  return options.supabase ? supabaseSchemaClass(schema) : "app";
}

/** True for a relation that has rows of its own and whose rows belong into a point. */
export function isDumpedTable(row: RelationRow, options: ReadCatalogOptions): boolean {
  if (row.kind !== "r" || row.persistence === "t") return false;
  if (options.supabase && isSupabaseSkippedTable(row.schema, row.name)) return false;
  if (schemaClass(row.schema, options) === "platform") {
    return options.supabase && row.schema === SUPABASE_EXTENSION_SCHEMA && row.isExtensionConfig;
  }
  if (isUnreachable(row, options)) return false;
  return row.extension === null || row.isExtensionConfig;
}

/**
 * The platform's tables that the role may not read: no client can grant itself that, and some projects' webhooks
 * table is one. The application's own stay in, so that a preflight finds them.
 */
function isUnreachable(row: RelationRow, options: ReadCatalogOptions): boolean {
  return options.supabase && !row.readable && schemaClass(row.schema, options) === "data-only";
}

/** True for a sequence whose position belongs into a point. */
export function isDumpedSequence(row: RelationRow, options: ReadCatalogOptions): boolean {
  if (row.kind !== "S" || row.persistence === "t") return false;
  if (schemaClass(row.schema, options) === "platform" || isUnreachable(row, options)) return false;
  return row.extension === null || row.isExtensionConfig;
}

/** True when the platform or an extension creates the object, so that only its rows are restored. */
export function isManaged(row: RelationRow, options: ReadCatalogOptions): boolean {
  return row.isExtensionConfig || schemaClass(row.schema, options) !== "app";
}

function quoted(row: { schema: string; name: string }): string {
  return `${JSON.stringify(row.schema)}.${JSON.stringify(row.name)}`;
}

function reasonLeftOut(row: RelationRow, options: ReadCatalogOptions): NotIncluded | undefined {
  if (!/^[rpvmfSct]$/.test(row.kind)) {
    return { what: `relation ${quoted(row)}`, why: `its kind "${row.kind}" is not known to this version` };
  }
  if (row.kind === "f") {
    return {
      what: `rows of foreign table ${quoted(row)}`,
      why: "they live on another server; back them up there",
    };
  }
  if (row.kind !== "r" || row.pages === 0 || row.persistence === "t" || isDumpedTable(row, options))
    return undefined;
  if (isUnreachable(row, options)) {
    return { what: `rows of ${quoted(row)}`, why: "the platform does not let this role read them" };
  }
  if (row.extension !== null) {
    return {
      what: `rows of ${quoted(row)}`,
      why: `the table belongs to extension ${row.extension}, which does not mark it as configuration to be dumped`,
    };
  }
  return {
    what: `rows of ${quoted(row)}`,
    why: "they record the platform's version, which a new project brings along",
  };
}

/** What of the relations of a whole database is not in a point, and why. */
export function relationsLeftOut(
  relations: readonly RelationRow[],
  options: ReadCatalogOptions,
): NotIncluded[] {
  return relations
    .filter((row) => schemaClass(row.schema, options) !== "platform")
    .flatMap((row) => reasonLeftOut(row, options) ?? []);
}

/** Platform schemas in which users may have put something that cannot be carried over. */
export function schemasLeftOut(schemas: readonly string[], options: ReadCatalogOptions): NotIncluded[] {
  if (!options.supabase) return [];
  return schemas.flatMap((schema) => {
    const why = SUPABASE_SKIPPED_SCHEMA_REASONS[schema];
    return why === undefined ? [] : [{ what: `schema ${JSON.stringify(schema)}`, why }];
  });
}
