import { MAXIMUM_PROBLEMS, type RunRecord } from "../../vault/mirror/run-record.ts";

export type Problem = RunRecord["problems"][number];

/** Counts what a sync did; of its problems the first thousand are kept by name. */
export class SyncReport {
  readonly counts: Record<string, number> = {
    copied: 0,
    bytes: 0,
    unchanged: 0,
    missingAtSource: 0,
    changedWhileCopied: 0,
    deletedWhileCopied: 0,
    rowsWithoutBytes: 0,
    bytesWithoutRows: 0,
    damagedAtSource: 0,
    unavailable: 0,
    missingInMirror: 0,
    expired: 0,
  };
  readonly problems: Problem[] = [];
  problemsLeftOff = 0;

  count(what: string, by = 1): void {
    this.counts[what] = (this.counts[what] ?? 0) + by;
  }

  add(problem: Problem): void {
    if (this.problems.length < MAXIMUM_PROBLEMS) this.problems.push(problem);
    else this.problemsLeftOff += 1;
  }
}
