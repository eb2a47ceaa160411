import { formatDuration } from "./duration.ts";
import type { Condition, Expectation } from "./schema/condition.ts";

/**
 * Compares the result of a smoke query with what the plan expects.
 * @param rows as the driver returns them: numbers may be texts, timestamps texts or dates
 * @param pointTakenAt when the recovery point (or the live database) was read; `newerThan` counts back from it
 * @returns one sentence for each condition that does not hold; empty when all do
 */
export function expectationProblems(
  expectation: Expectation,
  rows: readonly Readonly<Record<string, unknown>>[],
  pointTakenAt: Date,
): string[] {
  const problems: string[] = [];
  if (expectation.rows) {
    problems.push(...conditionProblems("the number of rows", rows.length, expectation.rows, pointTakenAt));
  }
  for (const [column, condition] of Object.entries(expectation.everyRow ?? {})) {
    rows.forEach((row, index) => {
      const name = `"${column}" in row ${index + 1}`;
      if (!Object.hasOwn(row, column)) problems.push(`${name}: the result has no such column`);
      else problems.push(...conditionProblems(name, row[column], condition, pointTakenAt));
    });
  }
  return problems;
}

function conditionProblems(name: string, value: unknown, condition: Condition, at: Date): string[] {
  // NULL satisfies nothing: an empty table must not pass as "newer than" or "at least".
  if (value === null || value === undefined) return [`${name} is NULL`];
  const shown = show(value);
  const { equals, oneOf, min, max, newerThanSeconds } = condition;
  const problems: string[] = [];
  if (equals !== undefined && shown !== String(equals))
    problems.push(`${name} is ${shown}, expected ${equals}`);
  if (oneOf && !oneOf.some((allowed) => String(allowed) === shown)) {
    problems.push(`${name} is ${shown}, expected one of ${oneOf.join(", ")}`);
  }
  const number = typeof value === "string" && value.trim() === "" ? Number.NaN : Number(value);
  // NaN compares false with everything, so the condition is what must be true.
  if (min !== undefined && !(number >= min)) problems.push(`${name} is ${shown}, expected at least ${min}`);
  if (max !== undefined && !(number <= max)) problems.push(`${name} is ${shown}, expected at most ${max}`);
  if (newerThanSeconds !== undefined) {
    const ageSeconds = (at.getTime() - toDate(value).getTime()) / 1_000;
    if (!(ageSeconds <= newerThanSeconds)) {
      problems.push(
        `${name} is ${shown}, expected at most ${formatDuration(newerThanSeconds)} before ${at.toISOString()}`,
      );
    }
  }
  return problems;
}

const show = (value: unknown) => (value instanceof Date ? value.toISOString() : String(value));

/** PostgreSQL writes `2026-01-31 02:00:00.123+00`; without a zone it is taken as UTC, as our sessions are. */
function toDate(value: unknown): Date {
  if (value instanceof Date) return value;
  const text = String(value).trim().replace(" ", "T");
  const zoned = /(?:Z|[+-]\d{2}(?::?\d{2})?)$/i.test(text.slice(10))
    ? text
    : `${text}${text.length > 10 ? "Z" : ""}`;
  return new Date(zoned.replace(/([+-]\d{2})$/, text.length > 10 ? "$1:00" : "$1"));
}
