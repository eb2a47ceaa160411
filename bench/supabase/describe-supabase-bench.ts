import { describeTargets } from "../support/describe-targets.ts";
import { median } from "../support/median.ts";
import { ALL, LISTED } from "./open-supabase-bench.ts";
import type { Audit, SupabaseBenchReport } from "./run-supabase-bench.ts";

const NAMES: Readonly<Record<string, string>> = {
  floor: `the same ${LISTED * 6} requests by bare fetch, 32 at once`,
  audit: `audit of ${LISTED} projects`,
  large: `audit of ${ALL} projects`,
  heldSmall: `audit of ${LISTED} projects, young generation of 4 MB`,
  heldLarge: `audit of ${ALL} projects, young generation of 4 MB`,
};

/** The report as Markdown, for a person and for `bench/results/`. */
export function describeSupabaseBench(report: SupabaseBenchReport): string {
  const facts = Object.entries(report.machine).map(([name, value]) => `- ${name}: ${value}`);
  const answers = Object.entries(report.answers).map(([status, count]) => `${count} × ${status}`);
  return [
    `# Audit bench of ${report.at}`,
    "",
    `Settings, recovery window, backups and schedule of simulated projects, six requests each, from a simulator in a process of its own; ${report.runs} rounds, medians. Every client is a process of its own. Memory is compared with a small young generation, which Node lets grow with the rate of garbage. Answers of all runs: ${answers.join(", ")}.`,
    "",
    ...facts,
    "",
    "| contender | median s | all s | peak MB |",
    "|---|---|---|---|",
    ...Object.entries(report.audits).map(([name, audits]) => row(NAMES[name] ?? name, audits)),
    "",
    `| ${LISTED} projects, listed first, at | s | the limit alone | peak MB |`,
    "|---|---|---|---|",
    ...report.limited.map(
      ({ limitPerMinute, seconds, floorSeconds, peakMegabytes }) =>
        `| ${limitPerMinute} requests a minute | ${seconds.toFixed(1)} | ${floorSeconds} | ${peakMegabytes.toFixed(0)} |`,
    ),
    "",
    ...describeTargets(report.targets),
  ].join("\n");
}

function row(name: string, audits: readonly Audit[]): string {
  const seconds = audits.map((one) => one.seconds);
  const peak = median(audits.map(({ peakMegabytes }) => peakMegabytes));
  const all = seconds.map((value) => value.toFixed(1)).join(", ");
  return `| ${name} | ${median(seconds).toFixed(1)} | ${all} | ${peak.toFixed(0)} |`;
}
