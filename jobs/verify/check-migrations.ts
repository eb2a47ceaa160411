import type { Check } from "../verdict.ts";
import { migrationVersions } from "./migration-versions.ts";

/**
 * Compares the newest migration of a directory (of the application's repository) with the one that a database has
 * applied: a database behind the code breaks the application, also after a cut-over.
 *
 * @param what whose migrations were applied, in words
 * @returns the check, or why it could not be made
 * @see https://supabase.com/docs/guides/deployment/database-migrations
 */
export async function checkMigrations(
  directory: string,
  applied: string | undefined,
  what = "the point",
): Promise<Check | { readonly notChecked: string }> {
  const versions = await migrationVersions(directory);
  if (versions === undefined) return { notChecked: `migrations: there is no directory ${directory} here` };
  const newest = versions.at(-1);
  if (newest === undefined) return { notChecked: `migrations: ${directory} holds none` };
  const same = newest === applied;
  return {
    name: "newest migration",
    verdict: same ? "PASS" : "FAIL",
    detail: same
      ? `${newest} is the newest in ${directory} and applied`
      : `${directory} goes up to ${newest}; ${what} has applied ${applied ?? "none"}`,
  };
}
