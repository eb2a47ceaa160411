import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { keySegment } from "../layout.ts";
import { listVersions, type StoredVersion } from "../list-versions.ts";
import { runLimited } from "../run-limited.ts";
import { storeError } from "../store-error.ts";
import type { Vault } from "../vault.ts";
import { parseRunKey, parseSegmentKey } from "./mirror-layout.ts";
import { isRunId, shardOfRun } from "./run-id.ts";
import { RUN_METADATA } from "./write-run-record.ts";

/** The index segments of a storage sync that never got a record. */
export interface DeadRun {
  readonly bucket: string;
  readonly run: string;
  readonly versions: readonly StoredVersion[];
}

const CONCURRENCY = 16;

/**
 * Runs without record of all buckets of a project, of which later runs of all their shards have records and with them
 * their rows: before that they are what a killed sync goes on from. Nothing is decrypted.
 * @throws HoldfastError STORE_…, BUCKET_UNKNOWN
 */
export async function listDeadRuns(vault: Vault, project: string): Promise<DeadRun[]> {
  const below = (folder: string) => listVersions(vault, `${keySegment(project, "project")}/${folder}/`);
  const segments = await below("storage-index");
  if (segments.length === 0) return [];
  // Also records that somebody deleted: their segments may be what is left of them.
  const records = (await below("storage-runs")).filter(({ isDeleteMarker }) => !isDeleteMarker);
  const runs = await runsOf(vault, records);
  const completed = new Set(runs.values());
  const written = Map.groupBy(segments, ({ key }) => {
    const parsed = parseSegmentKey(key);
    return parsed && JSON.stringify([parsed.bucket, parsed.run]);
  });
  return [...written].flatMap(([id, versions]) => {
    if (id === undefined) return [];
    const [bucket, run] = JSON.parse(id) as [string, string];
    if (completed.has(run)) return [];
    const last = Math.max(...versions.map(({ modifiedAt }) => modifiedAt.getTime()));
    const later = records.filter(
      ({ key, modifiedAt }) => parseRunKey(key)?.bucket === bucket && modifiedAt.getTime() > last,
    );
    const digits = new Set(later.flatMap((record) => digitsOf(runs.get(record))));
    const isTakenOver = shardOfRun(run).digits.every((digit) => digits.has(digit));
    return isTakenOver ? [{ bucket, run, versions }] : [];
  });
}

/** A record that names no run, as somebody's own file, takes nothing over. */
function digitsOf(run: string | undefined): readonly number[] {
  return run === undefined ? [] : shardOfRun(run).digits;
}

/** Which run each record is of; a store that tells no metadata leaves it out. */
async function runsOf(
  vault: Vault,
  records: readonly StoredVersion[],
): Promise<ReadonlyMap<StoredVersion, string>> {
  const runs = new Map<StoredVersion, string>();
  await runLimited(records, CONCURRENCY, async (record) => {
    const { key, versionId } = record;
    const target = { Bucket: vault.bucket, Key: key, ...(versionId !== "null" && { VersionId: versionId }) };
    const { Metadata } = await vault.s3.send(new HeadObjectCommand(target)).catch((error: unknown) => {
      throw storeError(error, { operation: "HeadObject", bucket: vault.bucket, key });
    });
    const run = Metadata?.[RUN_METADATA];
    if (run !== undefined && isRunId(run)) runs.set(record, run);
  });
  return runs;
}
