import { resolve } from "node:path";
import { z } from "zod";
import type { SupabaseServer } from "../../sandbox/servers/supabase-server.ts";
import { machineFacts } from "../support/machine-facts.ts";
import { measure } from "../support/measure.ts";
import { median } from "../support/median.ts";
import type { BenchOptions } from "../support/run-bench.ts";
import { type Target, target } from "../support/targets.ts";
import { ALL, LISTED, ORGANIZATION, type SupabaseBench } from "./open-supabase-bench.ts";

export interface SupabaseBenchReport {
  readonly at: string;
  readonly machine: Readonly<Record<string, string>>;
  readonly runs: number;
  /** Of every run, by contender: seconds, and the client's own peak memory. */
  readonly audits: Readonly<Record<string, readonly Audit[]>>;
  /** Requests a minute, and the seconds that the limit alone takes. */
  readonly limited: readonly Limited[];
  /** How many answers there were with each status. */
  readonly answers: Readonly<Record<string, number>>;
  readonly targets: readonly Target[];
}

export interface Audit {
  readonly seconds: number;
  readonly peakMegabytes: number;
}

export interface Limited extends Audit {
  readonly limitPerMinute: number;
  readonly floorSeconds: number;
}

/** By contender. */
type Audits<Each> = Readonly<Record<"floor" | "audit" | "large" | "heldSmall" | "heldLarge", Each>>;

interface Asked {
  readonly way: "audit" | "listed" | "floor";
  readonly projects: number;
  readonly limitPerMinute: number;
  /** Of node. */
  readonly flags?: readonly string[];
}

const CLIENT = resolve(import.meta.dirname, "audit-client.ts");
const CONCURRENCY = 32;
/** Node lets its young generation grow with the rate of garbage; held small, what is left is what is really needed. */
const HELD_HEAP = ["--max-semi-space-size=4"];
const DOCUMENTED_LIMIT = 120;
/** `listProjects` takes a hundred at a time, one of them again. */
const PAGES = Math.ceil((LISTED - 1) / 99);
/** Chosen so that the pages take two minutes and one. */
const SMALL_LIMITS = [4, 8] as const;

const Result = z.object({ projects: z.number(), seconds: z.number() });

/**
 * Audits 1,000 projects again and again, each time beside the same requests by nothing but fetch; then 3,000, for the
 * memory; then 1,000 that are listed first, where the limit is so low that the list takes minutes.
 */
export async function runSupabaseBench(
  bench: SupabaseBench,
  { runs, say, signal }: BenchOptions,
): Promise<SupabaseBenchReport> {
  const answers: Record<string, number> = {};
  const server = await bench.serve(DOCUMENTED_LIMIT);
  const audits: Audits<Audit[]> = { floor: [], audit: [], large: [], heldSmall: [], heldLarge: [] };
  const held = { limitPerMinute: DOCUMENTED_LIMIT, flags: HELD_HEAP };
  const free = { limitPerMinute: DOCUMENTED_LIMIT };
  for (let run = 1; run <= runs; run += 1) {
    signal.throwIfAborted();
    say(`Round ${run} of ${runs}`);
    audits.floor.push(await audit(server, { way: "floor", projects: LISTED, ...free }, say));
    audits.audit.push(await audit(server, { way: "audit", projects: LISTED, ...free }, say));
    audits.large.push(await audit(server, { way: "audit", projects: ALL, ...free }, say));
    audits.heldSmall.push(await audit(server, { way: "audit", projects: LISTED, ...held }, say));
    audits.heldLarge.push(await audit(server, { way: "audit", projects: ALL, ...held }, say));
  }
  addCounts(answers, await server.countRequests());
  const limited: Limited[] = [];
  for (const limitPerMinute of SMALL_LIMITS) {
    signal.throwIfAborted();
    say(`A limit of ${limitPerMinute} a minute`);
    const small = await bench.serve(limitPerMinute);
    const floorSeconds = (Math.ceil(PAGES / limitPerMinute) - 1) * 60;
    const run = await audit(small, { way: "listed", projects: LISTED, limitPerMinute }, say);
    limited.push({ ...run, limitPerMinute, floorSeconds });
    addCounts(answers, await small.countRequests());
  }
  const targets = judge(audits, limited, answers);
  return { at: new Date().toISOString(), machine: machineFacts(), runs, audits, limited, answers, targets };
}

async function audit(
  { endpoint, token }: SupabaseServer,
  { flags = [], ...asked }: Asked,
  say: (text: string) => void,
): Promise<Audit> {
  const task = { ...asked, endpoint, organization: ORGANIZATION, concurrency: CONCURRENCY };
  const args = [...flags, CLIENT, JSON.stringify(task)];
  const run = await measure(process.execPath, args, { env: { BENCH_TOKEN: token } });
  const { way, projects } = asked;
  const { seconds, projects: read } = Result.parse(JSON.parse(run.stdout));
  if (read !== projects) throw new Error(`${read} projects were read in place of ${projects}`);
  say(`  ${way} of ${projects}: ${seconds.toFixed(1)} s, ${run.peakMegabytes.toFixed(0)} MB`);
  return { seconds, peakMegabytes: run.peakMegabytes };
}

function addCounts(sum: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [status, count] of Object.entries(counts)) sum[status] = (sum[status] ?? 0) + count;
}

const secondsOf = (all: readonly Audit[]) => median(all.map(({ seconds }) => seconds));
const peakOf = (all: readonly Audit[]) => median(all.map(({ peakMegabytes }) => peakMegabytes));

function judge(
  { floor, audit: free, heldSmall, heldLarge }: Audits<readonly Audit[]>,
  limited: readonly Limited[],
  answers: Readonly<Record<string, number>>,
): Target[] {
  return [
    target("audit of 1,000 projects, of bare fetch", secondsOf(free) / secondsOf(floor), 1.2, true, "×"),
    ...limited.map(({ limitPerMinute, seconds, floorSeconds }) =>
      target(
        `audit at ${limitPerMinute} requests a minute, of what the limit takes`,
        seconds / floorSeconds,
        1.2,
        true,
        "×",
      ),
    ),
    target("answers 429, in all runs", answers["429"] ?? 0, 0, true, "refusals"),
    target(
      "peak memory at 3,000 projects, of that at 1,000",
      peakOf(heldLarge) / peakOf(heldSmall),
      1.2,
      true,
      "×",
    ),
  ];
}
