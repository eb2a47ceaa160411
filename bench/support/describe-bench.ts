import { formatByteSize } from "../../plan/byte-size.ts";
import { describeTargets } from "./describe-targets.ts";
import type { BenchReport } from "./run-bench.ts";

/** The report as Markdown, for a person and for `bench/results/`. */
export function describeBench(report: BenchReport): string {
  const facts = Object.entries(report.machine).map(([name, value]) => `- ${name}: ${value}`);
  const rows = Object.entries(report.seconds).map(
    ([name, values]) =>
      `| ${name} | ${(report.medians[name] ?? 0).toFixed(1)} | ${values.map((value) => value.toFixed(1)).join(", ")} |`,
  );
  return [
    `# Bench of ${report.at}`,
    "",
    `Database ${formatByteSize(report.databaseBytes)} on disk, ${formatByteSize(report.plainBytes)} as COPY text, ${formatByteSize(report.storedBytes)} stored; ${report.runs} rounds, medians.`,
    "",
    ...facts,
    "",
    "| contender | median s | all s |",
    "|---|---|---|",
    ...rows,
    "",
    ...describeTargets(report.targets),
  ].join("\n");
}
