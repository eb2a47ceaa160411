import { HoldfastError } from "../../plan/holdfast-error.ts";
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
}

export interface IndexEntriesOptions {
  /** Segments of runs that left no record, oldest run first. */
  readonly unfinished?: readonly SegmentReference[] | undefined;
  /** Told of each segment that cannot be read to its end, whose rows after that are left out. @default it is an error */
  readonly onDamage?: ((error: HoldfastError) => void) | undefined;
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
  return { ...(head && { head }), chain, entries: () => indexEntries(place, chain) };
}

/**
 * What these runs tell of each name, in the order of names, with flat memory.
 * @param chain oldest first
 * @throws HoldfastError INDEX_SEGMENT_MISSING, INDEX_SEGMENT_DAMAGED, KEY_…, STORE_…
 */
export function indexEntries(
  place: MirrorPlace,
  chain: readonly Pick<RunRecord, "run" | "segments">[],
  { unfinished = [], onDamage }: IndexEntriesOptions = {},
): AsyncGenerator<IndexEntry> {
  return mergeIndex(
    inOrder(chain, unfinished).map((segment) => ({
      firstName: segment.firstName,
      open: () => (onDamage ? untilDamage(openRows(place, segment), onDamage) : openRows(place, segment)),
    })),
  );
}

/** The rows of a run that died are older than those of the runs that began after it. */
function inOrder(
  chain: readonly Pick<RunRecord, "run" | "segments">[],
  unfinished: readonly SegmentReference[],
): SegmentReference[] {
  const waiting = [...unfinished];
  const ordered: SegmentReference[] = [];
  for (const { run, segments } of chain) {
    // Ids begin with the time.
    while (waiting[0] && waiting[0].run < run) ordered.push(...waiting.splice(0, 1));
    ordered.push(...segments);
  }
  return [...ordered, ...waiting];
}

async function* untilDamage(
  rows: AsyncIterable<IndexRow>,
  onDamage: (error: HoldfastError) => void,
): AsyncGenerator<IndexRow> {
  try {
    yield* rows;
  } catch (error) {
    if (!(error instanceof HoldfastError) || !error.code.startsWith("INDEX_SEGMENT_")) throw error;
    onDamage(error);
  }
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
