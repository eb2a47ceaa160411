import type { StorageRestoreResult } from "../../jobs/restore-storage.ts";
import { formatByteSize } from "../../plan/byte-size.ts";

/** A restore of one bucket in words: the figures in one line, then a line for each object that a person should know of. */
export function describeStorageRestore(result: StorageRestoreResult, dryRun: boolean): string {
  const { bucket, counts, verdict, findings, policies, durationSeconds, resumed, evidenceProblem } = result;
  const leftOff = counts.missing + counts.orphan + counts.changed - findings.length;
  const figures = `${counts.missing} missing, ${counts.orphan} not in the point, ${counts.changed} changed`;
  const headline = dryRun
    ? `${verdict} ${bucket}: can be restored but for ${counts.missing} objects. Nothing was written.`
    : `${verdict} ${bucket}: ${counts.restored} objects restored (${formatByteSize(counts.bytes)}) in ${durationSeconds.toFixed(1)} s, ${counts.alreadyThere} were there${resumed ? " from an earlier run" : ""}; ${figures}.`;
  return [
    headline,
    ...findings.map(({ name, problem, detail }) => `  ${problem} ${JSON.stringify(name)}: ${detail}`),
    ...(leftOff > 0 ? [`  and ${leftOff} more`] : []),
    ...policies.map((policy) => `  policy ${policy}`),
    ...(evidenceProblem === undefined ? [] : [`  warning: no evidence of it: ${evidenceProblem}`]),
  ].join("\n");
}
