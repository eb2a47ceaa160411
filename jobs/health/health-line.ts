/** WARN: look at it this week. FAIL: what the plan promises does not hold. */
export type HealthVerdict = "PASS" | "WARN" | "FAIL";

/** One line of the check. */
export interface HealthLine {
  /** Stable; `docs/health.md` says what each means and what to do. Of one tier it ends in `.<tier>`. */
  readonly id: string;
  /** Absent for what concerns the whole environment. */
  readonly project?: string;
  readonly verdict: HealthVerdict;
  /** What was measured, or `not measured:` and why. */
  readonly figure: string;
  /** What it had to be. */
  readonly bound: string;
}

/** The judgement of one line, before it is known whose it is. */
export type Judged = Pick<HealthLine, "verdict" | "figure">;

export const pass = (figure: string): Judged => ({ verdict: "PASS", figure });
export const warn = (figure: string): Judged => ({ verdict: "WARN", figure });
export const fail = (figure: string): Judged => ({ verdict: "FAIL", figure });
/** What is not known never passes. */
export const notMeasured = (why: string): Judged => warn(`not measured: ${why}`);
