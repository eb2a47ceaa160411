import type { IndexRow } from "../../vault/mirror/index-row.ts";
import type { MirrorPlace } from "../../vault/mirror/mirror-place.ts";
import { openMirror } from "../../vault/mirror/open-mirror.ts";
import { SMALL_OBJECT_BYTES } from "../../vault/mirror/put-mirror-object.ts";
import type { SegmentReference } from "../../vault/mirror/segment-reference.ts";
import { SegmentWriter } from "../../vault/mirror/segment-writer.ts";
import { planPartSize } from "../../vault/plan-part-size.ts";
import type { Progress } from "../progress.ts";
import { runEach } from "../run-each.ts";
import { ByteBudget } from "./byte-budget.ts";
import { type CopyWork, copyPlanned } from "./copy-planned.ts";
import type { PlannedCopy } from "./plan-copies.ts";
import { SourceOutage } from "./source-outage.ts";

export interface Copying extends Pick<CopyWork, "source" | "guard" | "isFull" | "retainDays" | "report"> {
  readonly place: MirrorPlace;
  readonly run: string;
  /** Rows of earlier runs that this one's index begins with. */
  readonly carried: AsyncIterable<IndexRow>;
  readonly planned: AsyncGenerator<PlannedCopy>;
  readonly workers: number;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/** Of all objects that are under way, in bytes: their number alone does not bound the memory they take. */
const IN_FLIGHT_BYTES = 96 * 1024 * 1024;
const LEAST_BYTES = 64 * 1024;

/** Copies what is planned with many workers, and writes what was copied into the run's part of the index. */
export async function copyAll(copying: Copying): Promise<readonly SegmentReference[]> {
  const { place, run, carried, planned, workers, progress, report } = copying;
  const mirror = await openMirror(place);
  const writer = new SegmentWriter(mirror, { run });
  const budget = new ByteBudget(IN_FLIGHT_BYTES);
  const { bucket, shard } = place;
  const outage = new SourceOutage({ ...copying, bucket, shard });
  let done = 0;
  try {
    for await (const row of carried) await writer.add(row);
    await runEach({
      items: planned,
      workers,
      signal: copying.signal,
      work: async (item, signal) => {
        await budget.within(heldBytes(item), () =>
          copyPlanned({ ...copying, mirror, writer, outage, signal }, item),
        );
        if (item.row) progress({ step: "copy objects", done: ++done, total: 0, unit: "items" });
      },
    });
    // Few objects, and none of them to be had: no run that is worth a record.
    if (report.counts.copied === 0 && report.counts.unchanged === 0) await outage.ended();
    return await writer.finish();
  } catch (error) {
    // What was copied is known to the next run.
    await writer.finish().catch(() => undefined);
    throw error;
  } finally {
    mirror.close();
  }
}

/** A small object is held plain, joined and encrypted; of a large one some parts. */
function heldBytes({ row, isCurrent }: PlannedCopy): number {
  if (row === undefined || isCurrent) return 0;
  const { size = SMALL_OBJECT_BYTES + 1 } = row;
  return size <= SMALL_OBJECT_BYTES ? LEAST_BYTES + 3 * size : 4 * planPartSize(size);
}
