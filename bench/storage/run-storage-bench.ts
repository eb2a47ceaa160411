import { PutObjectCommand } from "@aws-sdk/client-s3";
import { machineFacts } from "../support/machine-facts.ts";
import type { Measured } from "../support/measure.ts";
import { median } from "../support/median.ts";
import type { BenchOptions } from "../support/run-bench.ts";
import { type Target, target } from "../support/targets.ts";
import { holdfastBackup, holdfastMissing, holdfastSync } from "./holdfast.ts";
import { firstProject, NIGHTS, RIVAL_BUCKET, type StorageBench } from "./open-storage-bench.ts";
import { BY_CHECKSUM, BY_TIME } from "./rclone.ts";
import { FIRST, LARGE, objectName, SMALL, type StorageSizes } from "./storage-project.ts";

export interface StorageBenchReport {
  readonly at: string;
  readonly machine: Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly sizes: StorageSizes;
  readonly runs: number;
  readonly contenders: Readonly<Record<Contender, readonly Run[]>>;
  readonly targets: readonly Target[];
}

export interface Run {
  readonly seconds: number;
  readonly peakMegabytes: number;
}

export type Contender =
  | "first"
  | "firstRclone"
  | "firstSealed"
  | "base"
  | "baseRclone"
  | "small"
  | "large"
  | "largeChecksum"
  | "largeTime"
  | "inventory"
  | "missing";

interface Bench extends StorageBench {
  note(contender: Contender, run: Measured): void;
}

/**
 * First copies of one bucket, each to a place of its own; then nights in which the same few objects of a small and of a
 * large bucket were replaced; then the inventory of a point against an index.
 */
export async function runStorageBench(
  bench: StorageBench,
  { runs, say, signal }: BenchOptions,
): Promise<StorageBenchReport> {
  const contenders: Partial<Record<Contender, Run[]>> = {};
  const note = (contender: Contender, { seconds, peakMegabytes }: Measured) => {
    contenders[contender] = [...(contenders[contender] ?? []), { seconds, peakMegabytes }];
    say(`  ${contender}: ${seconds.toFixed(1)} s, ${peakMegabytes.toFixed(0)} MB`);
  };
  const noting = { ...bench, note };
  const round = async (what: string, work: (round: number) => Promise<void>) => {
    for (let number = 1; number <= runs; number += 1) {
      signal.throwIfAborted();
      say(`${what}, round ${number} of ${runs}`);
      await work(number);
    }
  };
  await round("First copy", (number) => firstCopies(noting, number));
  say("First copies of the buckets of the nights");
  await baseCopies(noting);
  await round("Night", (number) => night(noting, number));
  await round("Inventory", async () => {
    note("inventory", await holdfastBackup(bench));
    note("missing", await holdfastMissing(bench));
  });
  // Every contender ran in every round.
  const all = contenders as Record<Contender, Run[]>;
  const { versions, sizes } = bench;
  const at = new Date().toISOString();
  return { at, machine: machineFacts(), versions, sizes, runs, contenders: all, targets: judge(all) };
}

/** The order turns with the rounds, so that none always comes after the same other. */
async function firstCopies(bench: Bench, round: number): Promise<void> {
  const { rclone, sizes, note } = bench;
  const copies = sizes.firstObjects;
  const works = [
    async () =>
      note("first", await holdfastSync(bench, { project: firstProject(round), bucket: FIRST, copies })),
    async () => {
      const to = `dst:${RIVAL_BUCKET}/first-${round}`;
      note("firstRclone", await rclone.sync(`src:${FIRST}`, to, BY_CHECKSUM));
      await checkCount(bench, to, copies);
    },
    async () => {
      note("firstSealed", await rclone.sync(`src:${FIRST}`, `sealed:first-${round}`, BY_TIME));
      await checkCount(bench, `sealed:first-${round}`, copies);
    },
  ];
  for (const at of works.keys()) await works[(at + round - 1) % works.length]?.();
}

/** Also takes the minute in which rows would be seen twice. */
async function baseCopies(bench: Bench): Promise<void> {
  const { rclone, sizes, note } = bench;
  await holdfastSync(bench, { project: NIGHTS, bucket: SMALL, copies: sizes.smallObjects });
  note("base", await holdfastSync(bench, { project: NIGHTS, bucket: LARGE, copies: sizes.largeObjects }));
  const to = `dst:${RIVAL_BUCKET}/large`;
  note("baseRclone", await rclone.sync(`src:${LARGE}`, to, BY_CHECKSUM));
  await checkCount(bench, to, sizes.largeObjects);
}

async function night(bench: Bench, round: number): Promise<void> {
  const { rclone, sizes, note } = bench;
  const copies = sizes.changes;
  const project = NIGHTS;
  const to = `dst:${RIVAL_BUCKET}/large`;
  await change(bench, SMALL, sizes.smallObjects, round);
  note("small", await holdfastSync(bench, { project, bucket: SMALL, copies }));
  for (const [contender, flags] of [
    ["largeChecksum", BY_CHECKSUM],
    ["largeTime", BY_TIME],
  ] as const) {
    await change(bench, LARGE, sizes.largeObjects, round);
    note("large", await holdfastSync(bench, { project, bucket: LARGE, copies }));
    note(contender, await rclone.sync(`src:${LARGE}`, to, flags));
  }
}

/** Replaces objects spread over the whole bucket, through the gateway. */
async function change(
  { source, sizes }: Bench,
  bucket: string,
  objects: number,
  round: number,
): Promise<void> {
  const step = Math.floor(objects / sizes.changes);
  const Body = Buffer.alloc(sizes.nightBytes);
  for (let at = 0; at < sizes.changes; at += 1) {
    Body.write(`${round} ${at} ${Math.random()}`);
    await source.send(new PutObjectCommand({ Bucket: bucket, Key: objectName(at * step + round), Body }));
  }
}

async function checkCount({ rclone }: Bench, where: string, expected: number): Promise<void> {
  const count = await rclone.count(where);
  if (count !== expected) throw new Error(`${where} holds ${count} objects in place of ${expected}`);
}

function judge(all: Readonly<Record<Contender, readonly Run[]>>): Target[] {
  const seconds = (contender: Contender) => median(all[contender].map((run) => run.seconds));
  const peak = Math.max(...[...all.inventory, ...all.missing].map((run) => run.peakMegabytes));
  const rivalNight = Math.min(seconds("largeChecksum"), seconds("largeTime"));
  const peaks = Math.max(...[...all.first, ...all.base, ...all.large].map((run) => run.peakMegabytes));
  return [
    target("first copy, faster than rclone sync", seconds("firstRclone") / seconds("first"), 1, false, "×"),
    target("night, faster than rclone sync", rivalNight / seconds("large"), 20, false, "×"),
    target(
      "night in the large bucket, of that in the small",
      seconds("large") / seconds("small"),
      1.2,
      true,
      "×",
    ),
    target("peak memory of a point and of its match, all rows listed", peak, 300, true, "MB"),
    target("peak memory of a sync", peaks, 300, true, "MB"),
  ];
}
