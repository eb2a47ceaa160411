import type pg from "pg";
import { databaseIdentity } from "../../postgres/database-identity.ts";

/**
 * Tells this catalog of stored objects from one that was restored or loaded anew, in which rows of the past are new:
 * cluster, timeline of its WAL, and the table and its file. Rewriting the table (VACUUM FULL) changes it too, which
 * costs a full run.
 */
export async function catalogIdentity(client: pg.Client): Promise<string> {
  const { systemIdentifier, databaseOid } = await databaseIdentity(client);
  const { rows } = await client.query<{ timeline: string; relation: string; file: string }>(
    `SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN ''
              ELSE pg_catalog.left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 8) END AS timeline,
            'storage.objects'::pg_catalog.regclass::pg_catalog.oid::pg_catalog.text AS relation,
            pg_catalog.pg_relation_filenode('storage.objects')::pg_catalog.text AS file`,
  );
  const { timeline, relation, file } = rows[0] ?? {};
  return [systemIdentifier, databaseOid, timeline, relation, file].join("/");
}
