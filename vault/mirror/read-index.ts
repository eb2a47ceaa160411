import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { IndexRow } from "./index-row.ts";
import { listRuns } from "./list-runs.ts";
import { type IndexEntry, mergeIndex } from "./merge-index.ts";
import type { MirrorPlace } from "./mirror-place.ts";
import { MirrorShard } from "./mirror-shard.ts";
import { type ChainedRun, readChain } from "./read-chain.ts";
import { readSegment } from "./read-segment.ts";
import { shardOfRun } from "./run-id.ts";
import type { RunRecord } from "./run-record.ts";
import type { SegmentReference } from "./segment-reference.ts";

export interface MirrorIndex {
  /** The last completed sync; absent when there was none. */
  readonly head?: RunRecord;
  /** The moment of the project up to which all of the bucket is mirrored, ISO 8601; absent while a shard never was. */
  readonly syncedAt?: string;
  /** Its segments make the index: the last full run first, then the runs of changes after it; of shards, of each. */
  readonly chain: readonly ChainedRun[];
  /** Whether every name of the place was in a full run. */
  readonly isWhole: boolean;
  /** Ids of other completed runs that were met. */
  readonly superseded: readonly string[];
  /** All names in order, with flat memory; may be called again. */
  entries(): AsyncGenerator<IndexEntry>;
}

/** What the merge needs of a completed run. */
export type IndexedRun = Pick<ChainedRun, "run" | "segments" | "digits">;

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
 * Opens the index of a bucket, or of a shard of it: which version of the mirror holds which version of each object.
 * @throws HoldfastError STORAGE_RUN_MISSING, STORAGE_RUN_DAMAGED, STORAGE_RUN_TOO_NEW, KEY_…, STORE_…; reading the
 * entries also INDEX_SEGMENT_MISSING, INDEX_SEGMENT_DAMAGED
 */
export async function readIndex(place: MirrorPlace, options: ReadIndexOptions = {}): Promise<MirrorIndex> {
  const last = options.sequence ?? (await listRuns(place)).at(-1)?.sequence ?? 0;
  const { chain, superseded, isWhole } = await readChain(place, last);
  const head = chain.at(-1);
  const syncedAt = isWhole ? oldestNewest(chain) : undefined;
  return {
    ...(head && { head }),
    ...(syncedAt !== undefined && { syncedAt }),
    ...{ chain, superseded, isWhole },
    entries: () => indexEntries(place, chain),
  };
}

/** Of the last run of each shard the moment that it copied, and of these the first. */
function oldestNewest(chain: readonly RunRecord[]): string | undefined {
  const newest = new Map<number, string>();
  for (const { run, asOf, startedAt } of chain)
    for (const digit of shardOfRun(run).digits) newest.set(digit, asOf ?? startedAt);
  return [...newest.values()].sort()[0];
}

/**
 * What these runs tell of each name, in the order of names, with flat memory.
 * @param chain oldest first
 * @throws HoldfastError INDEX_SEGMENT_MISSING, INDEX_SEGMENT_DAMAGED, KEY_…, STORE_…
 */
export function indexEntries(
  place: MirrorPlace,
  chain: readonly IndexedRun[],
  { unfinished = [], onDamage }: IndexEntriesOptions = {},
): AsyncGenerator<IndexEntry> {
  return mergeIndex(
    inOrder(place, chain, unfinished).map(({ segment, counts }) => {
      const small = segment.plainBytes <= SMALL_SEGMENT_BYTES ? new SmallSegment(place, segment) : undefined;
      const open = () => {
        const rows = small ? small.rows() : readSegment(place, segment);
        const counted = counts ? only(rows, counts) : rows;
        return onDamage ? untilDamage(counted, onDamage) : counted;
      };
      return { firstName: segment.firstName, open, ...(small && { prepare: () => small.read() }) };
    }),
  );
}

interface Ordered {
  readonly segment: SegmentReference;
  /** Which of its rows belong to the index. @default all */
  readonly counts?: (row: IndexRow) => boolean;
}

/** The rows of a run that died are older than those of the runs that began after it. */
function inOrder(
  { shard = MirrorShard.WHOLE }: MirrorPlace,
  chain: readonly IndexedRun[],
  unfinished: readonly SegmentReference[],
): Ordered[] {
  const isOurs = ({ name }: IndexRow) => shard.includes(name);
  const waiting = unfinished.map((segment) =>
    shard.covers(shardOfRun(segment.run)) ? { segment } : { segment, counts: isOurs },
  );
  const ordered: Ordered[] = [];
  for (const { run, segments, digits } of chain) {
    // Ids begin with the time.
    while (waiting[0] && waiting[0].segment.run < run) ordered.push(...waiting.splice(0, 1));
    const counts = digits && (({ name }: IndexRow) => digits.includes(MirrorShard.digitOf(name)));
    ordered.push(...segments.map((segment) => ({ segment, ...(counts && { counts }) })));
  }
  return [...ordered, ...waiting];
}

async function* only(
  rows: AsyncIterable<IndexRow>,
  counts: (row: IndexRow) => boolean,
): AsyncGenerator<IndexRow> {
  for await (const row of rows) if (counts(row)) yield row;
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

/** Read whole, ahead of its turn where somebody asks for that. */
class SmallSegment {
  readonly #place: MirrorPlace;
  readonly #segment: SegmentReference;
  #reading: Promise<{ readonly rows: readonly IndexRow[]; readonly error?: unknown }> | undefined;

  constructor(place: MirrorPlace, segment: SegmentReference) {
    this.#place = place;
    this.#segment = segment;
  }

  read(): void {
    this.#reading ??= this.#read();
  }

  /** Those before a damage, too. */
  async *rows(): AsyncGenerator<IndexRow> {
    const { rows, error } = await (this.#reading ?? this.#read());
    this.#reading = undefined;
    yield* rows;
    if (error !== undefined) throw error;
  }

  async #read(): Promise<{ readonly rows: readonly IndexRow[]; readonly error?: unknown }> {
    const rows: IndexRow[] = [];
    try {
      for await (const row of readSegment(this.#place, this.#segment)) rows.push(row);
      return { rows };
    } catch (error) {
      return { rows, error };
    }
  }
}
