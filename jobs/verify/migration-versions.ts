import { readdir } from "node:fs/promises";

/** `20260131120000_add_orders.sql`, or a folder of that name. */
const MIGRATION = /^(\d{14})(?:_.*)?$/;

/**
 * The versions of a directory of migrations, oldest first.
 * @returns undefined when there is no such directory
 * @see https://supabase.com/docs/guides/deployment/database-migrations
 */
export async function migrationVersions(directory: string): Promise<string[] | undefined> {
  const names = await readdir(directory).catch(() => undefined);
  return names?.flatMap((name) => MIGRATION.exec(name.replace(/\.sql$/, ""))?.[1] ?? []).toSorted();
}
