import { describeTargets } from "../support/describe-targets.ts";
import { median } from "../support/median.ts";
import type { AuditBenchReport, AuditRun } from "./run-audit-bench.ts";

/** The report as Markdown, for a person and for `bench/results/`. */
export function describeAuditBench(report: AuditBenchReport): string {
  const facts = Object.entries(report.machine).map(([name, value]) => `- ${name}: ${value}`);
  const row = (name: string, runs: readonly AuditRun[]): string => {
    const seconds = runs.map((run) => run.seconds);
    const peak = median(runs.map((run) => run.peakMegabytes));
    const all = seconds.map((value) => value.toFixed(1)).join(", ");
    return `| ${name} | ${median(seconds).toFixed(1)} | ${all} | ${peak.toFixed(0)} |`;
  };
  return [
    `# Audit bench of ${report.at}`,
    "",
    `\`npm run audit -- --only points\` of a vault with ${report.objects} objects in ${report.points} nightly points and a record of evidence for each, on ${report.store}; ${report.full.length} rounds, medians. Start of the process included.`,
    "",
    ...facts,
    `- load before the first round: ${report.load.toFixed(1)}`,
    "",
    "| vault | median s | all s | peak MB |",
    "|---|---|---|---|",
    row(`${report.objects} objects`, report.full),
    row("a tenth", report.tenth),
    "",
    ...describeTargets(report.targets),
  ].join("\n");
}
