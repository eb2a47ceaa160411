import { type CommandContext, runCommand } from "../scripts/lib/run-command.ts";
import { describeAuditBench } from "./audit/describe-audit-bench.ts";
import { openAuditBench } from "./audit/open-audit-bench.ts";
import { runAuditBench } from "./audit/run-audit-bench.ts";
import { describeDrillBench } from "./drill/describe-drill-bench.ts";
import { runDrillBench } from "./drill/run-drill-bench.ts";
import { describeStackBench } from "./stack/describe-stack-bench.ts";
import { runStackBench } from "./stack/run-stack-bench.ts";
import { describeStorageBench } from "./storage/describe-storage-bench.ts";
import { openStorageBench } from "./storage/open-storage-bench.ts";
import { runStorageBench } from "./storage/run-storage-bench.ts";
import { storageSizes } from "./storage/storage-project.ts";
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
  readonly share: number;
  readonly "no-save": boolean;
}

interface Measured {
  readonly report: { readonly at: string; readonly targets: readonly Target[] };
  readonly text: string;
}

const SUBJECTS = ["data", "supabase", "storage", "stack", "audit", "drill"] as const;
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
  async storage({ runs, share, "no-save": lost }, { say, signal }) {
    const bench = await openStorageBench(storageSizes(share / 100), runs, say);
    try {
      const report = await runStorageBench(bench, { runs, say, signal });
      const text = describeStorageBench(report);
      if (!lost) await saveBench(report, text, "storage");
      return { report, text };
    } finally {
      await bench.close();
    }
  },
  async stack({ runs, "no-save": lost }, { say, signal }) {
    const report = await runStackBench({ runs, say, signal });
    const text = describeStackBench(report);
    if (!lost) await saveBench(report, text, "stack");
    return { report, text };
  },
  async drill({ scale, runs, "no-save": lost }, { say, signal }) {
    const bench = await openBench(scale, say);
    try {
      const report = await runDrillBench(bench, { runs, say, signal });
      const text = describeDrillBench(report);
      if (!lost) await saveBench(report, text, "drill");
      return { report, text };
    } finally {
      await bench.close();
    }
  },
  async audit({ runs, share, "no-save": lost }, { say, signal }) {
    const bench = await openAuditBench(share / 100, say);
    try {
      const report = await runAuditBench(bench, { runs, say, signal });
      const text = describeAuditBench(report);
      if (!lost) await saveBench(report, text, "audit");
      return { report, text };
    } finally {
      await bench.close();
    }
  },
};

await runCommand({
  name: "bench",
  summary:
    "Measure dump, restore and proof, and copies of Storage, against the tools users would pick instead, an audit of 1,000 projects against the limits of Supabase's API, preview and up of the stack, an audit of a vault of 100,000 objects, and what of a drill is neither restore nor proof.",
  usage: "npm run bench -- [WHAT] [--scale N] [--share N] [--runs N] [--no-save]",
  positionals: { placeholder: "WHAT", description: "what to measure; all without it", choices: SUBJECTS },
  options: {
    scale: { type: "integer", default: 1, min: 1, max: 50, description: "database size; 1 is about 2.2 GB" },
    share: {
      type: "integer",
      default: 100,
      min: 1,
      max: 100,
      description: "percent of the stored objects, of storage and audit; below 100 is a trial",
    },
    runs: { type: "integer", default: 3, min: 1, max: 9, description: "how often each contender runs" },
    "no-save": { type: "boolean", description: "do not write bench/results/" },
  },
  examples: [
    "npm run bench",
    "npm run bench -- supabase",
    "npm run bench -- data --runs 1 --no-save",
    "npm run bench -- storage --share 5 --no-save",
  ],
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
