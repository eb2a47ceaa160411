/**
 * Which parts of a Supabase database belong to the platform. A new project brings all of these along in the version
 * of its image, so a point carries the application's own schemas whole, the rows (alone) that users put into the
 * platform's tables, and nothing else.
 * @see https://github.com/supabase/cli/tree/develop/apps/cli-go/pkg/migration/scripts
 * @see https://supabase.com/docs/guides/platform/migrating-within-supabase/backup-restore
 */

/**
 * Schemas whose definitions the platform owns; `*` stands for any text. `supabase_migrations` is absent on purpose:
 * it is the application's migration history, which Supabase's guide has users dump separately.
 */
export const SUPABASE_SCHEMA_DUMP_EXCLUDED: readonly string[] = [
  "information_schema",
  "pg_*",
  "_analytics",
  "_realtime",
  "_supavisor",
  "auth",
  "etl",
  "extensions",
  "pgbouncer",
  "realtime",
  "storage",
  "supabase_functions",
  "cron",
  "dbdev",
  "graphql",
  "graphql_public",
  "net",
  "pgmq",
  "pgsodium",
  "pgsodium_masks",
  "pgtle",
  "repack",
  "tiger",
  "tiger_data",
  "timescaledb_*",
  "_timescaledb_*",
  "topology",
  "vault",
];

/** Platform schemas whose rows are the users': read and restored as rows only (`managed`). */
export const SUPABASE_DATA_ONLY_SCHEMAS: readonly string[] = [
  "auth",
  "storage",
  "cron",
  "net",
  "pgmq",
  "supabase_functions",
];

/** Tables of those schemas that record the platform's own version, not users' data. */
export const SUPABASE_SKIPPED_TABLES: readonly { readonly schema: string; readonly name: string }[] = [
  { schema: "auth", name: "schema_migrations" },
  { schema: "storage", name: "migrations" },
  { schema: "supabase_functions", name: "migrations" },
];

/** Why a platform schema's rows are not in a point, where users may have put some there. */
export const SUPABASE_SKIPPED_SCHEMA_REASONS: Readonly<Record<string, string>> = {
  vault:
    "its secrets are encrypted with a key that never leaves the project: enter them again after a restore",
  pgsodium: "its keys never leave the project",
  realtime: "its messages are transient and its tenants belong to the platform",
  _realtime: "it belongs to the platform",
  _analytics: "it belongs to the platform",
  _supavisor: "it belongs to the platform",
  etl: "replication's bookkeeping belongs to the platform",
};

/** What a schema is to a Supabase project. */
export type SupabaseSchemaClass = "app" | "data-only" | "platform";

const PLATFORM_PATTERN = new RegExp(
  `^(${SUPABASE_SCHEMA_DUMP_EXCLUDED.map((glob) => glob.replaceAll("*", ".*")).join("|")})$`,
  "s",
);

/** Tells the application's schemas from the platform's. */
export function supabaseSchemaClass(schema: string): SupabaseSchemaClass {
  if (SUPABASE_DATA_ONLY_SCHEMAS.includes(schema)) return "data-only";
  return PLATFORM_PATTERN.test(schema) ? "platform" : "app";
}

/** True for a table of a data-only schema that records the platform's version. */
export function isSupabaseSkippedTable(schema: string, name: string): boolean {
  return SUPABASE_SKIPPED_TABLES.some((table) => table.schema === schema && table.name === name);
}
