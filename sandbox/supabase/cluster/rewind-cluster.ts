import { HoldfastError } from "../../../plan/holdfast-error.ts";
import { PROJECT_USER } from "../../seed/seed-project.ts";
import { withClient } from "../../seed/with-client.ts";
import { openPostgresServer } from "../../servers/postgres-server.ts";
import type { ArchiveCoverage, Coverage } from "./archive-coverage.ts";
import type { BackupManifest } from "./base-backups.ts";
import { readClusterRecord } from "./cluster-record.ts";
import { clusterUrls } from "./cluster-urls.ts";
import { recoverBeside } from "./recover-beside.ts";
import { backupBefore, recoverableWindow } from "./recoverable-window.ts";
import { writeJournal } from "./rewind-journal.ts";
import type { OnRewindStep } from "./rewind-step.ts";
import { settleRewind } from "./settle-rewind.ts";
import { startCluster } from "./start-cluster.ts";

export interface RewindOptions {
  /** Ends the rewind while the cluster's own data is untouched; later it has no effect. */
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: OnRewindStep;
}

function checkWholeSecond(target: Date): void {
  if (target.getTime() % 1000 === 0) return;
  throw new HoldfastError({
    code: "REWIND_TARGET_INVALID",
    message: `The target ${Number.isNaN(target.getTime()) ? "is no date" : `${target.toISOString()} is not a whole second`}`,
    hint: "Name a whole second: what was committed at it or before is kept",
    exitCode: 2,
  });
}

function outside(ref: string, target: Date, why: string, coverage: Coverage | undefined): HoldfastError {
  const damage = coverage?.damage;
  return new HoldfastError({
    code: "REWIND_TARGET_OUTSIDE_WINDOW",
    message: `Project ${ref} cannot be rewound to ${target.toISOString()}: ${why}${damage ? `; ${damage}` : ""}`,
    hint: damage
      ? "Choose an earlier moment, and take a base backup to make later ones recoverable again"
      : "Choose a moment in between; a moment that has just passed is recoverable once a later commit is shipped",
    exitCode: 2,
  });
}

/** The backup to begin with. Errors: `REWIND_TARGET_INVALID`, `REWIND_TARGET_OUTSIDE_WINDOW`. */
function chooseBackup(directory: string, target: Date, coverage: Coverage | undefined): BackupManifest {
  checkWholeSecond(target);
  const { ref } = readClusterRecord(directory);
  const window = coverage && recoverableWindow(coverage);
  if (!coverage || !window) throw outside(ref, target, "nothing is recoverable yet", coverage);
  const backup = backupBefore(coverage, target);
  if (!backup || target < window.earliest || target > window.latest)
    throw outside(
      ref,
      target,
      `the window is ${window.earliest.toISOString()} to ${window.latest.toISOString()}`,
      coverage,
    );
  return backup;
}

async function passwordVerifier(directory: string): Promise<string> {
  return withClient(clusterUrls(directory).admin, async (client) => {
    const { rows } = await client.query<{ rolpassword: string }>(
      "SELECT rolpassword FROM pg_authid WHERE rolname = $1",
      [PROJECT_USER],
    );
    return rows[0]?.rolpassword ?? "";
  });
}

/**
 * Rewinds a cluster in place: what was committed at the target or before is there afterwards, what came later is not.
 * Transactions that commit within the same instant may be written in another order than that of their times; those
 * written after the first later one are not kept.
 *
 * The database is stopped first, so that nothing is accepted which the rewind would lose. It is recovered beside the
 * old data, which stays until that has succeeded: a failure, an abort or a kill before leaves the cluster as it was,
 * a kill after is finished by the next start. Then it runs on the same port with the current password, on a new
 * timeline, and has a new base backup.
 * Errors: `REWIND_TARGET_INVALID`, `REWIND_TARGET_OUTSIDE_WINDOW`, `BASE_BACKUP_DAMAGED`, `POSTGRES_NOT_STARTED`
 * when the archive is damaged before the target.
 */
export async function rewindCluster(
  directory: string,
  target: Date,
  archive: ArchiveCoverage,
  { signal, onStep = () => undefined }: RewindOptions = {},
): Promise<void> {
  await settleRewind(directory);
  const backup = chooseBackup(directory, target, await archive.read());
  signal?.throwIfAborted();
  await startCluster(directory);
  const request = { backup, target, signal, onStep, passwordVerifier: await passwordVerifier(directory) };
  writeJournal(directory, { step: "recovering" });
  onStep("begun");
  try {
    await openPostgresServer(directory)?.stop();
    onStep("stopped");
    const timeline = await recoverBeside(directory, request);
    writeJournal(directory, { step: "swapping", timeline });
  } catch (error) {
    await startCluster(directory);
    throw error;
  }
  onStep("decided");
  await startCluster(directory, onStep);
}
