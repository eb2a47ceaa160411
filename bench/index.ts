import { type CommandContext, runCommand } from "../scripts/lib/run-command.ts";
import { describeSupabaseBench } from "./supabase/describe-supabase-bench.ts";
import { openSupabaseBench } from "./supabase/open-supabase-bench.ts";
import { runSupabaseBench } from "./supabase/run-supabase-bench.ts";
import { describeBench } from "./support/describe-bench.ts";
import { openBench } from "./support/open-bench.ts";
import { runBench } from "./support/run-bench.ts";
import { saveBench } from "./support/save-bench.ts";
import type { Target } from "./support/targets.ts";

interface Options {
  readonly scale: number;
  readonly runs: number;
  readonly "no-save": boolean;
}

interface Measured {
  readonly report: { readonly at: string; readonly targets: readonly Target[] };
  readonly text: string;
}

const SUBJECTS = ["data", "supabase"] as const;
type Subject = (typeof SUBJECTS)[number];

const BENCHES: Readonly<Record<Subject, (options: Options, context: CommandContext) => Promise<Measured>>> = {
  async data({ scale, runs, "no-save": lost }, { say, signal }) {
    const bench = await openBench(scale, say);
    try {
      const report = await runBench(bench, { runs, say, signal });
      const text = describeBench(report);
      if (!lost) await saveBench(report, text);
      return { report, text };
    } finally {
      await bench.close();
    }
  },
  async supabase({ runs, "no-save": lost }, { say, signal }) {
    const bench = await openSupabaseBench(say);
    try {
      const report = await runSupabaseBench(bench, { runs, say, signal });
      const text = describeSupabaseBench(report);
      if (!lost) await saveBench(report, text, "supabase");
      return { report, text };
    } finally {
      await bench.close();
    }
  },
};

await runCommand({
  name: "bench",
  summary:
    "Measure dump, restore and proof against the tools users would pick instead, and an audit of 1,000 projects against the limits of Supabase's API.",
  usage: "npm run bench -- [WHAT] [--scale N] [--runs N] [--no-save]",
  positionals: { placeholder: "WHAT", description: "what to measure; all without it", choices: SUBJECTS },
  options: {
    scale: { type: "integer", default: 1, min: 1, max: 50, description: "database size; 1 is about 2.2 GB" },
    runs: { type: "integer", default: 3, min: 1, max: 9, description: "how often each contender runs" },
    "no-save": { type: "boolean", description: "do not write bench/results/" },
  },
  examples: ["npm run bench", "npm run bench -- supabase", "npm run bench -- data --runs 1 --no-save"],
  async run(options, context) {
    const asked = SUBJECTS.filter(
      (subject) => context.positionals.length === 0 || context.positionals.includes(subject),
    );
    const measured: Record<string, Measured> = {};
    for (const subject of asked) measured[subject] = await BENCHES[subject](options, context);
    const all = Object.values(measured);
    const reports = Object.entries(measured).map(([subject, { report }]) => [subject, report]);
    const isMet = all.every(({ report }) => report.targets.every(({ met }) => met));
    return {
      result: Object.fromEntries(reports),
      text: all.map(({ text }) => text).join("\n\n"),
      exitCode: isMet ? 0 : 3,
    };
  },
});
