import type pg from "pg";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { Mirror } from "../../vault/mirror/open-mirror.ts";
import type { SegmentWriter } from "../../vault/mirror/segment-writer.ts";
import { type CatalogRow, catalogRows } from "./catalog-rows.ts";
import { copyObject } from "./copy-object.ts";
import type { PlannedCopy } from "./plan-copies.ts";
import type { StorageSource } from "./storage-source.ts";
import type { SyncReport } from "./sync-report.ts";

export interface CopyWork {
  readonly source: StorageSource;
  readonly mirror: Mirror;
  readonly writer: SegmentWriter;
  readonly report: SyncReport;
  /** A session outside the snapshot, which sees rows as they are now. */
  readonly now: pg.Client;
  /** Whether the index is written whole: then rows of earlier copies are written again. */
  readonly isFull: boolean;
  readonly onDone: () => void;
  readonly signal: AbortSignal;
}

/** Faults of single objects, which must not keep the others from being copied. */
const OF_ONE_OBJECT = new Set([
  "STORAGE_OBJECT_MISSING",
  "STORAGE_OBJECT_CHANGED",
  "STORAGE_OBJECT_DAMAGED",
  "MIRROR_SOURCE_CHANGED",
]);

/** Copies what is not yet copied of one name, and notes it or why not. */
export async function copyPlanned(work: CopyWork, { row, known, isCurrent }: PlannedCopy): Promise<void> {
  const { report, writer, isFull } = work;
  if (isFull) for (const copied of known) await writer.add(copied);
  if (row === undefined) {
    if (isFull) report.count("missingAtSource");
    return;
  }
  if (isCurrent) report.count("unchanged");
  else await copyRow(work, row);
  work.onDone();
}

async function copyRow(work: CopyWork, row: CatalogRow): Promise<void> {
  const { source, mirror, writer, report, signal } = work;
  try {
    const copied = await copyObject({ source, mirror, row, signal });
    await writer.add(copied);
    report.count("copied");
    report.count("bytes", copied.size);
  } catch (error) {
    if (!(error instanceof HoldfastError) || !OF_ONE_OBJECT.has(error.code)) throw error;
    await explain(work, row, error);
  }
}

/** Asks the catalog as it is now why an object was not to be had as its row said. */
async function explain(
  { mirror, now, report }: CopyWork,
  row: CatalogRow,
  error: HoldfastError,
): Promise<void> {
  const { name, version } = row;
  let current: CatalogRow | undefined;
  for await (const found of catalogRows(now, { bucket: mirror.bucket, name })) current = found;
  const note = (count: string, problem: string) => {
    report.count(count);
    report.add({ name, version, problem, detail: error.message });
  };
  if (current === undefined) note("deletedWhileCopied", "deleted-while-copied");
  else if (current.version !== version || current.updatedAt !== row.updatedAt) {
    note("changedWhileCopied", "changed-while-copied");
    report.failedAt(row.updatedAt);
  } else {
    const isMissing = error.code === "STORAGE_OBJECT_MISSING";
    note(isMissing ? "rowsWithoutBytes" : "failed", isMissing ? "row-without-bytes" : "damaged-at-source");
    // Bytes that come back are asked for again by the next full run; a damaged object by the next run.
    if (!isMissing) report.failedAt(row.updatedAt);
  }
}
