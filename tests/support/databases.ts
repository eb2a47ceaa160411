import { randomBytes } from "node:crypto";
import pg from "pg";
import { projectUrl, seedEmptyProject, seedTemplate } from "../../sandbox/seed/seed-project.ts";
import type { PostgresServer } from "../../sandbox/servers/postgres-server.ts";
import { getPostgres } from "./servers.ts";

/** Runs statements on one connection, one after another, and returns the rows of the last. */
export async function query(url: string, ...statements: string[]): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url, application_name: "holdfast-test" });
  await client.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) {
      const result = await client.query(statement);
      rows = Array.isArray(result) ? (result.at(-1)?.rows ?? []) : result.rows;
    }
    return rows;
  } finally {
    await client.end();
  }
}

const freshName = (): string => `test_${randomBytes(6).toString("hex")}`;

/**
 * Makes an empty database and returns its URL for the superuser.
 * @param name @default a fresh name
 * @param server @default the shared one
 */
export async function createDatabase(name: string = freshName(), server?: PostgresServer): Promise<string> {
  const { url } = server ?? (await getPostgres());
  await query(url(), `CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE template0`);
  return url(name);
}

export interface TestProject {
  readonly database: string;
  /** For `postgres`, who owns the project and is no superuser. */
  readonly url: string;
  /** For the server's superuser. */
  readonly adminUrl: string;
}

let template: Promise<void> | undefined;

/** Makes an empty Supabase project: roles, schemas auth and storage, grants, event triggers as the service has them. */
export async function createSupabaseDatabase(
  database: string = freshName(),
  server?: PostgresServer,
): Promise<TestProject> {
  const at = server ?? (await getPostgres());
  if (!server) {
    template ??= seedTemplate(at);
    await template;
  }
  await seedEmptyProject(at, database);
  return { database, url: projectUrl(at, database), adminUrl: at.url(database) };
}
