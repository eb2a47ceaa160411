import { resolve } from "node:path";
import { z } from "zod";
import { type Measured, measure } from "../support/measure.ts";
import { INVENTORY, type StorageBench } from "./open-storage-bench.ts";

const ROOT = resolve(import.meta.dirname, "../..");

const Sync = z.object({
  runs: z.tuple([z.object({ verdict: z.literal("PASS"), counts: z.object({ copied: z.number() }) })]),
});
const Missing = z.object({ buckets: z.tuple([z.object({ objects: z.number(), missing: z.literal(0) })]) });

/** The command as a user runs it. Encrypts, hashes, and writes index, record and evidence. */
export async function holdfastSync(
  bench: StorageBench,
  { project, bucket, copies }: { readonly project: string; readonly bucket: string; readonly copies: number },
): Promise<Measured> {
  const run = await command(bench, "sync", project, "--bucket", bucket);
  const [{ counts }] = Sync.parse(JSON.parse(run.stdout)).runs;
  if (counts.copied !== copies) throw new Error(`${counts.copied} objects were copied in place of ${copies}`);
  return run;
}

/** A recovery point whose inventory lists every row. */
export function holdfastBackup(bench: StorageBench): Promise<Measured> {
  return command(bench, "backup", INVENTORY);
}

/** Matches the inventory of the last point with the index. */
export async function holdfastMissing(bench: StorageBench): Promise<Measured> {
  const run = await command(bench, "points", INVENTORY, "--missing", "latest");
  const [{ objects }] = Missing.parse(JSON.parse(run.stdout)).buckets;
  if (objects !== bench.sizes.listedObjects) throw new Error(`${objects} objects were matched`);
  return run;
}

function command(
  { planOf, env }: StorageBench,
  name: string,
  project: string,
  ...args: string[]
): Promise<Measured> {
  const argv = [`scripts/${name}.ts`, "--plan", planOf(project), "--json", ...args];
  return measure(process.execPath, argv, { env, cwd: ROOT });
}
