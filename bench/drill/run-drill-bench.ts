import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { holdfastDump } from "../contenders/holdfast.ts";
import { machineFacts } from "../support/machine-facts.ts";
import { measure } from "../support/measure.ts";
import { median } from "../support/median.ts";
import type { Bench } from "../support/open-bench.ts";
import type { BenchOptions } from "../support/run-bench.ts";
import { type Target, target } from "../support/targets.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const OTHER_PERCENT = 15;

const Drill = z.object({
  verdict: z.literal("PASS"),
  restoreSeconds: z.number(),
  proofSeconds: z.number(),
  otherSeconds: z.number(),
});

export interface DrillBenchReport {
  readonly at: string;
  readonly machine: Readonly<Record<string, string>>;
  readonly runs: number;
  readonly databaseBytes: number;
  /** Seconds of every round. */
  readonly restore: readonly number[];
  readonly proof: readonly number[];
  /** Stack made and destroyed, and all else. */
  readonly other: readonly number[];
  readonly targets: readonly Target[];
}

/** Rehearses the recovery of one point again and again, each time in a stack of its own. */
export async function runDrillBench(
  bench: Bench,
  { runs, say, signal }: BenchOptions,
): Promise<DrillBenchReport> {
  const { context, databaseBytes } = bench;
  say("Taking the point");
  await holdfastDump(context);
  const plan = drillPlan(bench);
  const rounds: z.output<typeof Drill>[] = [];
  for (let run = 1; run <= runs; run += 1) {
    signal.throwIfAborted();
    say(`Drill ${run} of ${runs}`);
    const { stdout } = await measure(
      process.execPath,
      ["scripts/drill.ts", "--plan", plan, "--kind", "staging-restore", "--json"],
      { env: drillEnvironment(bench), cwd: ROOT },
    );
    rounds.push(Drill.parse(JSON.parse(stdout)));
  }
  const shares = rounds.map(
    ({ restoreSeconds, proofSeconds, otherSeconds }) =>
      (100 * otherSeconds) / (restoreSeconds + proofSeconds + otherSeconds),
  );
  return {
    at: new Date().toISOString(),
    machine: machineFacts(),
    runs,
    databaseBytes,
    restore: rounds.map(({ restoreSeconds }) => restoreSeconds),
    proof: rounds.map(({ proofSeconds }) => proofSeconds),
    other: rounds.map(({ otherSeconds }) => otherSeconds),
    targets: [target("a drill's time outside restore and proof", median(shares), OTHER_PERCENT, true, "%")],
  };
}

/** The bench's plan, with its own server to restore into. */
function drillPlan({ context }: Bench): string {
  const plan: object = parse(readFileSync(context.planFile, "utf8"));
  const file = join(context.scratch, "drill-plan.yaml");
  const drills = {
    target: { kind: "server", connection: { env: "BENCH_SERVER_URL" } },
    backend: `file://${context.scratch}`,
  };
  writeFileSync(file, stringify({ ...plan, drills }));
  return file;
}

const drillEnvironment = ({ context }: Bench): NodeJS.ProcessEnv => ({
  ...context.env,
  BENCH_SERVER_URL: context.postgres.url("postgres"),
  PULUMI_CONFIG_PASSPHRASE: "of the bench alone",
  PATH: `${join(ROOT, "sandbox/bin")}:${join(ROOT, "node_modules/.bin")}:${process.env.PATH ?? ""}`,
});
