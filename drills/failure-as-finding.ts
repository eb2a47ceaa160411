import { HoldfastError } from "../plan/holdfast-error.ts";
import type { DrillFindings } from "./drill-context.ts";

/** What a restore ends with when the point or its keys are at fault, and neither the target nor the network. */
const AT_FAULT = [
  "MANIFEST_DAMAGED",
  "MANIFEST_DOCTORED",
  "CHUNK_MISSING",
  "CHUNK_DAMAGED",
  "CHUNK_MISPLACED",
  "KEY_DOES_NOT_OPEN",
  "STATEMENT_FAILED",
  "ROWS_DIFFER",
] as const;

/**
 * That a point cannot be restored is what a drill is there to find: a verdict, not a failure of the drill.
 * @throws any other error as it is
 */
export function failureAsFinding(error: unknown): DrillFindings {
  if (!(error instanceof HoldfastError) || !AT_FAULT.some((code) => code === error.code)) throw error;
  return {
    checks: [{ name: "restore", verdict: "FAIL", detail: `${error.code}: ${error.message}` }],
    isIncomplete: true,
    notChecked: ["everything after the restore, which did not come to its end"],
  };
}
