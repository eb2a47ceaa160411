import pg from "pg";
import type { PostgresServer } from "../servers/postgres-server.ts";
import { fillProject, SEED_BASE, SEED_PRODUCTS, type SeedOptions, type SeedProduct } from "./fill-project.ts";
import { runSqlFile } from "./run-sql-file.ts";
import { seedPlatform } from "./seed-platform.ts";
import { withClient } from "./with-client.ts";

/** The empty Supabase-shaped database that every project is copied from. */
export const TEMPLATE_DATABASE = "supabase_template";

/** What a customer of Supabase logs in as: owner of the project's objects, no superuser. */
export const PROJECT_USER = "postgres";

export { SEED_BASE, SEED_PRODUCTS, type SeedOptions, type SeedProduct };

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
    withClient(server.url(database), seedPlatform),
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
  await seedTemplate(server);
  await makeDatabase(server, database, TEMPLATE_DATABASE, (passing) =>
    fillProject({ url: projectUrl(server, passing), adminUrl: server.url(passing) }, product, options),
  );
}
