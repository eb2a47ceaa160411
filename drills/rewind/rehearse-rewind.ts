import type { RunSql } from "../../jobs/pitr/marker.ts";
import type { PitrOutcome } from "../../jobs/pitr/pitr-outcome.ts";
import { recoverToTime } from "../../jobs/pitr/recover-to-time.ts";
import type { Progress } from "../../jobs/progress.ts";
import type { Check } from "../../jobs/verdict.ts";
import type { Clock } from "../../plan/clock.ts";
import { formatDuration } from "../../plan/duration.ts";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import { redact } from "../../plan/redact.ts";
import { listBackups, type RecoveryWindow } from "../../supabase/calls/list-backups.ts";
import type { ManagementApi } from "../../supabase/management-api.ts";
import { sleep } from "../../supabase/sleep.ts";
import { waitUntil } from "../../supabase/wait-until.ts";
import type { RewindTiming } from "./rewind-timing.ts";
import {
  damageSampleRows,
  judgeSampleRows,
  readSampleRows,
  SAMPLE,
  type SampleRow,
  writeSampleRows,
} from "./sample-rows.ts";

export interface RewindRequest {
  readonly api: ManagementApi;
  /** Of the drill's own project: it is rewound in place. */
  readonly ref: string;
  /** Its database, not through the Management API. */
  readonly run: RunSql;
  /** Whose recovery is rehearsed: name and objective of time. */
  readonly project: Pick<ProjectPlan, "name" | "objectives">;
  readonly timing: RewindTiming;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/** The moment to be brought back, and what it held. */
export interface ChosenMoment {
  /** A whole second. */
  readonly target: Date;
  readonly before: readonly SampleRow[];
  readonly after: readonly SampleRow[];
}

/**
 * Writes rows, chooses a moment after them, and then writes more rows and damages two of the first: everything from
 * after the moment must be undone. The moment is old enough before and after that no commit lies on its edge.
 */
export async function makeMoment({
  run,
  timing,
  clock,
  signal,
}: Pick<RewindRequest, "run" | "timing" | "clock" | "signal">): Promise<ChosenMoment> {
  const before = await writeSampleRows(run, "before");
  const last = Math.max(...before.map(({ at }) => at.getTime()));
  const target = new Date(Math.ceil(last / 1000 + timing.ageSeconds) * 1000);
  // By both clocks, of the database and of this machine, the moment must have passed.
  for (;;) {
    const [row] = await run("SELECT extract(epoch FROM pg_catalog.clock_timestamp())::float8 AS now");
    const behind = target.getTime() / 1000 + 1.1 - Math.min(Number(row?.now), clock().getTime() / 1000);
    if (behind <= 0) break;
    await sleep(behind, signal);
  }
  const after = await writeSampleRows(run, "after");
  await damageSampleRows(run, before);
  return { target, before, after };
}

/** @returns how long it took and to where it reaches; undefined `seconds`: it did not in time */
export async function awaitArchive(
  { api, ref, timing, clock, signal }: RewindRequest,
  { target }: ChosenMoment,
): Promise<{ readonly seconds?: number; readonly window?: RecoveryWindow; readonly check: Check }> {
  const startedAt = clock().getTime();
  const name = "the archive reaches the moment";
  let window: RecoveryWindow | undefined;
  try {
    await waitUntil({
      what: `the recovery window of project ${ref}`,
      poll: (options) => listBackups(api, ref, options),
      onState: (backups) => {
        window = backups.window;
      },
      done: () => window !== undefined && window.latest >= target,
      deadlineSeconds: timing.archiveSeconds,
      intervalSeconds: timing.lagPollSeconds,
      clock,
      signal,
    });
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.code !== "WAIT_TIMED_OUT") throw error;
    const reach = window ? `it reaches ${window.latest.toISOString()}` : "there is no recovery window";
    const detail = `${formatDuration(timing.archiveSeconds)} after ${target.toISOString()} ${reach}`;
    return { ...(window && { window }), check: { name, verdict: "FAIL", detail } };
  }
  const seconds = (clock().getTime() - startedAt) / 1000;
  const detail = `${target.toISOString()} can be recovered ${formatDuration(seconds)} after the last row`;
  return { seconds, ...(window && { window }), check: { name, verdict: "PASS", detail } };
}

/** Rewinds the project to the moment, and compares every row of the sample with what the moment held. */
export async function rewindToMoment(
  { api, ref, run, project, timing, clock, progress, signal }: RewindRequest,
  { target, before }: ChosenMoment,
): Promise<{ readonly checks: readonly Check[]; readonly outcome: PitrOutcome }> {
  const outcome = await recoverToTime({
    ...{ api, ref, confirm: ref, target, project, marker: SAMPLE, timing, clock, progress, signal },
  });
  const { verdict, reasons, durationSeconds } = outcome;
  const detail =
    verdict === "PASS"
      ? `project ${ref} serves ${target.toISOString()} again after ${formatDuration(durationSeconds)}`
      : reasons.join("; ");
  const recovery: Check = { name: "recovery to a point in time", verdict, detail };
  // A database that is not back is a finding, as rows that differ are.
  const rows = await readSampleRows(run).catch((error: Error) => error);
  signal?.throwIfAborted();
  const compared = rows instanceof Error ? [unreadable(redact(rows.message))] : judgeSampleRows(before, rows);
  return { checks: [recovery, ...compared], outcome };
}

const unreadable = (why: string): Check => ({
  name: "rows of the moment",
  verdict: "FAIL",
  detail: `they cannot be read: ${why}`,
});
