import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { keySegment } from "../layout.ts";
import { listVersions, type StoredVersion } from "../list-versions.ts";
import { runLimited } from "../run-limited.ts";
import { storeError } from "../store-error.ts";
import type { Vault } from "../vault.ts";
import { parseRunKey, parseSegmentKey } from "./mirror-layout.ts";
import { RUN_METADATA } from "./write-run-record.ts";

/** The index segments of a storage sync that never got a record. */
export interface DeadRun {
  readonly bucket: string;
  readonly run: string;
  readonly versions: readonly StoredVersion[];
}

const CONCURRENCY = 16;

/**
 * Runs without record of all buckets of a project, of which a later run has a record and with it their rows: before
 * that they are what a killed sync goes on from. Nothing is decrypted.
 * @throws HoldfastError STORE_…, BUCKET_UNKNOWN
 */
export async function listDeadRuns(vault: Vault, project: string): Promise<DeadRun[]> {
  const below = (folder: string) => listVersions(vault, `${keySegment(project, "project")}/${folder}/`);
  const segments = await below("storage-index");
  if (segments.length === 0) return [];
  // Also records that somebody deleted: their segments may be what is left of them.
  const records = (await below("storage-runs")).filter(({ isDeleteMarker }) => !isDeleteMarker);
  const completed = await completedRuns(vault, records);
  const runs = Map.groupBy(segments, ({ key }) => {
    const parsed = parseSegmentKey(key);
    return parsed && JSON.stringify([parsed.bucket, parsed.run]);
  });
  return [...runs].flatMap(([id, versions]) => {
    if (id === undefined) return [];
    const [bucket, run] = JSON.parse(id) as [string, string];
    if (completed.has(run)) return [];
    const last = Math.max(...versions.map(({ modifiedAt }) => modifiedAt.getTime()));
    const isTakenOver = records.some(
      ({ key, modifiedAt }) => parseRunKey(key)?.bucket === bucket && modifiedAt.getTime() > last,
    );
    return isTakenOver ? [{ bucket, run, versions }] : [];
  });
}

async function completedRuns(vault: Vault, records: readonly StoredVersion[]): Promise<Set<string>> {
  const completed = new Set<string>();
  await runLimited(records, CONCURRENCY, async ({ key, versionId }) => {
    const target = { Bucket: vault.bucket, Key: key, ...(versionId !== "null" && { VersionId: versionId }) };
    const { Metadata } = await vault.s3.send(new HeadObjectCommand(target)).catch((error: unknown) => {
      throw storeError(error, { operation: "HeadObject", bucket: vault.bucket, key });
    });
    const run = Metadata?.[RUN_METADATA];
    if (run !== undefined) completed.add(run);
  });
  return completed;
}
