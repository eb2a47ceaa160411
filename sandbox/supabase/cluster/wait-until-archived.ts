import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { HoldfastError } from "../../../plan/holdfast-error.ts";
import { clusterPaths } from "./cluster-paths.ts";

const WAIT_SECONDS = 60;

/** Waits for a finished segment. Errors: `ARCHIVE_STALLED` after a minute. */
export async function waitUntilArchived(directory: string, segmentName: string): Promise<void> {
  const file = join(clusterPaths(directory).archive, segmentName);
  const deadline = performance.now() + WAIT_SECONDS * 1000;
  while (!existsSync(file)) {
    if (performance.now() > deadline)
      throw new HoldfastError({
        code: "ARCHIVE_STALLED",
        message: `Segment ${segmentName} did not reach the archive within ${WAIT_SECONDS} s`,
        hint: `Read postgres.log in ${directory}: it has what the archive command said`,
      });
    await sleep(10);
  }
}
