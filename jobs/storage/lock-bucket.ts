import pg from "pg";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { takeLock } from "../take-lock.ts";

/** Names the locks of syncs among all advisory locks of a database ("hols" in ASCII). */
const LOCK_CLASS = 0x686f6c73;

/**
 * Takes the one lock of a bucket's sync, held until the session ends.
 * @throws HoldfastError SYNC_RUNNING
 */
export async function lockBucket(client: pg.Client, bucket: string): Promise<void> {
  if (await takeLock(client, LOCK_CLASS, bucket)) return;
  throw new HoldfastError({
    code: "SYNC_RUNNING",
    message: `Another sync of bucket ${bucket} is running; two of them at once are refused.`,
    hint: `Wait for it to end. If it is dead, end its session: SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = ${LOCK_CLASS} AND objid = hashtext(${pg.escapeLiteral(bucket)})::oid;`,
  });
}
