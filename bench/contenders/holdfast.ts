import { resolve } from "node:path";
import { z } from "zod";
import type { BenchContext } from "../support/bench-context.ts";
import { measure } from "../support/measure.ts";

const ROOT = resolve(import.meta.dirname, "../..");

const Backup = z.object({
  point: z.string(),
  durationSeconds: z.number(),
  storedBytes: z.number(),
  plainBytes: z.number(),
});
const Restore = z.object({
  proof: z.object({ durationSeconds: z.number(), verdict: z.literal("PASS") }),
});

export interface HoldfastDump {
  /** Of the whole command, its start included. */
  readonly seconds: number;
  readonly peakMegabytes: number;
  readonly storedBytes: number;
  readonly plainBytes: number;
}

export interface HoldfastRestore {
  /** Of the restore alone, with check of every chunk, download and decryption. */
  readonly seconds: number;
  readonly proofSeconds: number;
  readonly peakMegabytes: number;
}

/** The command as a user runs it: snapshot, schema, rows, hashes, encryption, upload, manifest. */
export async function holdfastDump(context: BenchContext): Promise<HoldfastDump> {
  const run = await measure(process.execPath, ["scripts/backup.ts", "--plan", context.planFile, "--json"], {
    env: context.env,
    cwd: ROOT,
  });
  const { storedBytes, plainBytes } = Backup.parse(JSON.parse(run.stdout));
  return { seconds: run.seconds, peakMegabytes: run.peakMegabytes, storedBytes, plainBytes };
}

/** Restore of the newest point into an empty database, then the proof, as one command. */
export async function holdfastRestore(context: BenchContext, database: string): Promise<HoldfastRestore> {
  const run = await measure(
    process.execPath,
    [
      "scripts/restore.ts",
      "--plan",
      context.planFile,
      "--target-env",
      "BENCH_TARGET_URL",
      "--confirm",
      database,
      "--json",
    ],
    { env: { ...context.env, BENCH_TARGET_URL: context.postgres.url(database) }, cwd: ROOT },
  );
  const { proof } = Restore.parse(JSON.parse(run.stdout));
  return {
    // What the process needed besides the proof: its start counts, as that of the rivals does.
    seconds: run.seconds - proof.durationSeconds,
    proofSeconds: proof.durationSeconds,
    peakMegabytes: run.peakMegabytes,
  };
}
