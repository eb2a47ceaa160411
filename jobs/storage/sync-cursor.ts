import type pg from "pg";
import type { Snapshot } from "../../postgres/snapshot.ts";
import type { MirrorIndex } from "../../vault/mirror/read-index.ts";

/** Rows may be stamped by a clock reading before their transaction was seen; in seconds. */
const MARGIN_SECONDS = 60;

/** Without an earlier run, or when the database's clock is behind where that one got to. */
export function isDoubtful({ head }: MirrorIndex, { takenAt }: Snapshot): boolean {
  return head === undefined || takenAt < new Date(head.cursor.updatedAfter);
}

/**
 * Since when the oldest transaction is open that may still write rows with times of the past. Those of other roles are
 * seen by members of pg_read_all_stats, as the user `postgres` of a Supabase project is.
 */
export async function oldestTransaction(client: pg.Client): Promise<Date | undefined> {
  const { rows } = await client.query<{ oldest: string | null }>(
    `SELECT (extract(epoch FROM min(xact_start)) * 1000)::bigint::text AS oldest FROM pg_catalog.pg_stat_activity
     WHERE datname = pg_catalog.current_database()`,
  );
  const oldest = rows[0]?.oldest;
  return oldest === undefined || oldest === null ? undefined : new Date(Number(oldest));
}

/**
 * From when on the next run asks for changes. A row that is written but not yet committed has a time before the
 * snapshot's: the oldest transaction bounds it.
 * @param oldestAt asked before the snapshot was taken
 */
export function nextCursor(oldestAt: Date | undefined, { takenAt }: Snapshot): Date {
  const bound = Math.min(oldestAt?.getTime() ?? Number.POSITIVE_INFINITY, takenAt.getTime());
  return new Date(bound - MARGIN_SECONDS * 1000);
}
