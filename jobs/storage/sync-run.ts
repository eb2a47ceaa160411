import type pg from "pg";
import type { IndexEntry } from "../../vault/mirror/merge-index.ts";
import { MirrorContents } from "../../vault/mirror/mirror-contents.ts";
import type { MirrorPlace } from "../../vault/mirror/mirror-place.ts";
import { MirrorShard } from "../../vault/mirror/mirror-shard.ts";
import { indexEntries } from "../../vault/mirror/read-index.ts";
import { readSegment } from "../../vault/mirror/read-segment.ts";
import { createRunId } from "../../vault/mirror/run-id.ts";
import { RUN_RECORD_VERSION, type RunRecord } from "../../vault/mirror/run-record.ts";
import { writeRunRecord } from "../../vault/mirror/write-run-record.ts";
import { catalogPages } from "./catalog-pages.ts";
import { compareListing } from "./compare-listing.ts";
import { copyAll } from "./copy-all.ts";
import type { KnownIndex } from "./open-index.ts";
import { type PlannedCopy, planCopies } from "./plan-copies.ts";
import { readCatalog } from "./read-catalog.ts";
import { reconcileEntries } from "./reconcile-entries.ts";
import type { StorageSyncRequest } from "./storage-sync-request.ts";
import type { SyncCursor } from "./sync-cursor.ts";
import { askedAgain, disagreesAnew } from "./sync-problems.ts";
import { SyncReport } from "./sync-report.ts";

export interface SyncView {
  /** Holds the bucket's lock, and sees rows as they are. */
  readonly guard: pg.Client;
  readonly place: MirrorPlace;
  readonly cursor: SyncCursor;
  /** Of `catalogIdentity`. */
  readonly source: string;
  readonly known: KnownIndex;
  /** Why everything is compared; undefined: only what changed is asked for. */
  readonly reason: string | undefined;
}

/** One run of a sync, from what it must look at to its record. */
export async function syncRun(request: StorageSyncRequest, view: SyncView): Promise<RunRecord> {
  const { guard, place, cursor, known, reason, source } = view;
  const { project, bucket, vault } = place;
  const startedAt = vault.clock();
  const run = createRunId(startedAt, place.shard);
  const report = new SyncReport();
  for (const problem of known.problems) report.add(problem);
  const isFull = reason !== undefined;
  const segments = await copyAll({
    ...request,
    ...{ place, run, guard, isFull, report, workers: request.workers ?? 64 },
    carried: isFull ? nothing() : unfinishedRows(view),
    planned: isFull ? await everything(request, view, report) : await changes(view),
  });
  const { problems, problemsLeftOff, counts } = report;
  const isDoubtful = !isFull && disagreesAnew(problems, known.head);
  const record: RunRecord = {
    ...{ format: "holdfast.storage-run", project, bucket, run, source },
    version: place.shard === undefined || place.shard.isWhole ? 1 : RUN_RECORD_VERSION,
    kind: isFull ? "full" : "changes",
    ...(isFull && { reason }),
    sequence: known.sequence,
    startedAt: startedAt.toISOString(),
    completedAt: vault.clock().toISOString(),
    cursor: { updatedAfter: cursor.updatedAfter.toISOString() },
    asOf: cursor.asOf.toISOString(),
    ...(isDoubtful && { doubt: "catalog and bytes disagreed at the last sync" }),
    takenOver: takenOver(run, known, isFull),
    segments: [...segments],
    ...{ counts, problems, problemsLeftOff },
  };
  return await writeRunRecord(place, record);
}

/** All rows, compared with the listing, and all that the mirror has. */
async function everything(
  { source, signal, retainDays = Number.POSITIVE_INFINITY }: StorageSyncRequest,
  { guard, place, known }: SyncView,
  report: SyncReport,
): Promise<AsyncGenerator<PlannedCopy>> {
  const { chain, unfinished } = known;
  const segments = [...chain.flatMap((record) => record.segments), ...unfinished];
  const contents = await MirrorContents.list(
    place,
    segments.reduce((rows, segment) => rows + segment.rows, 0),
  );
  const entries = indexEntries(place, chain, {
    unfinished,
    onDamage: ({ message }) =>
      report.add({ name: message.split(",")[0] ?? "", problem: "index-damaged", detail: message }),
  });
  const { bucket, shard } = place;
  const onUnknown = async (name: string) => {
    if ((await readCatalog(guard, { bucket, name })).length > 0) return;
    report.count("bytesWithoutRows");
    const detail = "Storage lists it, and the catalog has no row of it: it is not copied.";
    report.add({ name, problem: "bytes-without-row", detail });
  };
  const listed = ofShard(source.list(bucket, signal), shard);
  const rows = compareListing(catalogPages(guard, { bucket, shard }), listed, onUnknown);
  return planCopies(rows, reconcileEntries(entries, { place, contents, retainDays, report }));
}

/** Rows that changed since the last run, or that it could not copy; and what is known of those it may have seen. */
async function changes({ guard, place, known }: SyncView): Promise<AsyncGenerator<PlannedCopy>> {
  const { chain, head, unfinished } = known;
  const { bucket, shard } = place;
  const since = new Date(head?.cursor.updatedAfter ?? 0);
  const until = new Date(head?.completedAt ?? 0);
  const { rows } = await guard.query<{ seen: boolean }>(
    "SELECT EXISTS (SELECT FROM storage.objects WHERE bucket_id = $1 AND updated_at >= $2 AND updated_at <= $3) AS seen",
    [bucket, since, until],
  );
  // Only runs that ended after the cursor can have copied a row that comes again.
  const recent = rows[0]?.seen ? chain.filter(({ completedAt }) => new Date(completedAt) >= since) : [];
  const isKnown = recent.length > 0 || unfinished.length > 0;
  const entries = isKnown ? indexEntries(place, recent, { unfinished }) : nothing<IndexEntry>();
  const asked = { bucket, shard, updatedAfter: since, orNamed: askedAgain(head) };
  return planCopies(catalogPages(guard, asked), entries);
}

/** Runs of another number of shards may have left other shards' rows, too. */
async function* unfinishedRows({ place, known }: SyncView) {
  for (const segment of known.unfinished) yield* ofShard(readSegment(place, segment), place.shard);
}

async function* ofShard<Item extends { readonly name: string }>(
  items: AsyncIterable<Item>,
  shard: MirrorShard = MirrorShard.WHOLE,
): AsyncGenerator<Item> {
  for await (const item of items) if (shard.includes(item.name)) yield item;
}

/** Of earlier runs' segments those that would be taken for an unfinished run's after this one. */
function takenOver(run: string, { chain, unfinished }: KnownIndex, isFull: boolean): string[] {
  const ids = [...unfinished, ...(isFull ? chain : [])].map((one) => one.run);
  const earlier = isFull ? chain.flatMap((record) => record.takenOver ?? []) : [];
  // A full run is where a later search begins, to the second.
  const isFound = (id: string) => !isFull || id.slice(0, 15) >= run.slice(0, 15);
  return [...new Set([...ids, ...earlier])].filter(isFound);
}

async function* nothing<Item>(): AsyncGenerator<Item> {}
