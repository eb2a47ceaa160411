import pg from "pg";
import type { PostgresServer } from "../servers/postgres-server.ts";
import { runSqlFile } from "./run-sql-file.ts";
import { withClient } from "./with-client.ts";

/** The empty Supabase-shaped database that every project is copied from. */
export const TEMPLATE_DATABASE = "supabase_template";

/** What a customer of Supabase logs in as: owner of the project's objects, no superuser. */
export const PROJECT_USER = "postgres";

export const SEED_PRODUCTS = ["ordak", "coppercore"] as const;
export type SeedProduct = (typeof SEED_PRODUCTS)[number];

export interface SeedOptions {
  /** Multiplies the row counts; 1 is about 10 MB a product. @default 1 */
  readonly scale?: number;
  /** The moment the sample data pretends to be taken at. @default 2026-11-01T00:00:00Z */
  readonly base?: Date;
}

/** No clock: the same call makes the same rows on every day. */
export const SEED_BASE = new Date("2026-11-01T00:00:00Z");

async function databaseExists(client: pg.Client, name: string): Promise<boolean> {
  const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [name]);
  return rowCount === 1;
}

/**
 * Makes a database under a passing name by `fill` and gives it its own name last, so that a database which has its
 * name is complete.
 */
async function makeDatabase(
  server: PostgresServer,
  name: string,
  template: string,
  fill: (url: string) => Promise<void>,
): Promise<void> {
  const passing = `${name}_unfinished`;
  const [quoted, quotedPassing] = [pg.escapeIdentifier(name), pg.escapeIdentifier(passing)];
  await withClient(server.url(), async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${quotedPassing} WITH (FORCE)`);
    await client.query(
      `CREATE DATABASE ${quotedPassing} TEMPLATE ${pg.escapeIdentifier(template)} OWNER ${PROJECT_USER}`,
    );
    await fill(passing);
    await client.query(`DROP DATABASE IF EXISTS ${quoted} WITH (FORCE)`);
    await client.query(`ALTER DATABASE ${quotedPassing} RENAME TO ${quoted}`);
  });
}

/** URL of a database for the project's own user. */
export function projectUrl(server: PostgresServer, database: string): string {
  const url = new URL(server.url(database));
  url.username = PROJECT_USER;
  return url.href;
}

/** Makes the roles and the template of a Supabase project on this server, unless they are there. */
export async function seedTemplate(server: PostgresServer): Promise<void> {
  const exists = await withClient(server.url(), async (client) => {
    if (await databaseExists(client, TEMPLATE_DATABASE)) return true;
    await runSqlFile(client, "supabase/roles.sql");
    await client.query(`ALTER ROLE ${PROJECT_USER} PASSWORD ${pg.escapeLiteral(server.password)}`);
    return false;
  });
  if (exists) return;
  await makeDatabase(server, TEMPLATE_DATABASE, "template0", (database) =>
    withClient(server.url(database), async (client) => {
      for (const part of ["platform", "auth", "storage"]) await runSqlFile(client, `supabase/${part}.sql`);
    }),
  );
}

/** Makes an empty Supabase project: a copy of the template, owned by the project's user. */
export async function seedEmptyProject(server: PostgresServer, database: string): Promise<void> {
  await seedTemplate(server);
  await makeDatabase(server, database, TEMPLATE_DATABASE, async () => undefined);
}

/**
 * Makes the database of a sample product, in place of one that is there. The same options make the same rows.
 * @param database @default the product's name
 */
export async function seedProject(
  server: PostgresServer,
  product: SeedProduct,
  options: SeedOptions = {},
  database: string = product,
): Promise<void> {
  const parameters = { base: options.base ?? SEED_BASE, scale: options.scale ?? 1 };
  await seedTemplate(server);
  await makeDatabase(server, database, TEMPLATE_DATABASE, async (passing) => {
    await withClient(projectUrl(server, passing), async (client) => {
      await client.query("SET synchronous_commit = off; SET timezone = 'UTC'");
      await runSqlFile(client, `${product}/tables.sql`);
      await runSqlFile(client, `${product}/rows.sql`, parameters);
      // Keys are checked by joins, whose plans are poor without statistics.
      await withClient(server.url(passing), (admin) => admin.query("VACUUM (ANALYZE)"));
      await runSqlFile(client, `${product}/rules.sql`);
    });
  });
}
