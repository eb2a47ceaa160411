/** The outcome of a proof. PARTIAL: nothing is wrong with what was checked, but not all could be checked. */
export type Verdict = "PASS" | "FAIL" | "PARTIAL";

export interface Check {
  readonly name: string;
  readonly verdict: Verdict;
  /** Why, with the figures met and the figures expected. */
  readonly detail: string;
  /** The name of the stored object that it is about, which also stands in `name`. */
  readonly object?: string;
}

/** FAIL when any check failed, else PARTIAL when any is partial, else PASS; no check at all proves nothing. */
export function overallVerdict(checks: readonly Check[]): Verdict {
  if (checks.some((check) => check.verdict === "FAIL")) return "FAIL";
  return checks.length === 0 || checks.some((check) => check.verdict === "PARTIAL") ? "PARTIAL" : "PASS";
}
