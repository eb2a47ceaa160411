import pg from "pg";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { MirrorShard } from "../../vault/mirror/mirror-shard.ts";
import { takeLock } from "../take-lock.ts";

/** Names the locks of syncs among all advisory locks of a database ("hols" in ASCII). */
const LOCK_CLASS = 0x686f6c73;

/**
 * Takes the one lock of a bucket's sync, or of a shard's, held until the session ends. Shards that share names exclude
 * one another, also while their number is being changed: each holds those of fewer shards that cover it, shared.
 * @throws HoldfastError SYNC_RUNNING
 */
export async function lockBucket(
  client: pg.Client,
  bucket: string,
  shard: MirrorShard = MirrorShard.WHOLE,
): Promise<void> {
  for (let of = 1; of <= shard.of; of *= 2) {
    const level = MirrorShard.all(of).find((one) => one.covers(shard)) ?? shard;
    // No bucket's name has a slash.
    const key = level.isWhole ? bucket : `${bucket}/${level}`;
    if (!(await takeLock(client, LOCK_CLASS, key, of < shard.of))) throw running(bucket, shard, key);
  }
}

function running(bucket: string, shard: MirrorShard, key: string): HoldfastError {
  const what = shard.isWhole ? `bucket ${bucket}` : `bucket ${bucket}, or of a part of its shard ${shard},`;
  return new HoldfastError({
    code: "SYNC_RUNNING",
    message: `Another sync of ${what} is running; two of them at once are refused.`,
    hint: `Wait for it to end. If it is dead, end its session: SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = ${LOCK_CLASS} AND objid = hashtext(${pg.escapeLiteral(key)})::oid AND granted;`,
  });
}
