import type pg from "pg";
import { openMirror } from "../../vault/mirror/open-mirror.ts";
import type { SegmentReference } from "../../vault/mirror/segment-reference.ts";
import { SegmentWriter } from "../../vault/mirror/segment-writer.ts";
import { runWorkers } from "../run-workers.ts";
import type { StorageSyncRequest } from "../storage-sync.ts";
import { copyPlanned } from "./copy-planned.ts";
import type { PlannedCopy } from "./plan-copies.ts";
import type { SyncReport } from "./sync-report.ts";

export interface Work {
  readonly guard: pg.Client;
  readonly run: string;
  readonly isFull: boolean;
  readonly report: SyncReport;
  readonly planned: AsyncGenerator<PlannedCopy>;
}

/** Copies what is planned with many workers, and writes what was copied into the run's part of the index. */
export async function copyAll(
  request: StorageSyncRequest,
  { guard, run, isFull, report, planned }: Work,
): Promise<readonly SegmentReference[]> {
  const { vault, project, bucket, source, progress, workers = 64 } = request;
  const mirror = await openMirror({ vault, project, bucket });
  const writer = new SegmentWriter(mirror, { run });
  let done = 0;
  const onDone = () => progress({ step: "copy objects", done: ++done, total: 0, unit: "items" });
  try {
    await runWorkers({
      items: Array.from({ length: workers }, (_, at) => at),
      workers,
      open: async () => undefined,
      close: async () => undefined,
      signal: request.signal,
      work: async (_item, _resource, _index, signal) => {
        const work = { source, mirror, writer, report, now: guard, isFull, onDone, signal };
        for (let next = await planned.next(); !next.done; next = await planned.next()) {
          signal.throwIfAborted();
          await copyPlanned(work, next.value);
        }
      },
    });
    return await writer.finish();
  } catch (error) {
    // What was copied is known to the next run.
    await writer.finish().catch(() => undefined);
    throw error;
  } finally {
    await planned.return(undefined);
    mirror.close();
  }
}
