import { randomBytes } from "node:crypto";
import pg from "pg";
import type { PostgresTools } from "../../../postgres/find-tools.ts";
import { splitStatements } from "../../../postgres/split-statements.ts";
import type { PostgresServer } from "../../../sandbox/servers/postgres-server.ts";
import { createDatabase } from "../../support/databases.ts";
import { richSchema } from "./rich-schema.ts";

export interface RichDatabase {
  readonly url: string;
  /** This database's own name of a role of the rich schema. */
  readonly role: (name: string) => string;
}

/** Makes a database with every kind of object. */
export async function createRichDatabase(server: PostgresServer): Promise<RichDatabase> {
  const prefix = randomBytes(4).toString("hex");
  const role = (name: string) => `r${prefix} ${name}`;
  const url = await createDatabase(undefined, server);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query("SELECT FROM pg_collation WHERE collprovider = 'i' LIMIT 1");
    for (const statement of splitStatements(richSchema(role, rows.length > 0))) await client.query(statement);
  } finally {
    await client.end();
  }
  return { url, role };
}

/** The client programs that come with the server. */
export function toolsOf(server: PostgresServer): PostgresTools {
  return { binDirectory: server.binDirectory, major: server.major, version: `${server.major}` };
}
