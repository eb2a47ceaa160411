import { readClusterRecord } from "./cluster-record.ts";
import { readJournal, removeJournal } from "./rewind-journal.ts";
import type { OnRewindStep } from "./rewind-step.ts";
import { finishPasswordChange } from "./set-cluster-password.ts";
import { settleRewind } from "./settle-rewind.ts";
import { startClusterServer } from "./start-cluster-server.ts";
import { takeBaseBackup } from "./take-base-backup.ts";

/** Starts a cluster, after it has finished or undone what a killed process left; no effect on one that runs. */
export async function startCluster(directory: string, onStep: OnRewindStep = () => undefined): Promise<void> {
  await settleRewind(directory, onStep);
  await startClusterServer(directory, readClusterRecord(directory));
  await finishPasswordChange(directory);
  if (readJournal(directory)?.step !== "protecting") return;
  onStep("started");
  await takeBaseBackup(directory);
  onStep("backed up");
  removeJournal(directory);
}
