import type pg from "pg";
import { runSqlFile } from "./run-sql-file.ts";

/**
 * Makes of an empty database what a new Supabase project has in it: platform schemas, authentication, storage.
 * @param client superuser's connection to that database; the roles must be there
 */
export async function seedPlatform(client: pg.Client): Promise<void> {
  for (const part of ["platform", "auth", "storage"]) await runSqlFile(client, `supabase/${part}.sql`);
}
