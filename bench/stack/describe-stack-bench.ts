import { describeTargets } from "../support/describe-targets.ts";
import { median } from "../support/median.ts";
import type { StackBenchReport } from "./run-stack-bench.ts";

/** The report as Markdown, for a person and for `bench/results/`. */
export function describeStackBench(report: StackBenchReport): string {
  const facts = Object.entries(report.machine).map(([name, value]) => `- ${name}: ${value}`);
  const row = (name: string, seconds: readonly number[]): string =>
    `| ${name} | ${median(seconds).toFixed(1)} | ${seconds.map((value) => value.toFixed(1)).join(", ")} |`;
  const by = report.engine === "pulumi" ? "Pulumi" : "the sandbox's engine, which stands in for Pulumi";
  return [
    `# Stack bench of ${report.at}`,
    "",
    `The stack of the two sample products, ${report.resources} resources, on ministack and the simulated Supabase, by ${by}; ${report.runs} rounds on empty servers, medians.`,
    "",
    ...facts,
    "",
    "| step | median s | all s |",
    "|---|---|---|",
    row("preview", report.preview),
    row("preview, with all policies", report.previewWithPolicies),
    row("up", report.up),
    row("up again, without a change", report.upAgain),
    "",
    ...describeTargets(report.targets),
  ].join("\n");
}
