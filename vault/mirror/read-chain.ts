import type { MirrorPlace } from "./mirror-place.ts";
import { MirrorShard } from "./mirror-shard.ts";
import { readRunRecord } from "./read-run-record.ts";
import { shardOfRun } from "./run-id.ts";
import type { RunRecord } from "./run-record.ts";

/** A completed run whose rows belong to the index. */
export interface ChainedRun extends RunRecord {
  /** Its rows of these first hex digits of names' hashes count; the others are older than a full run. @default all */
  readonly digits?: readonly number[];
}

export interface Chain {
  /** Oldest first: of each name the last full run and the runs of changes after it. */
  readonly chain: readonly ChainedRun[];
  /** Ids of runs that were read and are older than the full runs of all their names. */
  readonly superseded: readonly string[];
  /** Whether every name of the place was in a full run. */
  readonly isWhole: boolean;
}

/** Records read at once: a bucket that is synced every hour has some hundred of them between two full runs. */
const AHEAD = 16;

/**
 * Reads the records that make the index, from the last back to the full runs of all names of the place.
 * @param last sequence to begin with; 0 for an empty chain
 * @throws HoldfastError STORAGE_RUN_MISSING, STORAGE_RUN_DAMAGED, STORAGE_RUN_TOO_NEW, KEY_…, STORE_…
 */
export async function readChain(place: MirrorPlace, last: number): Promise<Chain> {
  const open = new Set((place.shard ?? MirrorShard.WHOLE).digits);
  const chain: ChainedRun[] = [];
  const superseded: string[] = [];
  for await (const record of newestFirst(place, last)) {
    const { digits } = shardOfRun(record.run);
    const counting = digits.filter((digit) => open.has(digit));
    if (counting.length === 0) superseded.push(record.run);
    else chain.unshift(counting.length < digits.length ? { ...record, digits: counting } : record);
    if (record.kind === "full") for (const digit of counting) open.delete(digit);
    if (open.size === 0) break;
  }
  return { chain, superseded, isWhole: open.size === 0 };
}

/** Reads more and more ahead, so that a chain of one record costs two requests and not sixteen. */
async function* newestFirst(place: MirrorPlace, last: number): AsyncGenerator<RunRecord> {
  const reading: Promise<RunRecord>[] = [];
  let next = last;
  try {
    for (let ahead = 2; ; ahead = Math.min(AHEAD, 2 * ahead)) {
      for (; reading.length < ahead && next >= 1; next--) {
        const record = readRunRecord(place, next);
        // One that cannot be read is a fault only when the chain needs it.
        record.catch(() => undefined);
        reading.push(record);
      }
      const record = await reading.shift();
      if (record === undefined) return;
      yield record;
    }
  } finally {
    await Promise.allSettled(reading);
  }
}
