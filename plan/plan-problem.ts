/** One thing that is wrong with a plan, complete enough to be put right without reading anything else. */
export interface PlanProblem {
  /** e.g. `projects[0].tiers.nightly.retain.days` */
  readonly path: string;
  /** Where it stands in the file, from 1. */
  readonly line?: number;
  /** What was found there, shortened and without secrets; `missing` when there is nothing. */
  readonly value: string;
  /** What it must be. */
  readonly bound: string;
  /** What to write instead. */
  readonly fix: string;
}

/** The same, found by a rule: the value is read from the plan. */
export interface Finding {
  readonly path: readonly PropertyKey[];
  readonly bound: string;
  readonly fix: string;
  readonly shown?: string;
  /** The key that an unknown one was probably meant to be. */
  readonly meant?: string;
}

/** `["projects", 0, "name"]` as `projects[0].name`. */
export function formatPath(path: readonly PropertyKey[]): string {
  const text = path.map((key) => {
    if (typeof key === "number") return `[${key}]`;
    const name = String(key);
    return /^[\w-]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
  });
  return text.join("").replace(/^\./, "") || "the plan";
}
