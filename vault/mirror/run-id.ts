import { randomBytes } from "node:crypto";
import { MirrorShard } from "./mirror-shard.ts";

const PATTERN = /^\d{8}_\d{6}_[0-9a-f]{6}(?:-(\d+)of(\d+))?$/;

/**
 * `YYYYMMDD_HHMMSS_<6 hex>`, of a shard `-<number>of<shards>` behind it: runs that start in the same second, on
 * whatever machine, have different ids, and each tells which names it is about.
 */
export function createRunId(at: Date, shard: MirrorShard = MirrorShard.WHOLE): string {
  const [date = "", time = ""] = at.toISOString().split("T");
  const digits = (text: string) => text.replaceAll(/\D/g, "");
  const own = shard.isWhole ? "" : `-${shard.number}of${shard.of}`;
  return `${digits(date)}_${digits(time).slice(0, 6)}_${randomBytes(3).toString("hex")}${own}`;
}

/** True for what `createRunId` makes. */
export function isRunId(text: string): boolean {
  return PATTERN.test(text) && parseShard(text) !== undefined;
}

/** The names that a run was about. */
export function shardOfRun(run: string): MirrorShard {
  const shard = parseShard(run);
  if (shard === undefined) throw new RangeError("run id");
  return shard;
}

function parseShard(run: string): MirrorShard | undefined {
  const [, number, of] = PATTERN.exec(run) ?? [];
  if (number === undefined) return MirrorShard.WHOLE;
  const shard = MirrorShard.parse(`${number}/${of}`);
  return shard?.isWhole ? undefined : shard;
}
