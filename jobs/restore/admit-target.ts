import type pg from "pg";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { databaseIdentity } from "../../postgres/database-identity.ts";
import { emptinessProblems } from "../../postgres/is-empty-database.ts";
import type { Manifest } from "../../vault/manifest.ts";
import { compareLocales } from "./compare-locales.ts";
import { Journal } from "./journal.ts";

/**
 * Lets a restore into the target only when nothing can be lost by it: the operator named the database, it is
 * not the source, its server is new enough, it can hold the source's texts, and it is empty (or holds this very
 * restore, unfinished).
 *
 * @throws HoldfastError TARGET_NOT_CONFIRMED (exit 2), TARGET_IS_SOURCE, TARGET_TOO_OLD, TARGET_ENCODING_DIFFERS,
 * TARGET_NOT_EMPTY
 */
export async function admitTarget(
  client: pg.Client,
  manifest: Manifest,
  confirm: string | undefined,
): Promise<Journal> {
  const identity = await databaseIdentity(client);
  if (confirm !== identity.name) throw notConfirmed(identity.name, confirm);
  const { source } = manifest;
  // An unreadable identifier is empty and proves nothing; the check for emptiness still stands.
  const sameCluster =
    identity.systemIdentifier !== "" && identity.systemIdentifier === source.systemIdentifier;
  if (sameCluster && identity.databaseOid === source.databaseOid) {
    throw new HoldfastError({
      code: "TARGET_IS_SOURCE",
      message: `Database ${identity.name} is the one that ${manifest.id} was taken from; a restore never writes to its source.`,
      hint: "Create an empty database (another name, server or project) and restore into that.",
    });
  }
  await requireServerVersion(client, manifest);
  await compareLocales(client, source);
  const journal = await Journal.read(client, `${manifest.project}/${manifest.id}`);
  if (journal.resumed) return journal;
  const problems = await emptinessProblems(client, { supabase: source.supabase });
  if (problems.length > 0) throw notEmpty(identity.name, problems);
  return journal;
}

async function requireServerVersion(client: pg.Client, manifest: Manifest): Promise<void> {
  const reply = await client.query<{ version: string }>(
    "SELECT pg_catalog.current_setting('server_version_num') AS version",
  );
  const major = Math.floor(Number(reply.rows[0]?.version ?? 0) / 10_000);
  if (major >= manifest.source.serverMajor) return;
  throw new HoldfastError({
    code: "TARGET_TOO_OLD",
    message: `The target runs PostgreSQL ${major}; ${manifest.id} was taken from PostgreSQL ${manifest.source.serverMajor}, and a point is restored only into the same or a newer major version.`,
    hint: `Restore into a server of PostgreSQL ${manifest.source.serverMajor} or newer.`,
  });
}

function notConfirmed(name: string, confirm: string | undefined): HoldfastError {
  return new HoldfastError({
    code: "TARGET_NOT_CONFIRMED",
    message:
      confirm === undefined
        ? `The target database ${name} was not confirmed.`
        : `The confirmation names ${JSON.stringify(confirm)}, but the target database is ${JSON.stringify(name)}.`,
    hint: `If ${name} is the database to restore into, add --confirm ${name}.`,
    exitCode: 2,
  });
}

function notEmpty(name: string, problems: readonly string[]): HoldfastError {
  const shown = problems.slice(0, 5).join("; ");
  const more = problems.length > 5 ? `; and ${problems.length - 5} more` : "";
  return new HoldfastError({
    code: "TARGET_NOT_EMPTY",
    message: `The target database ${name} is not empty: ${shown}${more}.`,
    hint: `Restore into a new database (createdb NAME, or a new project); ${name} was left as it is. If a restore of this point has just ended here, prove it instead: npm run verify.`,
  });
}
