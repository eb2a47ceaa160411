import { formatByteSize } from "../../plan/byte-size.ts";
import { describeTargets } from "../support/describe-targets.ts";
import { median } from "../support/median.ts";
import type { DrillBenchReport } from "./run-drill-bench.ts";

/** The report as Markdown, for a person and for `bench/results/`. */
export function describeDrillBench(report: DrillBenchReport): string {
  const facts = Object.entries(report.machine).map(([name, value]) => `- ${name}: ${value}`);
  const row = (name: string, seconds: readonly number[]): string =>
    `| ${name} | ${median(seconds).toFixed(1)} | ${seconds.map((value) => value.toFixed(1)).join(", ")} |`;
  return [
    `# Drill bench of ${report.at}`,
    "",
    `Drills \`staging-restore\` of a database of ${formatByteSize(report.databaseBytes)}, each in a stack of its own on the same server, by the sandbox's engine where Pulumi is not installed; ${report.runs} rounds, medians.`,
    "",
    ...facts,
    "",
    "| part | median s | all s |",
    "|---|---|---|",
    row("restore", report.restore),
    row("proof", report.proof),
    row("stack made and destroyed, and the rest", report.other),
    "",
    ...describeTargets(report.targets),
  ].join("\n");
}
