import { readdir } from "node:fs/promises";
import type { Check } from "../verdict.ts";

/** `20260131120000_add_orders.sql`, or a folder of that name. */
const MIGRATION = /^(\d{14})(?:_.*)?$/;

/**
 * Compares the newest migration of a directory (of the application's repository) with the one that the restored
 * database has applied: a database behind the code breaks the application after a cut-over.
 *
 * @returns the check, or why it could not be made
 * @see https://supabase.com/docs/guides/deployment/database-migrations
 */
export async function checkMigrations(
  directory: string,
  applied: string | undefined,
): Promise<Check | { readonly notChecked: string }> {
  const names = await readdir(directory).catch(() => undefined);
  if (names === undefined) return { notChecked: `migrations: there is no directory ${directory} here` };
  const versions = names.flatMap((name) => MIGRATION.exec(name.replace(/\.sql$/, ""))?.[1] ?? []);
  const newest = versions.toSorted().at(-1);
  if (newest === undefined) return { notChecked: `migrations: ${directory} holds none` };
  const same = newest === applied;
  return {
    name: "newest migration",
    verdict: same ? "PASS" : "FAIL",
    detail: same
      ? `${newest} is the newest in ${directory} and applied`
      : `${directory} goes up to ${newest}; the point has applied ${applied ?? "none"}`,
  };
}
