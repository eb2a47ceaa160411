import type { EvidenceBody } from "../record-evidence.ts";
import type { CheckpointResult } from "./checkpoint-result.ts";

/** As many as a person reads; the rest is in the run's own output. */
const REASONS = 50;

/** What stays of a checkpoint: its figures, its reasons, who took it. */
export function checkpointEvidence(result: CheckpointResult): EvidenceBody {
  const { proof, point, lastBackup, estimate } = result;
  return {
    verdict: result.verdict,
    point: result.checkpoint ?? null,
    checkpoint: result.checkpoint ?? null,
    gitDescribe: result.gitDescribe,
    countedAt: result.countedAt,
    counts: result.counts,
    window: result.window,
    windowWhy: result.windowWhy,
    restorePoint: result.restorePoint,
    storedBytes: point?.storedBytes,
    chunks: point?.chunks,
    proof: proof && {
      verdict: proof.verdict,
      where: proof.where,
      checks: proof.checks,
      restoreSeconds: proof.restoreSeconds,
      proofSeconds: proof.proofSeconds,
    },
    lastBackupAt: lastBackup?.at ?? null,
    previousCheckpoint: result.previousCheckpoint ?? null,
    sameRelease: result.sameRelease,
    recoveryWindow: result.recoveryWindow,
    estimatedRecoveryMinutes: estimate?.minutes ?? null,
    estimateFrom: estimate?.from ?? [],
    signOff: result.signOff,
    reasons: result.reasons.slice(0, REASONS),
    checks: result.checks.length,
    notChecked: result.notChecked,
    durationSeconds: result.durationSeconds,
  };
}
