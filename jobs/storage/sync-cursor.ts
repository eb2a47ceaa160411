import type pg from "pg";

/** Rows may be stamped by a clock reading before their transaction was seen; in seconds. */
const MARGIN_SECONDS = 60;
/** Where the transactions of other roles cannot be seen; hardly one is open for longer, and a full run finds its rows. */
const BLIND_MARGIN_SECONDS = 86_400;

export interface SyncCursor {
  /** The database's clock. */
  readonly asOf: Date;
  /**
   * From when on the next run asks for changes. A row that is written but not yet committed has a time before now: the
   * oldest transaction bounds it.
   */
  readonly updatedAfter: Date;
}

/**
 * Reads where a run that asks for rows from now on leaves the next one. Transactions of other roles are seen by members
 * of pg_read_all_stats, as the user `postgres` of a Supabase project is.
 */
export async function readCursor(client: pg.Client): Promise<SyncCursor> {
  const { rows } = await client.query<{ now: string; oldest: string | null; sees: boolean }>(
    `SELECT (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000)::bigint::text AS now,
            (extract(epoch FROM min(xact_start)) * 1000)::bigint::text AS oldest,
            pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE') AS sees
       FROM pg_catalog.pg_stat_activity WHERE datname = pg_catalog.current_database()`,
  );
  const now = Number(rows[0]?.now ?? Number.NaN);
  const oldest = Math.min(now, Number(rows[0]?.oldest ?? now));
  const margin = rows[0]?.sees === true ? MARGIN_SECONDS : BLIND_MARGIN_SECONDS;
  return { asOf: new Date(now), updatedAfter: new Date(oldest - margin * 1000) };
}
