import type { RunRecord } from "../../vault/mirror/run-record.ts";
import type { Verdict } from "../verdict.ts";
import type { Problem } from "./sync-report.ts";

/** Objects that were not copied as their row said: the next run asks for them by name, whenever they changed. */
const ASKED_AGAIN = new Set([
  "changed-while-copied",
  "damaged-at-source",
  "unavailable-at-source",
  "row-without-bytes",
]);
/** Where the catalog and the bytes disagree. */
const DISAGREEMENTS = new Set(["row-without-bytes", "damaged-at-source"]);
/** What a busy bucket does of itself; the next run settles it. */
const HARMLESS = new Set(["changed-while-copied", "deleted-while-copied"]);

/** The names that a run must ask for besides what changed. */
export function askedAgain(head: RunRecord | undefined): string[] {
  const names = head?.problems.filter(({ problem }) => ASKED_AGAIN.has(problem)).map(({ name }) => name);
  return [...new Set(names)];
}

/** Whether a run met a disagreement that the run before did not name already. */
export function disagreesAnew(problems: readonly Problem[], head: RunRecord | undefined): boolean {
  const named = new Set(head?.problems.map(({ name, version }) => JSON.stringify([name, version])));
  return problems.some(
    ({ name, version, problem }) => DISAGREEMENTS.has(problem) && !named.has(JSON.stringify([name, version])),
  );
}

/** PARTIAL when something could not be copied or is lost, and a person should look. */
export function syncVerdict({
  problems,
  problemsLeftOff,
}: Pick<RunRecord, "problems" | "problemsLeftOff">): Verdict {
  const isWhole = problemsLeftOff === 0 && problems.every(({ problem }) => HARMLESS.has(problem));
  return isWhole ? "PASS" : "PARTIAL";
}
