import { loadavg } from "node:os";
import { resolve } from "node:path";
import { machineFacts } from "../support/machine-facts.ts";
import { measure } from "../support/measure.ts";
import { median } from "../support/median.ts";
import type { BenchOptions } from "../support/run-bench.ts";
import { type Target, target } from "../support/targets.ts";
import type { AuditBench } from "./open-audit-bench.ts";

export interface AuditRun {
  readonly seconds: number;
  readonly peakMegabytes: number;
}

export interface AuditBenchReport {
  readonly at: string;
  readonly machine: Readonly<Record<string, string>>;
  readonly store: string;
  readonly points: number;
  readonly objects: number;
  /** Processes waiting to run in the minute before the first round: other work on the machine. */
  readonly load: number;
  readonly full: readonly AuditRun[];
  readonly tenth: readonly AuditRun[];
  readonly targets: readonly Target[];
}

const SCRIPT = resolve(import.meta.dirname, "../../scripts/audit.ts");
const SECONDS = 60;
const PEAK_MEGABYTES = 300;
/** Of the memory that a tenth takes. */
const GROWTH = 1.5;

/** Audits the points of the whole vault and of a tenth of it, in turns, each in a process of its own. */
export async function runAuditBench(
  bench: AuditBench,
  { runs, say, signal }: BenchOptions,
): Promise<AuditBenchReport> {
  const load = loadavg()[0] ?? 0;
  const measured = { full: [] as AuditRun[], tenth: [] as AuditRun[] };
  for (let run = 1; run <= runs; run += 1) {
    for (const size of ["tenth", "full"] as const) {
      signal.throwIfAborted();
      const one = await audit(bench, bench[size]);
      say(`  round ${run}, ${size}: ${one.seconds.toFixed(1)} s, ${one.peakMegabytes.toFixed(0)} MB`);
      measured[size].push(one);
    }
  }
  const of = (size: keyof typeof measured, what: keyof AuditRun) =>
    median(measured[size].map((one) => one[what]));
  const { points, chunks } = bench.full;
  return {
    ...{ at: new Date().toISOString(), machine: machineFacts(), store: bench.store },
    ...{ points, objects: points * (chunks + 1), load, ...measured },
    targets: [
      target("audit of the vault", of("full", "seconds"), SECONDS, true, "s"),
      target("its peak memory", of("full", "peakMegabytes"), PEAK_MEGABYTES, true, "MB"),
      target(
        "its peak memory, of that of a tenth",
        of("full", "peakMegabytes") / of("tenth", "peakMegabytes"),
        GROWTH,
        true,
        "×",
      ),
    ],
  };
}

/** An audit that did not see every point would be a quick one. */
async function audit(
  { env }: AuditBench,
  { plan, points }: { plan: string; points: number },
): Promise<AuditRun> {
  const args = [SCRIPT, "--plan", plan, "--only", "points", "--json"];
  const { stdout, seconds, peakMegabytes } = await measure(process.execPath, args, { env });
  const { verdict, facts } = JSON.parse(stdout) as {
    verdict: string;
    facts: { id: string; declared: string }[];
  };
  const gaps = facts.find(({ id }) => id.startsWith("points.gaps/"))?.declared;
  if (verdict !== "PASS" || !gaps?.startsWith(`none missing of ${points}:`))
    throw new Error(`the audit is ${verdict} and sees ${gaps}`);
  return { seconds, peakMegabytes };
}
