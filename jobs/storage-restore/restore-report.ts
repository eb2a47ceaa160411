/**
 * `missing`: the point has it and the target does not. `orphan`: in the target and not in the point. `changed`: in the
 * target with other bytes than the point's; it is left as it is.
 */
export type RestoreProblem = "missing" | "orphan" | "changed";

export interface RestoreFinding {
  readonly name: string;
  readonly problem: RestoreProblem;
  readonly detail: string;
}

export interface StorageRestoreCounts {
  /** Objects that this run wrote. */
  readonly restored: number;
  /** Of them, in bytes. */
  readonly bytes: number;
  /** Objects that an earlier run of the same restore had written. */
  readonly alreadyThere: number;
  readonly missing: number;
  readonly orphan: number;
  readonly changed: number;
}

const NAMED = 1_000;

/** Counts everything and names the first thousand of each problem. */
export class RestoreReport {
  readonly counts = { restored: 0, bytes: 0, alreadyThere: 0, missing: 0, orphan: 0, changed: 0 };
  readonly #findings = new Map<RestoreProblem, RestoreFinding[]>();

  add(name: string, problem: RestoreProblem, detail: string): void {
    this.counts[problem] += 1;
    const named = this.#findings.get(problem) ?? [];
    this.#findings.set(problem, named);
    if (named.length < NAMED) named.push({ name, problem, detail });
  }

  get findings(): readonly RestoreFinding[] {
    return [...this.#findings.values()].flat();
  }
}
