import type pg from "pg";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { connect } from "../postgres/connect.ts";
import type { DatabaseAddress } from "../postgres/database-url.ts";
import { closeClient, openSnapshot, type Snapshot } from "../postgres/snapshot.ts";
import { listRuns } from "../vault/mirror/list-runs.ts";
import { listUnfinishedRuns } from "../vault/mirror/list-unfinished-runs.ts";
import type { IndexEntry } from "../vault/mirror/merge-index.ts";
import type { MirrorPlace } from "../vault/mirror/mirror-place.ts";
import { type MirrorIndex, readIndex } from "../vault/mirror/read-index.ts";
import { createRunId } from "../vault/mirror/run-id.ts";
import type { RunRecord } from "../vault/mirror/run-record.ts";
import { writeRunRecord } from "../vault/mirror/write-run-record.ts";
import type { Vault } from "../vault/vault.ts";
import type { Progress } from "./progress.ts";
import { catalogRows } from "./storage/catalog-rows.ts";
import { compareListing } from "./storage/compare-listing.ts";
import { copyAll } from "./storage/copy-all.ts";
import { lockBucket } from "./storage/lock-bucket.ts";
import { planCopies } from "./storage/plan-copies.ts";
import type { StorageSource } from "./storage/storage-source.ts";
import { isDoubtful, nextCursor, oldestTransaction } from "./storage/sync-cursor.ts";
import { SyncReport } from "./storage/sync-report.ts";

export interface StorageSyncRequest {
  readonly vault: Vault;
  /** The project's name in the plan. */
  readonly project: string;
  readonly bucket: string;
  readonly address: DatabaseAddress;
  /** The caller closes it. */
  readonly source: StorageSource;
  /** Objects copied at once, 1 to 256. @default 64 */
  readonly workers?: number | undefined;
  /** Compare everything, also with the listing. @default only when there is a doubt */
  readonly full?: boolean | undefined;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Copies a bucket's objects that the mirror does not have into the vault. The sync exists once its record does; a run
 * that ends before that leaves what it copied for the next one. Nothing is deleted, here or there.
 *
 * @throws HoldfastError STORAGE_BUCKET_UNKNOWN, STORAGE_PROTOCOL_DISABLED, STORAGE_KEYS_REFUSED, STORAGE_UNAVAILABLE,
 * SYNC_RUNNING, STORAGE_SYNC_OVERTAKEN, and those of the database, the keys and the store
 */
export async function storageSync(request: StorageSyncRequest): Promise<RunRecord> {
  const guard = await connect(request.address, { applicationName: "holdfast sync" });
  try {
    await lockBucket(guard, request.bucket);
    await checkBucket(guard, request.bucket);
    await request.source.check(request.bucket, request.signal);
    // Before the snapshot: a transaction that ends between the two is in the snapshot, or bounds the cursor.
    const oldestAt = await oldestTransaction(guard);
    const snapshot = await openSnapshot(request.address);
    try {
      return await syncLocked(request, { guard, snapshot, cursor: nextCursor(oldestAt, snapshot) });
    } finally {
      await snapshot.close();
    }
  } finally {
    await closeClient(guard);
  }
}

async function checkBucket(client: pg.Client, bucket: string): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    "SELECT id FROM storage.buckets ORDER BY id LIMIT 1000",
  );
  if (rows.some(({ id }) => id === bucket)) return;
  throw new HoldfastError({
    code: "STORAGE_BUCKET_UNKNOWN",
    message: `The project's Storage has no bucket ${bucket}; it has ${
      rows
        .map(({ id }) => id)
        .slice(0, 20)
        .join(", ") || "none"
    }.`,
    hint: "Name a bucket that exists, by its id, in the plan's storage section.",
    exitCode: 2,
  });
}

interface View {
  /** A session outside the snapshot, which sees rows as they are now. */
  readonly guard: pg.Client;
  readonly snapshot: Snapshot;
  readonly cursor: Date;
}

async function syncLocked(
  request: StorageSyncRequest,
  { guard, snapshot, cursor }: View,
): Promise<RunRecord> {
  const { vault, project, bucket } = request;
  const startedAt = vault.clock();
  const place = { vault, project, bucket };
  const index = await openIndex(place);
  const isFull = request.full === true || isDoubtful(index, snapshot);
  const since = isFull ? undefined : new Date(index.head?.cursor.updatedAfter ?? 0);
  const run = createRunId(startedAt);
  const report = new SyncReport();
  const entries = await knownEntries(place, index, { isFull, since, snapshot, bucket });
  const rows = catalogRows(snapshot.client, { bucket, updatedAfter: since });
  const segments = await copyAll(request, { guard, run, isFull, report, planned: planCopies(rows, entries) });
  if (isFull) await compareListing(request, guard, report);
  const updatedAfter = report.oldestFailure && report.oldestFailure < cursor ? report.oldestFailure : cursor;
  const record: RunRecord = {
    format: "holdfast.storage-run",
    version: 1,
    ...{ project, bucket, run, kind: isFull ? "full" : "changes" },
    sequence: ((await listRuns(place)).at(-1)?.sequence ?? 0) + 1,
    startedAt: startedAt.toISOString(),
    completedAt: vault.clock().toISOString(),
    cursor: { updatedAfter: updatedAfter.toISOString() },
    segments: [...segments],
    ...{ counts: report.counts, problems: report.problems, problemsLeftOff: report.problemsLeftOff },
  };
  await writeRunRecord(place, record);
  return record;
}

/** A record that is lost or damaged makes the run a full one that copies anew what only that record knew. */
async function openIndex(place: MirrorPlace): Promise<MirrorIndex> {
  try {
    return await readIndex(place);
  } catch (error) {
    const isLost = error instanceof HoldfastError && /^STORAGE_RUN_(MISSING|DAMAGED)$/.test(error.code);
    if (!isLost) throw error;
    return { chain: [], async *entries() {} };
  }
}

/** What is known to be copied; of a run of changes only if rows come that the earlier ones may have copied. */
async function knownEntries(
  place: MirrorPlace,
  index: MirrorIndex,
  asked: { isFull: boolean; since: Date | undefined; snapshot: Snapshot; bucket: string },
): Promise<AsyncGenerator<IndexEntry>> {
  const { segments } = await listUnfinishedRuns(place, index);
  const { rows } = await asked.snapshot.client.query<{ seen: boolean }>(
    "SELECT EXISTS (SELECT FROM storage.objects WHERE bucket_id = $1 AND updated_at >= $2 AND updated_at <= $3) AS seen",
    [asked.bucket, asked.since ?? new Date(0), index.head?.completedAt ?? new Date(0)],
  );
  const isWhole = asked.isFull || segments.length > 0 || rows[0]?.seen === true;
  if (!isWhole) return (async function* () {})();
  if (index.head === undefined && segments.length === 0) return index.entries();
  return (
    await readIndex(place, { extra: segments, ...(index.head && { sequence: index.head.sequence }) })
  ).entries();
}
