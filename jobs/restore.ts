import pg from "pg";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { connect } from "../postgres/connect.ts";
import type { DatabaseAddress } from "../postgres/database-address.ts";
import { closeClient } from "../postgres/snapshot.ts";
import { checkChunks } from "../vault/check-chunks.ts";
import type { Manifest } from "../vault/manifest.ts";
import type { Vault } from "../vault/vault.ts";
import { isSelection } from "./is-selection.ts";
import { lockDatabase } from "./lock-database.ts";
import type { Progress } from "./progress.ts";
import { tryRecordEvidence } from "./record-evidence.ts";
import { admitTarget } from "./restore/admit-target.ts";
import type { Journal } from "./restore/journal.ts";
import type { NotRestored } from "./restore/not-restored.ts";
import type { RestoreContext } from "./restore/restore-context.ts";
import { restoreData } from "./restore/restore-data.ts";
import { restoreDatabaseProperties } from "./restore/restore-database-properties.ts";
import { restoreLargeObjects } from "./restore/restore-large-objects.ts";
import { makeRestorePlan } from "./restore/restore-plan.ts";
import { restorePostData } from "./restore/restore-post-data.ts";
import { forceRowSecurity, restorePreData } from "./restore/restore-pre-data.ts";
import { restoreSequences } from "./restore/restore-sequences.ts";
import { StatementRunner } from "./restore/statement-runner.ts";
import { typedError } from "./typed-error.ts";

export interface RestoreRequest {
  readonly vault: Vault;
  readonly manifest: Manifest;
  readonly target: DatabaseAddress;
  /** The target database's name, as the operator typed it. */
  readonly confirm: string | undefined;
  readonly workers: number;
  readonly progress: Progress;
  /** Checks everything and writes nothing. @default false */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface RestoreResult {
  readonly durationSeconds: number;
  /** True when an earlier, unfinished restore of the same point was continued. */
  readonly resumed: boolean;
  /** Roles, owners and grants that the target cannot have. */
  readonly notRestored: readonly NotRestored[];
  /** Why there is no evidence of this restore; absent when there is. */
  readonly evidenceProblem?: string;
}

/** More would not help: index builds share the machine, and the server's own workers add to them. */
const MAINTENANCE_MEMORY = "256MB";

/**
 * Restores a point into an empty database that the operator confirmed by name. Every chunk is read and checked
 * before the first row is written. Killed at any moment, the same call goes on where it stopped. Success and failure
 * both leave evidence, a dry run none.
 *
 * @throws HoldfastError those of admitTarget, CHUNK_MISSING, CHUNK_DAMAGED, KEY_DOES_NOT_OPEN, RESTORE_RUNNING,
 * STATEMENT_FAILED, ROWS_DIFFER
 */
export async function restore(request: RestoreRequest): Promise<RestoreResult> {
  const { vault, manifest } = request;
  if (request.dryRun) return await restoreInto(request);
  const facts = {
    point: manifest.id,
    tier: manifest.tier,
    seal: manifest.seal,
    target: request.target.database,
  };
  try {
    const result = await restoreInto(request);
    const evidenceProblem = await tryRecordEvidence(vault, "restore", manifest.project, {
      verdict: result.notRestored.length === 0 ? "PASS" : "PARTIAL",
      ...facts,
      ...result,
    });
    return { ...result, ...(evidenceProblem === undefined ? {} : { evidenceProblem }) };
  } catch (cause) {
    const error = typedError(cause, `The restore of ${manifest.id}`, request.signal);
    await tryRecordEvidence(vault, "restore", manifest.project, { verdict: "FAIL", ...facts, error });
    throw error;
  }
}

async function restoreInto(request: RestoreRequest): Promise<RestoreResult> {
  const { vault, manifest } = request;
  const startedAt = vault.clock().getTime();
  const context: RestoreContext = {
    ...request,
    connectTarget: (name) => connectTarget(request.target, name),
  };
  const control = await context.connectTarget("holdfast restore");
  try {
    await lockDatabase(control, "restore");
    const journal = await admitTarget(control, manifest, request.confirm);
    await requireWholePoint(request);
    const notRestored = request.dryRun === true ? [] : await write(context, control, journal);
    return {
      durationSeconds: (vault.clock().getTime() - startedAt) / 1000,
      resumed: journal.resumed,
      notRestored,
    };
  } finally {
    await closeClient(control);
  }
}

async function write(
  context: RestoreContext,
  control: pg.Client,
  journal: Journal,
): Promise<readonly NotRestored[]> {
  const plan = await makeRestorePlan(context, control, journal);
  const runner = new StatementRunner(journal, {
    partial: isSelection(context.manifest.scope),
    superuser: plan.filter.superuser,
  });
  await restorePreData(context, control, journal, runner, plan);
  await restoreData(context, journal);
  await restoreSequences(context, control, journal);
  await restoreLargeObjects(context, control, journal, runner, plan);
  await restorePostData(context, control, journal, runner, plan);
  await gatherStatistics(control, journal, runner);
  await forceRowSecurity(context, control, journal, runner, plan);
  await restoreDatabaseProperties(context, control, journal, runner, plan);
  await takeBack(control, journal, runner);
  const { notRestored } = runner;
  await journal.remove(control);
  return notRestored;
}

/** Statistics are not part of a point; without them the first queries would be planned blindly. */
async function gatherStatistics(
  control: pg.Client,
  journal: Journal,
  runner: StatementRunner,
): Promise<void> {
  if (journal.has("statistics")) return;
  let failure: string | undefined;
  await control.query("ANALYZE").catch((error: unknown) => {
    if (!(error instanceof pg.DatabaseError)) throw error;
    // Statistics of expressions call the database's own functions, which may fail.
    failure = error.message;
  });
  await journal.once(control, "statistics", async () => {
    if (failure === undefined) return;
    await runner.leaveOut(control, { what: "statistics of the planner", why: `ANALYZE failed: ${failure}` });
  });
}

/** Ends what only the restore needed, such as acting as the roles that it created. */
async function takeBack(control: pg.Client, journal: Journal, runner: StatementRunner): Promise<void> {
  await journal.once(control, "afterwards", async () => {
    for (const sql of journal.notes("afterwards"))
      await runner.run(control, { sql, mayFail: "could not be taken back" });
  });
}

async function connectTarget(target: DatabaseAddress, applicationName: string): Promise<pg.Client> {
  return await connect(target, {
    applicationName,
    // Nobody else is in the target: a lock is waited for, however long an index takes.
    lockTimeoutSeconds: 0,
    settings: {
      maintenance_work_mem: MAINTENANCE_MEMORY,
      xmloption: "content",
      // A crash loses the last commits and their journal lines together: the restore then goes on from there.
      synchronous_commit: "off",
    },
  });
}

/** Reads the whole point once, so that no row is written from a point that cannot be restored to its end. */
async function requireWholePoint(request: RestoreRequest): Promise<void> {
  const { vault, manifest, progress } = request;
  const total = manifest.chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
  let done = 0;
  const report = await checkChunks(vault, manifest, {
    concurrency: request.workers * 2,
    onBytes: (bytes) => {
      done += bytes;
      progress({ step: "check chunks", done, total });
    },
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
  const [first] = report.problems;
  if (first === undefined) return;
  const names = report.problems.slice(0, 5).map((problem) => `${problem.path} (${problem.problem})`);
  throw new HoldfastError({
    code: first.problem === "missing" ? "CHUNK_MISSING" : "CHUNK_DAMAGED",
    message: `${report.problems.length} of ${manifest.chunks.length} chunks of ${manifest.id} cannot be used: ${names.join(", ")}. Nothing was written to the target.`,
    hint: "Restore another point (npm run points lists them), the replica's copy (--replica), or the objects' earlier versions in the versioned bucket.",
  });
}
