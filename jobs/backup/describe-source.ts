import type pg from "pg";
import { databaseIdentity } from "../../postgres/database-identity.ts";
import type { Manifest } from "../../vault/manifest.ts";

/** What the manifest tells about the database that a point was taken from. */
export async function describeSource(
  client: pg.Client,
  options: { readonly supabase: boolean },
): Promise<Manifest["source"]> {
  const identity = await databaseIdentity(client);
  const reply = await client.query<{
    version: string;
    number: string;
    encoding: string;
    collate: string;
    ctype: string;
    size: string;
  }>(
    `SELECT pg_catalog.current_setting('server_version') AS version,
            pg_catalog.current_setting('server_version_num') AS number,
            pg_catalog.pg_encoding_to_char(encoding)::text AS encoding,
            datcollate AS collate, datctype AS ctype,
            pg_catalog.pg_database_size(oid)::text AS size
       FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()`,
  );
  const row = reply.rows[0];
  if (row === undefined) throw new Error("pg_database has no row for the current database");
  return {
    serverVersion: row.version,
    serverMajor: Math.floor(Number(row.number) / 10_000),
    database: identity.name,
    encoding: row.encoding,
    collate: row.collate,
    ctype: row.ctype,
    systemIdentifier: identity.systemIdentifier,
    databaseOid: identity.databaseOid,
    supabase: options.supabase,
    sizeBytes: Number(row.size),
  };
}
