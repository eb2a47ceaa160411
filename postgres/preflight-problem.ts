/** Something that will make a backup fail, or make it lack what it should hold. */
export interface PreflightProblem {
  /** The object or setting. */
  readonly what: string;
  readonly why: string;
  /** The exact statement or setting that removes the problem. */
  readonly fix: string;
  /** True when the backup would fail; false when it works, but not always or not with everything. */
  readonly blocking: boolean;
}
