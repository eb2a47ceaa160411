import { formatByteSize } from "../../plan/byte-size.ts";
import { describeTargets } from "../support/describe-targets.ts";
import { median } from "../support/median.ts";
import type { Contender, StorageBenchReport } from "./run-storage-bench.ts";
import { storageSizes } from "./storage-project.ts";

/** The report as Markdown, for a person and for `bench/results/`. */
export function describeStorageBench(report: StorageBenchReport): string {
  const { sizes, contenders, machine, versions, targets, at, runs } = report;
  const { firstObjects, firstBytes, smallObjects, largeObjects, nightBytes, changes, listedObjects } = sizes;
  const isTrial = listedObjects < storageSizes(1).listedObjects;
  const first = `${firstObjects} objects of ${formatByteSize(firstBytes)}`;
  const night = (objects: number) =>
    `${changes} of ${objects} objects of ${formatByteSize(nightBytes)} replaced`;
  const names: Readonly<Record<Contender, string>> = {
    first: `first copy of ${first}: npm run sync`,
    firstRclone: "the same: rclone sync --checksum",
    firstSealed: "the same: rclone sync into its crypt remote",
    base: `first copy of ${largeObjects} objects of ${formatByteSize(nightBytes)}, once: npm run sync`,
    baseRclone: "the same, once: rclone sync --checksum",
    small: `${night(smallObjects)}: npm run sync`,
    large: `${night(largeObjects)}: npm run sync`,
    largeChecksum: "the same: rclone sync --checksum",
    largeTime: "the same: rclone sync --update --use-server-modtime",
    inventory: `point of a database whose bucket has ${listedObjects} rows: npm run backup`,
    missing: `its inventory against an index of ${listedObjects} rows: npm run points -- --missing`,
  };
  return [
    `# Storage bench of ${at}${isTrial ? " (a trial: fewer objects than promised for)" : ""}`,
    "",
    `Source: the simulated Storage gateway with its catalog in PostgreSQL. Vault and rclone's target: ${versions.store}, in buckets that keep versions. Every server and every contender is a process of its own on one machine; ${runs} rounds, medians, seconds of the whole command. npm run sync checks each object's MD5 against the catalog, hashes it with SHA-256, encrypts it with the AWS Encryption SDK, and writes index, record and evidence; rclone sync copies plain bytes, its crypt remote encrypts without an index. rclone runs with 32 transfers, 32 checkers, --fast-list, and no HEAD before or after an object.`,
    "",
    ...Object.entries({ ...machine, ...versions }).map(([name, value]) => `- ${name}: ${value}`),
    "",
    "| contender | median s | all s | peak MB |",
    "|---|---|---|---|",
    ...Object.entries(names).map(([contender, name]) => {
      const all = contenders[contender as Contender];
      const peak = Math.max(...all.map(({ peakMegabytes }) => peakMegabytes));
      const seconds = all.map((run) => run.seconds);
      return `| ${name} | ${median(seconds).toFixed(1)} | ${seconds.map((one) => one.toFixed(1)).join(", ")} | ${peak.toFixed(0)} |`;
    }),
    "",
    ...describeTargets(targets),
  ].join("\n");
}
