import type { CheckpointCheck } from "./checkpoint-check.ts";
import type { DatabaseState, TableState } from "./read-state.ts";

/** Whether production is as the plan says it must be: critical tables hold rows, expected ones exist, checks hold. */
export function judgeState({ tables, checks }: DatabaseState): CheckpointCheck[] {
  return [...tables.map(judgeTable), ...checks.map((check) => ({ part: "state" as const, ...check }))];
}

function judgeTable({ table, critical, rows, problem }: TableState): CheckpointCheck {
  const name = `${critical ? "critical" : "expected"} table ${table}`;
  if (rows === undefined) return { part: "state", name, verdict: "FAIL", detail: problem ?? "not counted" };
  const isEmpty = critical && rows === 0;
  return {
    part: "state",
    name,
    verdict: isEmpty ? "FAIL" : "PASS",
    detail: isEmpty ? "it is empty" : rows === 1 ? "1 row" : `${rows} rows`,
  };
}
