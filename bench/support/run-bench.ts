import { withClient } from "../../sandbox/seed/with-client.ts";
import { directoryCompression, directoryDump, directoryRestore } from "../contenders/directory-style.ts";
import { floor } from "../contenders/floor.ts";
import {
  type HoldfastDump,
  type HoldfastRestore,
  holdfastDump,
  holdfastRestore,
} from "../contenders/holdfast.ts";
import { imageDump, imageRestore } from "../contenders/image-style.ts";
import type { BenchContext } from "./bench-context.ts";
import { dataFacts } from "./data-facts.ts";
import { median } from "./median.ts";
import type { Bench } from "./open-bench.ts";
import { judgeTargets, type Target } from "./targets.ts";

export interface BenchReport {
  readonly at: string;
  readonly machine: Readonly<Record<string, string>>;
  readonly databaseBytes: number;
  readonly plainBytes: number;
  readonly storedBytes: number;
  readonly runs: number;
  /** Seconds of every run, in order, by contender. */
  readonly seconds: Readonly<Record<string, readonly number[]>>;
  readonly medians: Readonly<Record<string, number>>;
  readonly peakMegabytes: { readonly backup: number; readonly restore: number };
  readonly targets: readonly Target[];
}

export interface BenchOptions {
  readonly runs: number;
  say(text: string): void;
  readonly signal: AbortSignal;
}

/** Runs all contenders one after another, round by round, so that a slow minute hits all of them. */
export async function runBench(
  { context, databaseBytes }: Bench,
  options: BenchOptions,
): Promise<BenchReport> {
  const seconds: Record<string, number[]> = {};
  const note = (name: string, value: number) => {
    seconds[name] = [...(seconds[name] ?? []), value];
    options.say(`  ${name}: ${value.toFixed(1)} s`);
  };
  const dumps: HoldfastDump[] = [];
  const restores: HoldfastRestore[] = [];
  for (let run = 1; run <= options.runs; run++) {
    options.signal.throwIfAborted();
    options.say(`Round ${run} of ${options.runs}`);
    note("dump floor (COPY | zstd -1 > /dev/null)", await floor(context));
    const dump = await holdfastDump(context);
    dumps.push(dump);
    note("dump holdfast", dump.seconds);
    note("dump pg_dump -Fc + openssl + aws s3 cp", await imageDump(context));
    note(`dump pg_dump -Fd -j2 (${directoryCompression(context)}) + rclone`, await directoryDump(context));
    const restore = await intoFresh(context, "bench_holdfast", (name) => holdfastRestore(context, name));
    restores.push(restore);
    note("restore holdfast", restore.seconds);
    note("proof holdfast", restore.proofSeconds);
    note(
      "restore aws s3 cp + openssl + pg_restore",
      await intoFresh(context, "bench_image", (name) => imageRestore(context, name)),
    );
    note(
      "restore pg_restore -j2 (local folder)",
      await intoFresh(context, "bench_directory", (name) => directoryRestore(context, name)),
    );
  }
  const medians = Object.fromEntries(Object.entries(seconds).map(([name, values]) => [name, median(values)]));
  const peakMegabytes = {
    backup: Math.max(...dumps.map((dump) => dump.peakMegabytes)),
    restore: Math.max(...restores.map((restore) => restore.peakMegabytes)),
  };
  return {
    at: new Date().toISOString(),
    machine: await dataFacts(context),
    databaseBytes,
    plainBytes: dumps[0]?.plainBytes ?? 0,
    storedBytes: dumps[0]?.storedBytes ?? 0,
    runs: options.runs,
    seconds,
    medians,
    peakMegabytes,
    targets: judgeTargets(medians, peakMegabytes),
  };
}

/** Each restore gets an empty database and leaves none behind. */
async function intoFresh<Result>(
  { postgres }: BenchContext,
  name: string,
  work: (name: string) => Promise<Result>,
): Promise<Result> {
  const run = (sql: string) => withClient(postgres.url(), (client) => client.query(sql));
  await run(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await run(`CREATE DATABASE ${name} TEMPLATE template0`);
  try {
    return await work(name);
  } finally {
    await run(`DROP DATABASE ${name} WITH (FORCE)`);
    await run("CHECKPOINT");
  }
}
