import { HoldfastError } from "../../plan/holdfast-error.ts";
import { listRuns } from "../../vault/mirror/list-runs.ts";
import { listUnfinishedRuns } from "../../vault/mirror/list-unfinished-runs.ts";
import type { MirrorPlace } from "../../vault/mirror/mirror-place.ts";
import { type MirrorIndex, readIndex } from "../../vault/mirror/read-index.ts";
import type { RunRecord } from "../../vault/mirror/run-record.ts";
import type { SegmentReference } from "../../vault/mirror/segment-reference.ts";
import type { Problem } from "./sync-report.ts";

/** What earlier syncs left, as far as it can be read. */
export interface KnownIndex {
  /** From the last full run on; empty when one of the records is lost. */
  readonly chain: MirrorIndex["chain"];
  /** The last run of any of the place's names. */
  readonly head?: RunRecord;
  /** Of the record that the next run writes. */
  readonly sequence: number;
  /** Of runs that left no record, or whose record is lost. */
  readonly unfinished: readonly SegmentReference[];
  /** What could not be read. */
  readonly problems: readonly Problem[];
}

/**
 * Opens the index also when records or segments are lost: what they told is found in the segments that are left, or
 * copied again.
 * @throws HoldfastError STORAGE_RUN_TOO_NEW, KEY_…, STORE_…
 */
export async function openIndex(place: MirrorPlace): Promise<KnownIndex> {
  const last = (await listRuns(place)).at(-1)?.sequence ?? 0;
  const { chain, head, superseded, isWhole, problem } = await readChain(place, last);
  const { segments, damaged } = await listUnfinishedRuns(place, { chain, superseded, isWhole });
  return {
    ...{ chain, sequence: last + 1, unfinished: segments },
    ...(head && { head }),
    problems: [
      ...(problem ? [problem] : []),
      ...damaged.map((key) => ({
        name: key,
        problem: "index-damaged",
        detail: "A segment that a run without record left cannot be read; what it told is copied again.",
      })),
    ],
  };
}

async function readChain(
  place: MirrorPlace,
  sequence: number,
): Promise<Pick<MirrorIndex, "chain" | "superseded" | "isWhole" | "head"> & { readonly problem?: Problem }> {
  try {
    return await readIndex(place, { sequence });
  } catch (error) {
    const isLost = error instanceof HoldfastError && /^STORAGE_RUN_(MISSING|DAMAGED)$/.test(error.code);
    if (!isLost) throw error;
    const name = /^(\S+), the record/.exec(error.message)?.[1] ?? place.bucket;
    return {
      chain: [],
      superseded: [],
      isWhole: false,
      problem: { name, problem: "record-lost", detail: error.message },
    };
  }
}
