import type { EvidenceRecord } from "../../vault/evidence/evidence-record.ts";

/** A backup and how long it took, from its first connection until its manifest stood. */
export interface MeasuredBackup {
  readonly point: string;
  readonly durationSeconds: number;
}

/**
 * The longest of a project's backups by its evidence. Those that a later run settled are left out: how long they took
 * was not measured.
 */
export function longestBackup(
  evidence: readonly EvidenceRecord[],
  project: string,
): MeasuredBackup | undefined {
  const measured = evidence.flatMap(({ kind, project: of, body }): MeasuredBackup[] => {
    const { verdict, point, durationSeconds, settledByLaterRun } = body;
    const counts = kind === "backup" && of === project && verdict === "PASS" && settledByLaterRun !== true;
    return counts && typeof point === "string" && typeof durationSeconds === "number"
      ? [{ point, durationSeconds }]
      : [];
  });
  return measured.toSorted((a, b) => b.durationSeconds - a.durationSeconds)[0];
}
