import { resolve } from "node:path";
import { sandboxDown } from "../../sandbox/down.ts";
import { sandboxUp } from "../../sandbox/up.ts";
import { machineFacts } from "../support/machine-facts.ts";
import { median } from "../support/median.ts";
import type { BenchOptions } from "../support/run-bench.ts";
import { type Target, target } from "../support/targets.ts";

export interface StackBenchReport {
  readonly at: string;
  readonly machine: Readonly<Record<string, string>>;
  readonly runs: number;
  /** The real Pulumi, or the engine for this machine. */
  readonly engine: "pulumi" | "sandbox";
  readonly resources: number;
  /** Seconds of every round. */
  readonly preview: readonly number[];
  readonly previewWithPolicies: readonly number[];
  readonly up: readonly number[];
  readonly upAgain: readonly number[];
  readonly targets: readonly Target[];
}

const DIRECTORY = resolve(import.meta.dirname, "../../.holdfast/bench-stack");
const POLICIES = resolve(import.meta.dirname, "../../policies");
/** Rows are not what is measured here. */
const SMALL = 0.02;
const PREVIEW_SECONDS = 5;
const UP_SECONDS = 60;

/** Previews and applies the stack of the two sample products, each round on servers that hold nothing yet. */
export async function runStackBench({ runs, say, signal }: BenchOptions): Promise<StackBenchReport> {
  const seconds = {
    preview: [] as number[],
    previewWithPolicies: [] as number[],
    up: [] as number[],
    upAgain: [] as number[],
  };
  let facts: Pick<StackBenchReport, "engine" | "resources"> = { engine: "sandbox", resources: 0 };
  try {
    for (let run = 1; run <= runs; run += 1) {
      signal.throwIfAborted();
      say(`Round ${run} of ${runs}: servers and sample projects`);
      await sandboxDown({ directory: DIRECTORY, remove: true });
      const sandbox = await sandboxUp({ directory: DIRECTORY, scale: SMALL, apply: false });
      const { stack, engine } = await sandbox.openStack();
      seconds.previewWithPolicies.push(await timed(() => stack.preview({ policyPacks: [POLICIES], signal })));
      seconds.preview.push(await timed(() => stack.preview({ signal })));
      let resources = 0;
      seconds.up.push(
        await timed(async () => {
          resources = (await stack.up({ signal })).summary.resourceChanges?.create ?? 0;
        }),
      );
      seconds.upAgain.push(await timed(() => stack.up({ expectNoChanges: true, signal })));
      facts = { engine, resources };
    }
  } finally {
    await sandboxDown({ directory: DIRECTORY, remove: true });
  }
  return {
    at: new Date().toISOString(),
    machine: machineFacts(),
    runs,
    ...facts,
    ...seconds,
    targets: [
      target("preview", median(seconds.preview), PREVIEW_SECONDS, true, "s"),
      target("up", median(seconds.up), UP_SECONDS, true, "s"),
    ],
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
