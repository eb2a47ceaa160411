import type { IndexRow } from "./index-row.ts";
import { listRuns } from "./list-runs.ts";
import { type IndexEntry, mergeIndex } from "./merge-index.ts";
import type { MirrorPlace } from "./mirror-place.ts";
import { readRunRecord } from "./read-run-record.ts";
import { readSegment } from "./read-segment.ts";
import type { RunRecord } from "./run-record.ts";
import type { SegmentReference } from "./segment-reference.ts";

export interface MirrorIndex {
  /** The last completed sync; absent when there was none. */
  readonly head?: RunRecord;
  /** Its segments make the index: the last full run first, then the runs of changes after it. */
  readonly chain: readonly RunRecord[];
  /** All names in order, with flat memory; may be called again. */
  entries(): AsyncGenerator<IndexEntry>;
}

export interface ReadIndexOptions {
  /** The index as this run left it. @default the last */
  readonly sequence?: number | undefined;
  /** Segments that belong to no completed run, newer than all of these. */
  readonly extra?: readonly SegmentReference[] | undefined;
}

/** Segments up to here are read at once and let go, in bytes: a month of small runs is not a month of open streams. */
const SMALL_SEGMENT_BYTES = 256 * 1024;

/**
 * Opens the index of a bucket: which version of the mirror holds which version of each object.
 * @throws HoldfastError STORAGE_RUN_MISSING, STORAGE_RUN_DAMAGED, STORAGE_RUN_TOO_NEW, KEY_…, STORE_…; reading the
 * entries also INDEX_SEGMENT_MISSING, INDEX_SEGMENT_DAMAGED
 */
export async function readIndex(place: MirrorPlace, options: ReadIndexOptions = {}): Promise<MirrorIndex> {
  const last = options.sequence ?? (await listRuns(place)).at(-1)?.sequence;
  const chain: RunRecord[] = [];
  for (let sequence = last ?? 0; sequence >= 1; sequence--) {
    const record = await readRunRecord(place, sequence);
    chain.unshift(record);
    if (record.kind === "full") break;
  }
  const head = chain.at(-1);
  const segments = [...chain.flatMap((record) => record.segments), ...(options.extra ?? [])];
  return {
    ...(head && { head }),
    chain,
    entries: () =>
      mergeIndex(
        segments.map((segment) => ({ firstName: segment.firstName, open: () => openRows(place, segment) })),
      ),
  };
}

async function* openRows(place: MirrorPlace, segment: SegmentReference): AsyncGenerator<IndexRow> {
  if (segment.plainBytes > SMALL_SEGMENT_BYTES) {
    yield* readSegment(place, segment);
    return;
  }
  const rows: IndexRow[] = [];
  for await (const row of readSegment(place, segment)) rows.push(row);
  yield* rows;
}
