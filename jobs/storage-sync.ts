import { HoldfastError } from "../plan/holdfast-error.ts";
import { mirrorLockDays } from "../plan/mirror-lock-days.ts";
import { connect } from "../postgres/connect.ts";
import { closeClient } from "../postgres/snapshot.ts";
import { MirrorShard } from "../vault/mirror/mirror-shard.ts";
import type { RunRecord } from "../vault/mirror/run-record.ts";
import { recordEvidence } from "./record-evidence.ts";
import { catalogIdentity } from "./storage/catalog-identity.ts";
import { checkSourceBucket, checkVersioning } from "./storage/check-sync.ts";
import { fullRunReason } from "./storage/full-run-reason.ts";
import { lockBucket } from "./storage/lock-bucket.ts";
import { openIndex } from "./storage/open-index.ts";
import type { StorageSyncRequest } from "./storage/storage-sync-request.ts";
import { readCursor } from "./storage/sync-cursor.ts";
import { syncVerdict } from "./storage/sync-problems.ts";
import { syncRun } from "./storage/sync-run.ts";
import { veilError } from "./storage/veil-names.ts";
import { typedError } from "./typed-error.ts";

/**
 * Copies a bucket's objects, or those of one shard of it, that the mirror does not have into the vault. The sync exists once its record does; a run
 * that ends before that leaves what it copied for the next one. Nothing is deleted, here or there. Success and failure
 * both leave evidence.
 *
 * @returns the record; its problems name every object that could not be copied as the catalog has it
 * @throws HoldfastError STORAGE_ABSENT, STORAGE_BUCKET_UNKNOWN, STORAGE_PROTOCOL_DISABLED, STORAGE_KEYS_REFUSED,
 * VAULT_NOT_VERSIONED (exit 2), STORAGE_UNAVAILABLE, SYNC_RUNNING, STORAGE_SYNC_OVERTAKEN, and those of the database,
 * the keys and the store
 */
export async function storageSync(request: StorageSyncRequest): Promise<RunRecord> {
  const { vault, project, bucket, shard = MirrorShard.WHOLE, signal } = request;
  const what = { bucket, ...(!shard.isWhole && { shard: String(shard) }) };
  const evidence = (body: Parameters<typeof recordEvidence>[3]) =>
    recordEvidence(vault, "storage-sync", project, { ...what, ...body });
  let record: RunRecord;
  try {
    record = await syncGuarded(request);
  } catch (cause) {
    const error = typedError(cause, `The sync of ${project}'s bucket ${bucket}`, signal);
    await evidence({ verdict: "FAIL", error: veilError(error, bucket) });
    throw error;
  }
  const { run, sequence, kind, reason, counts, problems, problemsLeftOff, startedAt, completedAt } = record;
  await evidence({
    ...{ verdict: syncVerdict(record), run, sequence, kind, counts, startedAt, completedAt },
    ...(reason !== undefined && { reason }),
    problems: problems.length + problemsLeftOff,
  });
  return record;
}

async function syncGuarded(request: StorageSyncRequest): Promise<RunRecord> {
  const { vault, project, bucket, shard, source, full: isAsked = false, reconcile, retainDays } = request;
  const guard = await connect(request.address, { applicationName: "holdfast sync" });
  try {
    await checkSourceBucket(guard, bucket);
    await lockBucket(guard, bucket, shard);
    await source.check(bucket, request.signal);
    await checkVersioning(vault);
    const place = { vault, project, bucket, shard, lockDays: mirrorLockDays(retainDays, reconcile) };
    // Before the first row is read: a transaction that ends later is in what is read, or bounds the cursor.
    const view = { guard, place, cursor: await readCursor(guard), source: await catalogIdentity(guard) };
    const known = await openIndex(place);
    const reason = fullRunReason(known, { ...view, shard, isAsked, reconcile, now: vault.clock() });
    try {
      return await syncRun(request, { ...view, known, reason });
    } catch (error) {
      const isDamage = error instanceof HoldfastError && error.code.startsWith("INDEX_SEGMENT_");
      if (!isDamage || reason !== undefined) throw error;
      // What the first try copied is found as an unfinished run's.
      return await syncRun(request, { ...view, known: await openIndex(place), reason: damaged(error) });
    }
  } finally {
    await closeClient(guard);
  }
}

const damaged = ({ message }: HoldfastError) => `a part of the index cannot be read: ${message}`;
