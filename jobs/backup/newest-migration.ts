import type pg from "pg";

/**
 * The newest migration that the database has applied, by Supabase's own history table; undefined without one.
 *
 * @see https://supabase.com/docs/guides/deployment/database-migrations
 */
export async function newestMigration(client: pg.Client): Promise<string | undefined> {
  const there = await client.query<{ there: boolean }>(
    "SELECT pg_catalog.to_regclass('supabase_migrations.schema_migrations') IS NOT NULL AS there",
  );
  if (there.rows[0]?.there !== true) return undefined;
  const newest = await client.query<{ version: string | null }>(
    "SELECT pg_catalog.max(version)::text AS version FROM supabase_migrations.schema_migrations",
  );
  return newest.rows[0]?.version ?? undefined;
}
