import type { DrillResult } from "../../drills/drill-result.ts";
import { formatDuration } from "../../plan/duration.ts";

/** A drill in words: verdict, figures beside their objectives, every reason against it, and what nobody looked at. */
export function describeDrill(result: DrillResult): string {
  const { restoreSeconds, proofSeconds, otherSeconds, checks, reasons } = result;
  return [
    `${result.verdict}: drill ${result.drill} with ${result.point}, ${checks - reasons.length} of ${checks} checks hold.`,
    `  restore ${seconds(restoreSeconds)}, proof ${seconds(proofSeconds)}, all else ${seconds(otherSeconds)}`,
    ...result.objectives.map((check) => `  ${check.verdict} ${check.name}: ${check.detail}`),
    ...(result.isVerifiedBefore ? [] : ["  the point had not been proved before"]),
    ...reasons
      .filter((check) => !result.objectives.includes(check))
      .map((check) => `  ${check.verdict} ${check.name}: ${check.detail}`),
    ...result.notChecked.map((what) => `  not checked: ${what}`),
    ...result.leftOvers.destroyed.map((name) => `  destroyed what a killed drill had left: ${name}`),
    ...result.leftOvers.failed.map((name) => `  warning: a killed drill's ${name} could not be destroyed`),
    ...(result.kept === undefined ? [] : [`Kept: ${result.kept}`]),
    ...(result.evidenceProblem === undefined
      ? []
      : [`  warning: no evidence of it: ${result.evidenceProblem}`]),
  ].join("\n");
}

const seconds = (count: number) => formatDuration(Math.ceil(count * 10) / 10);
