import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openPostgresServer } from "../../servers/postgres-server.ts";
import { clusterPaths } from "./cluster-paths.ts";
import { readClusterRecord, writeClusterRecord } from "./cluster-record.ts";
import { readJournal, removeJournal, writeJournal } from "./rewind-journal.ts";
import type { OnRewindStep } from "./rewind-step.ts";

const removeTree = (path: string): void => rmSync(path, { recursive: true, force: true });

/** Puts the recovered data in the place of the cluster's; does the rest of it where a killed process did a part. */
function swapData(directory: string, onStep: OnRewindStep): void {
  const { data, discarded, rewind } = clusterPaths(directory);
  const recovered = join(rewind, "data");
  if (!existsSync(recovered)) return;
  if (existsSync(data)) {
    removeTree(discarded);
    renameSync(data, discarded);
  }
  onStep("set aside");
  renameSync(recovered, data);
  onStep("put in place");
}

/**
 * Brings the files of a rewind that is under way to an end: undone while it was recovering, done once that had
 * succeeded. It may be killed and called again at any moment. The cluster's server must not run in a swap.
 */
export async function settleRewind(directory: string, onStep: OnRewindStep = () => undefined): Promise<void> {
  const journal = readJournal(directory);
  if (!journal) return;
  const { rewind, discarded } = clusterPaths(directory);
  await openPostgresServer(rewind)?.kill();
  if (journal.step === "swapping") {
    swapData(directory, onStep);
    writeClusterRecord(directory, { ...readClusterRecord(directory), timeline: journal.timeline });
    writeJournal(directory, { step: "protecting" });
  }
  removeTree(discarded);
  removeTree(rewind);
  if (journal.step === "recovering") removeJournal(directory);
  onStep("tidied");
}
