import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { HoldfastError } from "../../../plan/holdfast-error.ts";
import { replaceFile } from "../../replace-file.ts";
import { clusterPaths } from "./cluster-paths.ts";

const recordShape = z.object({
  ref: z.string(),
  /** Of the server, e.g. `15.18`. */
  version: z.string(),
  binDirectory: z.string(),
  port: z.number().int(),
  walShipSeconds: z.number().int().positive(),
  fsync: z.boolean(),
  /** That the cluster writes now; each rewind begins another. */
  timeline: z.number().int().positive(),
  /** Nothing before this moment may be recovered, although a backup could. */
  recoverableFrom: z.iso.datetime().optional(),
});

/** What a cluster's directory remembers between processes; passwords are in files of their own. */
export type ClusterRecord = z.infer<typeof recordShape>;

/** The record of a directory; `undefined` when no cluster was finished there. */
export function findClusterRecord(directory: string): ClusterRecord | undefined {
  const file = clusterPaths(directory).record;
  return existsSync(file) ? recordShape.parse(JSON.parse(readFileSync(file, "utf8"))) : undefined;
}

/** Errors: `CLUSTER_UNKNOWN`. */
export function readClusterRecord(directory: string): ClusterRecord {
  const record = findClusterRecord(directory);
  if (record) return record;
  throw new HoldfastError({
    code: "CLUSTER_UNKNOWN",
    message: `There is no cluster in ${directory}`,
    hint: "It was removed; create it again",
  });
}

export function writeClusterRecord(directory: string, record: ClusterRecord): void {
  replaceFile(clusterPaths(directory).record, `${JSON.stringify(record, null, 2)}\n`, 0o600);
}
