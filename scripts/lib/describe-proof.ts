import type { VerifyResult } from "../../jobs/verify.ts";

/** A proof in words: verdict, every reason against it, what passed in one line, and what nobody looked at. */
export function describeProof(result: VerifyResult): string {
  const reasons = result.checks.filter((check) => check.verdict !== "PASS");
  const passed = result.checks.length - reasons.length;
  return [
    `${result.verdict}: ${passed} of ${result.checks.length} checks hold (${result.durationSeconds.toFixed(1)} s).`,
    ...reasons.map((check) => `  ${check.verdict} ${check.name}: ${check.detail}`),
    ...result.notChecked.map((what) => `  not checked: ${what}`),
    ...(result.evidenceProblem === undefined
      ? []
      : [`  warning: no evidence of it: ${result.evidenceProblem}`]),
  ].join("\n");
}
