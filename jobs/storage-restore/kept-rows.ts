import type pg from "pg";
import { JOURNAL_SCHEMA } from "../restore/journal.ts";

const TABLE = `${JOURNAL_SCHEMA}.stored_objects`;

/**
 * Keeps what an upload overwrites in the rows that the database's restore brought: owners and user metadata, in the
 * target itself, so that a killed run loses none of it. The first run's word counts.
 */
export async function keepRows(client: pg.Client, bucket: string): Promise<void> {
  await client.query("BEGIN");
  try {
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${JOURNAL_SCHEMA}`);
    await client.query(
      `CREATE TABLE IF NOT EXISTS ${TABLE} (id uuid PRIMARY KEY, bucket_id text NOT NULL, owner uuid, owner_id text,
         created_at timestamptz, user_metadata jsonb)`,
    );
    await client.query(
      `INSERT INTO ${TABLE} SELECT id, bucket_id, owner, owner_id, created_at, user_metadata FROM storage.objects
        WHERE bucket_id = $1 AND NOT EXISTS (SELECT FROM ${TABLE} WHERE bucket_id = $1)`,
      [bucket],
    );
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

/**
 * Gives the rows back what was kept of them, and takes the notes away. Version, size, eTag and the time of the last
 * change stay as the upload wrote them: the first names the bytes, the last is true.
 * @returns how many rows had to be mended
 */
export async function giveBackRows(client: pg.Client, bucket: string): Promise<number> {
  await client.query("BEGIN");
  try {
    const { rowCount } = await client.query(
      `UPDATE storage.objects AS o
          SET owner = k.owner, owner_id = k.owner_id, created_at = k.created_at, user_metadata = k.user_metadata
         FROM ${TABLE} AS k
        WHERE k.bucket_id = $1 AND o.id = k.id AND o.bucket_id = k.bucket_id
          AND (o.owner, o.owner_id, o.created_at, o.user_metadata)
              IS DISTINCT FROM (k.owner, k.owner_id, k.created_at, k.user_metadata)`,
      [bucket],
    );
    await client.query(`DELETE FROM ${TABLE} WHERE bucket_id = $1`, [bucket]);
    const left = await client.query(`SELECT FROM ${TABLE} LIMIT 1`);
    if (left.rowCount === 0) await dropNotes(client);
    await client.query("COMMIT");
    return rowCount ?? 0;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

/** The schema stays when a restore of the database keeps its journal there. */
async function dropNotes(client: pg.Client): Promise<void> {
  await client.query(`DROP TABLE ${TABLE}`);
  const others = await client.query(
    "SELECT FROM pg_catalog.pg_class WHERE relnamespace = $1::regnamespace LIMIT 1",
    [JOURNAL_SCHEMA],
  );
  if (others.rowCount === 0) await client.query(`DROP SCHEMA ${JOURNAL_SCHEMA}`);
}
