import { z } from "zod";
import { Refusal } from "../answer.ts";
import { type Endpoint, endpoint, type RawRequest } from "../endpoint.ts";
import type { Platform } from "../platform.ts";
import { runSql } from "./query.ts";

const migrationShape = z.object({
  query: z.string().min(1),
  name: z.string().optional(),
  rollback: z.string().optional(),
});

type Migration = z.infer<typeof migrationShape>;

const THREE_MINUTES_SECONDS = 180;
const HISTORY = `CREATE SCHEMA IF NOT EXISTS supabase_migrations;
CREATE TABLE IF NOT EXISTS supabase_migrations.schema_migrations (version text PRIMARY KEY);
ALTER TABLE supabase_migrations.schema_migrations
  ADD COLUMN IF NOT EXISTS statements text[], ADD COLUMN IF NOT EXISTS name text,
  ADD COLUMN IF NOT EXISTS created_by text, ADD COLUMN IF NOT EXISTS idempotency_key text,
  ADD COLUMN IF NOT EXISTS rollback text[];`;

/** Dollar quotes with a word that the text does not contain. */
function quoted(text: string | undefined): string {
  if (text === undefined) return "NULL";
  let word = "m";
  while (text.includes(`$${word}$`)) word += "m";
  return `$${word}$${text}$${word}$`;
}

const list = (text: string | undefined): string => (text === undefined ? "NULL" : `ARRAY[${quoted(text)}]`);
const versionAt = (now: Date): string =>
  now.toISOString().replaceAll(/\D/g, "").slice(0, "YYYYMMDDHHMMSS".length);

async function rows(platform: Platform, ref: string, query: string): Promise<Record<string, unknown>[]> {
  const found = await runSql(platform, ref, { query: `${HISTORY} ${query}` });
  return found.filter((row): row is Record<string, unknown> => typeof row === "object" && row !== null);
}

/** The next free second: two migrations of one second would have one version. */
async function nextVersion(platform: Platform, ref: string): Promise<string> {
  const now = versionAt(platform.clock());
  const [last] = await rows(
    platform,
    ref,
    "SELECT max(version) AS version FROM supabase_migrations.schema_migrations",
  );
  return String(last?.version ?? "") >= now ? String(BigInt(String(last?.version)) + 1n) : now;
}

async function record(
  platform: Platform,
  { ref, json, headers }: RawRequest & { ref: string; json: Migration },
  run: boolean,
): Promise<void> {
  const key = [headers["idempotency-key"]].flat()[0];
  const known = `SELECT 1 FROM supabase_migrations.schema_migrations WHERE idempotency_key = ${quoted(key)}`;
  if (key !== undefined && (await rows(platform, ref, known)).length > 0) return;
  const version = await nextVersion(platform, ref);
  // One string is one transaction: the history tells of a migration if and only if it was applied.
  await rows(
    platform,
    ref,
    `${run ? `${json.query};` : ""}
    INSERT INTO supabase_migrations.schema_migrations (version, name, statements, rollback, idempotency_key)
    VALUES (${quoted(version)}, ${quoted(json.name ?? "")}, ${list(json.query)}, ${list(json.rollback)}, ${quoted(key)})`,
  );
}

const MIGRATIONS = "/v1/projects/{ref}/database/migrations";

/** The history of migrations in the project's database; a key makes a repeated one harmless. */
export const migrationEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path: MIGRATIONS,
    handle: async (platform, { ref }) => {
      const history =
        "SELECT version, coalesce(name, '') AS name FROM supabase_migrations.schema_migrations ORDER BY version";
      const none = platform.project(ref).database === "none";
      return { status: 200, body: none ? [] : await rows(platform, ref, history) };
    },
  }),
  endpoint({
    method: "POST",
    path: MIGRATIONS,
    limitWindowSeconds: THREE_MINUTES_SECONDS,
    body: migrationShape,
    handle: async (platform, request) => {
      await record(platform, request, true);
      return { status: 200, body: [] };
    },
  }),
  endpoint({
    method: "PUT",
    path: MIGRATIONS,
    body: migrationShape,
    handle: async (platform, request) => {
      await record(platform, request, false);
      return { status: 200, body: [] };
    },
  }),
  endpoint({
    method: "GET",
    path: `${MIGRATIONS}/{version}`,
    handle: async (platform, { ref, parameters }) => {
      const [found] = await rows(
        platform,
        ref,
        `SELECT version, coalesce(name, '') AS name, coalesce(statements, '{}') AS statements,
          coalesce(rollback, '{}') AS rollback FROM supabase_migrations.schema_migrations
          WHERE version = ${quoted(parameters.version)}`,
      );
      if (!found) throw new Refusal(404, "Migration not found");
      return { status: 200, body: found };
    },
  }),
];
