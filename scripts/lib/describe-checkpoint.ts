import type { CheckpointResult } from "../../jobs/checkpoint/checkpoint-result.ts";
import { formatDuration } from "../../plan/duration.ts";

/** A checkpoint in words: verdict, reasons, and the figures of the recovery-point sheet, a line each. */
export function describeCheckpoint(result: CheckpointResult): string {
  const { checks, reasons, evidenceProblem } = result;
  const what = result.checkpoint ?? (result.dryRun ? "dry run, no point was taken" : "no point stands");
  const blocked = result.verdict === "FAIL" ? " The deployment is blocked." : "";
  return [
    `${result.verdict}: ${what}; ${checks.length - reasons.length} of ${checks.length} checks hold (${result.durationSeconds.toFixed(1)} s).${blocked}`,
    ...reasons.map(({ verdict, name, detail }) => `  ${verdict} ${name}: ${detail}`),
    ...result.counts.flatMap(({ table, rows }) => (rows === undefined ? [] : [`  ${table}: ${rows} rows`])),
    ...recovery(result),
    ...(result.restorePoint ? [`  restore point at Supabase: ${result.restorePoint.detail}`] : []),
    ...result.notChecked.map((one) => `  not checked: ${one}`),
    ...(evidenceProblem === undefined ? [] : [`  warning: no evidence of it: ${evidenceProblem}`]),
  ].join("\n");
}

function recovery(result: CheckpointResult): string[] {
  const { lastBackup, previousCheckpoint, sameRelease, recoveryWindow, estimate, window, windowWhy } = result;
  const lag = window ? `, ${formatDuration(Math.floor(window.lagSeconds))} behind` : "";
  return [
    `  last backup: ${lastBackup ? `${lastBackup.id}, ${formatDuration(lastBackup.ageSeconds)} old` : "none"}`,
    `  previous checkpoint: ${previousCheckpoint ?? "none"}`,
    ...(sameRelease.length > 0 ? [`  of the same release: ${sameRelease.join(", ")}`] : []),
    `  recovery window: ${recoveryWindow ? `${recoveryWindow.hours} hours${lag}` : "none before this checkpoint"}`,
    ...(windowWhy === undefined ? [] : [`  no point-in-time recovery: ${windowWhy}`]),
    `  estimated recovery: ${estimate ? `${estimate.minutes} minutes, by ${estimate.from.length} measured drills` : "no drill was measured yet"}`,
  ];
}
