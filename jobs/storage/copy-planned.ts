import type pg from "pg";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { awsErrorFacts, isUnavailable } from "../../vault/aws-error.ts";
import type { IndexRow } from "../../vault/mirror/index-row.ts";
import type { Mirror } from "../../vault/mirror/open-mirror.ts";
import { putTombstone } from "../../vault/mirror/put-tombstone.ts";
import { raiseLocks } from "../../vault/mirror/raise-locks.ts";
import type { SegmentWriter } from "../../vault/mirror/segment-writer.ts";
import type { CatalogRow } from "./catalog-rows.ts";
import { copyObject } from "./copy-object.ts";
import type { PlannedCopy } from "./plan-copies.ts";
import { readCatalog } from "./read-catalog.ts";
import type { SourceOutage } from "./source-outage.ts";
import type { StorageSource } from "./storage-source.ts";
import type { SyncReport } from "./sync-report.ts";

export interface CopyWork {
  readonly source: StorageSource;
  readonly mirror: Mirror;
  readonly writer: SegmentWriter;
  readonly report: SyncReport;
  /** Sees rows as they are now. */
  readonly guard: pg.Client;
  /** Whether the index is written whole: then rows of earlier copies are written again. */
  readonly isFull: boolean;
  /** How long replaced and deleted objects are kept, in days. @default for ever, and without lock */
  readonly retainDays?: number | undefined;
  readonly outage: SourceOutage;
  readonly signal: AbortSignal;
}

/** Faults of single objects, which must not keep the others from being copied. */
const OF_ONE_OBJECT = new Set([
  "STORAGE_OBJECT_MISSING",
  "STORAGE_OBJECT_CHANGED",
  "STORAGE_OBJECT_REPLACED",
  "STORAGE_OBJECT_DAMAGED",
  "MIRROR_SOURCE_CHANGED",
  "STORAGE_UNAVAILABLE",
]);

/** So often an object that was replaced meanwhile is copied as it is now: one that changes all day is copied too. */
const CHASES = 3;

/** Copies what is not yet copied of one name, and notes it or why not. */
export async function copyPlanned(work: CopyWork, { row, known, isCurrent }: PlannedCopy): Promise<void> {
  const { report, writer, isFull } = work;
  if (isFull) {
    const kept = row === undefined ? await missingAtSource(work, known) : known;
    const isReplaced = row !== undefined && !isCurrent;
    const { mirror, retainDays = Number.POSITIVE_INFINITY } = work;
    const onRefused = ({ name, version }: IndexRow, { message }: HoldfastError) => {
      report.count("locksNotRaised");
      // Said once: after a change of the plan's mode there may be as many as there are objects.
      if (report.counts.locksNotRaised !== 1) return;
      const detail = `${message} Its lock ends before its retention does, and perhaps that of others (locksNotRaised tells how many): it was locked in another mode than the plan's, or the role may not lock.`;
      report.add({ name, version, problem: "lock-not-raised", detail });
    };
    const rows = await raiseLocks(mirror, kept, { retainDays, isReplaced, onRefused });
    for (const copied of rows) await writer.add(copied);
  }
  if (row === undefined) return;
  if (isCurrent) report.count("unchanged");
  else await copyRow(work, row);
}

/** Marks the last version of a name that the source no longer has, so that it expires as replaced ones do. */
async function missingAtSource(work: CopyWork, known: readonly IndexRow[]): Promise<readonly IndexRow[]> {
  const last = known.at(-1);
  if (last === undefined) return known;
  work.report.count("missingAtSource");
  // The row may have come, or come back, since the catalog was read up to its name.
  const isNew = last.missingSince === undefined && (await currentRow(work, last.name)) === undefined;
  if (!isNew) return known;
  const now = work.mirror.vault.clock();
  await putTombstone(work.mirror, last.name, now);
  return [...known.slice(0, -1), { ...last, missingSince: now.toISOString() }];
}

async function copyRow(work: CopyWork, row: CatalogRow, chases: number = CHASES): Promise<void> {
  const { writer, report, outage } = work;
  try {
    const copied = await copyObject({ ...work, row });
    outage.copied(row.name);
    await writer.add(copied);
    report.count("copied");
    report.count("bytes", copied.size);
  } catch (error) {
    if (!(error instanceof HoldfastError) || !OF_ONE_OBJECT.has(error.code)) throw error;
    // What Storage refuses for the object's own sake, as a name that S3 cannot have, says nothing of the others.
    if (error.code === "STORAGE_UNAVAILABLE" && !isRefusal(error)) await outage.failed(error);
    const changed = await explain(work, row, error, chases > 0);
    if (changed) await copyRow(work, changed, chases - 1);
  }
}

function isRefusal({ cause }: HoldfastError): boolean {
  const facts = awsErrorFacts(cause);
  return !isUnavailable(facts) && (facts.httpStatus ?? 500) < 500;
}

/**
 * Asks the catalog as it is now why an object was not to be had as its row said.
 * @returns its row as it is now, when that is another and may be copied instead; nothing is noted then
 */
async function explain(
  work: CopyWork,
  row: CatalogRow,
  error: HoldfastError,
  mayChase: boolean,
): Promise<CatalogRow | undefined> {
  const { name, version } = row;
  const current = await currentRow(work, name);
  const note = (count: string, problem: string) => {
    work.report.count(count);
    work.report.add({ name, version, problem, detail: error.message });
  };
  if (current === undefined) note("deletedWhileCopied", "deleted-while-copied");
  else if (current.version !== version || current.updatedAt !== row.updatedAt) {
    if (mayChase) return current;
    note("changedWhileCopied", "changed-while-copied");
  } else if (error.code === "STORAGE_OBJECT_MISSING") note("rowsWithoutBytes", "row-without-bytes");
  else if (error.code === "STORAGE_UNAVAILABLE") note("unavailable", "unavailable-at-source");
  else note("damagedAtSource", "damaged-at-source");
  return undefined;
}

async function currentRow({ guard, mirror }: CopyWork, name: string): Promise<CatalogRow | undefined> {
  return (await readCatalog(guard, { bucket: mirror.bucket, name }))[0];
}
