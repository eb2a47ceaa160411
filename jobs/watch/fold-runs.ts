import type { EvidenceRecord } from "../../vault/evidence/evidence-record.ts";
import { runPlace } from "./run-place.ts";
import type { LastRun } from "./watch-state.ts";

/**
 * How the last run of each backup and sync ended: what was known, and what evidence adds.
 * @param evidence in any order; records that are known already change nothing
 */
export function foldRuns(
  known: Readonly<Record<string, LastRun>>,
  evidence: readonly EvidenceRecord[],
): Record<string, LastRun> {
  const runs: Record<string, LastRun> = { ...known };
  const ordered = evidence.toSorted((a, b) => a.sequence - b.sequence);
  for (const record of ordered) {
    const place = placeOf(record);
    if (place === undefined) continue;
    const at = new Date(record.at);
    const before = runs[place];
    if (before === undefined || at >= before.at) runs[place] = runOf(record, at);
  }
  return runs;
}

function placeOf({ kind, project, body }: EvidenceRecord): string | undefined {
  const { tier, bucket, shard } = body;
  if (project === undefined) return undefined;
  if (kind === "backup" && typeof tier === "string") return runPlace(project, { tier });
  if (kind !== "storage-sync" || typeof bucket !== "string") return undefined;
  return runPlace(project, { bucket, ...(typeof shard === "string" && { shard }) });
}

function runOf({ body }: EvidenceRecord, at: Date): LastRun {
  const { verdict, point, error, durationSeconds, settledByLaterRun } = body;
  const code = error !== null && typeof error === "object" && "code" in error ? error.code : undefined;
  const what = verdict === "FAIL" ? code : point;
  const isMeasured = typeof durationSeconds === "number" && settledByLaterRun !== true;
  return {
    at,
    isFailed: verdict === "FAIL",
    ...(typeof what === "string" && { what }),
    ...(isMeasured && { durationSeconds }),
  };
}
