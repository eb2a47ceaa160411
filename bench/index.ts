import { runCommand } from "../scripts/lib/run-command.ts";
import { describeBench } from "./support/describe-bench.ts";
import { openBench } from "./support/open-bench.ts";
import { runBench } from "./support/run-bench.ts";
import { saveBench } from "./support/save-bench.ts";

await runCommand({
  name: "bench",
  summary: "Measure dump, restore and proof against the tools users would pick instead, on the same data.",
  usage: "npm run bench -- [--scale N] [--runs N] [--no-save]",
  options: {
    scale: { type: "integer", default: 1, min: 1, max: 50, description: "database size; 1 is about 2.2 GB" },
    runs: { type: "integer", default: 3, min: 1, max: 9, description: "how often each contender runs" },
    "no-save": { type: "boolean", description: "do not write bench/results/" },
  },
  examples: ["npm run bench", "npm run bench -- --runs 1 --no-save"],
  async run(options, { say, signal }) {
    const bench = await openBench(options.scale, say);
    try {
      const report = await runBench(bench, { runs: options.runs, say, signal });
      const text = describeBench(report);
      if (!options["no-save"]) await saveBench(report, text);
      return { result: report, text, exitCode: report.targets.every((target) => target.met) ? 0 : 3 };
    } finally {
      await bench.close();
    }
  },
});
