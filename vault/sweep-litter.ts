import { AbortMultipartUploadCommand, DeleteObjectCommand } from "@aws-sdk/client-s3";
import { TIERS } from "../plan/tier.ts";
import { awsErrorFacts } from "./aws-error.ts";
import { isPointId } from "./is-point-id.ts";
import { keySegment, manifestKey, type PointReference, parsePointKey, pointPrefix } from "./layout.ts";
import { readPoint } from "./list-points.ts";
import {
  lastActivity,
  listPointFolders,
  listUploads,
  listVersions,
  type StoredVersion,
  type UnfinishedUpload,
} from "./list-versions.ts";
import { lockOf } from "./lock-of.ts";
import { type DeadRun, listDeadRuns } from "./mirror/list-dead-runs.ts";
import { onVersion } from "./on-version.ts";
import { runLimited } from "./run-limited.ts";
import { storeError } from "./store-error.ts";
import { storeTime } from "./store-time.ts";
import type { Vault } from "./vault.ts";

export interface SweepOptions {
  /** Younger litter may belong to a run that is still going. 0 or more. @default 24 */
  readonly olderThanHours?: number | undefined;
  /** Only says what would be done. @default true */
  readonly dryRun?: boolean | undefined;
}

interface Litter {
  /** Versions and delete markers removed, or to be removed. */
  readonly versions: number;
  readonly bytes: number;
}
export interface LitterPoint extends PointReference, Litter {}
export interface LitterRun extends Litter {
  readonly bucket: string;
  readonly run: string;
}

export interface SweepReport {
  readonly dryRun: boolean;
  readonly uploads: readonly UnfinishedUpload[];
  readonly points: readonly LitterPoint[];
  /** Index segments of storage syncs without record, whose rows a later sync has taken over. */
  readonly storageRuns: readonly LitterRun[];
  /** Left alone: the store refuses to delete them until then. */
  readonly locked: readonly { readonly key: string; readonly versionId: string; readonly until?: Date }[];
  /** Left alone: something in them is younger than the bound. */
  readonly young: readonly PointReference[];
  /** Left alone: points whose manifest somebody deleted; its versions are still there. */
  readonly deletedPoints: readonly PointReference[];
}

/** Below a project; in the first only unfinished uploads are ended. */
const STORAGE_PREFIXES = ["storage", "storage-index", "storage-runs"];
const HOUR_MILLISECONDS = 3_600_000;
const CONCURRENCY = 16;

/**
 * Clears what dead runs left in a project: unfinished uploads, chunks of points that never got a manifest, and index
 * segments of storage syncs that never got a record, in all their versions. A point that has a manifest, even a deleted
 * one, is never touched, nor are a locked version and what is stored of the objects of a bucket.
 * @throws HoldfastError STORE_…, BUCKET_UNKNOWN
 */
export async function sweepLitter(
  vault: Vault,
  project: string,
  { olderThanHours = 24, dryRun = true }: SweepOptions = {},
): Promise<SweepReport> {
  const sweep = new Sweep(vault, dryRun, await bound(vault, olderThanHours));
  for (const upload of await listUploads(vault, project)) await sweep.upload(upload);
  for (const tier of TIERS) {
    for (const id of await listPointFolders(vault, project, tier)) {
      // Names that are no point's id are not ours to delete.
      if (isPointId(tier, id)) await sweep.point({ project, tier, id });
    }
  }
  for (const prefix of STORAGE_PREFIXES) {
    const uploads = await listUploads(vault, project, `${keySegment(project, "project")}/${prefix}/`);
    for (const upload of uploads) await sweep.storageUpload(upload);
  }
  for (const run of await listDeadRuns(vault, project)) await sweep.storageRun(run);
  return sweep.report;
}

/** Of two clocks the earlier one: a wrong one must not make a running backup look old. */
async function bound(vault: Vault, olderThanHours: number): Promise<Date> {
  const here = vault.clock().getTime();
  const there = (await storeTime(vault.s3, vault.bucket))?.getTime() ?? here;
  return new Date(Math.min(here, there) - olderThanHours * HOUR_MILLISECONDS);
}

class Sweep {
  readonly report = {
    dryRun: true,
    uploads: [] as UnfinishedUpload[],
    points: [] as LitterPoint[],
    storageRuns: [] as LitterRun[],
    locked: [] as { key: string; versionId: string; until?: Date }[],
    young: [] as PointReference[],
    deletedPoints: [] as PointReference[],
  };
  readonly #vault: Vault;
  readonly #bound: Date;
  /** Points that an upload is still being sent to. */
  readonly #alive = new Set<string>();

  constructor(vault: Vault, dryRun: boolean, bound: Date) {
    this.#vault = vault;
    this.#bound = bound;
    this.report.dryRun = dryRun;
  }

  async upload(upload: UnfinishedUpload): Promise<void> {
    const point = parsePointKey(upload.key);
    if (point === undefined) return;
    if (upload.startedAt > this.#bound || (await lastActivity(this.#vault, upload)) > this.#bound) {
      this.#alive.add(point.id);
      return;
    }
    await this.#abort(upload);
  }

  /** Of an object of a bucket, or of the index of one. */
  async storageUpload(upload: UnfinishedUpload): Promise<void> {
    if (upload.startedAt > this.#bound || (await lastActivity(this.#vault, upload)) > this.#bound) return;
    await this.#abort(upload);
  }

  async #abort(upload: UnfinishedUpload): Promise<void> {
    this.report.uploads.push(upload);
    if (this.report.dryRun) return;
    const target = { Bucket: this.#vault.bucket, Key: upload.key, UploadId: upload.uploadId };
    await this.#vault.s3.send(new AbortMultipartUploadCommand(target)).catch((error: unknown) => {
      if (awsErrorFacts(error).name === "NoSuchUpload") return;
      throw storeError(error, { operation: "AbortMultipartUpload", bucket: target.Bucket, key: upload.key });
    });
  }

  async point(point: PointReference): Promise<void> {
    const versions = await listVersions(this.#vault, pointPrefix(point.project, point.tier, point.id));
    const manifest = manifestKey(point.project, point.tier, point.id);
    const manifests = versions.filter(({ key }) => key === manifest);
    if (manifests.some(({ isDeleteMarker }) => !isDeleteMarker)) {
      if (manifests.some(({ isLatest, isDeleteMarker }) => isLatest && isDeleteMarker)) {
        this.report.deletedPoints.push(point);
      }
      return;
    }
    if (this.#alive.has(point.id) || versions.some(({ modifiedAt }) => modifiedAt > this.#bound)) {
      this.report.young.push(point);
      return;
    }
    // Once more, right before: a run that took more than a day may have written its manifest just now.
    if (versions.length === 0 || (await readPoint(this.#vault, point))) return;
    await this.#remove(point, versions);
  }

  async storageRun({ bucket, run, versions }: DeadRun): Promise<void> {
    if (versions.some(({ modifiedAt }) => modifiedAt > this.#bound)) return;
    const removed = await this.#clear(versions);
    if (removed.versions > 0) this.report.storageRuns.push({ bucket, run, ...removed });
  }

  async #remove(point: PointReference, versions: readonly StoredVersion[]): Promise<void> {
    const removed = await this.#clear(versions);
    if (removed.versions > 0) this.report.points.push({ ...point, ...removed });
  }

  async #clear(versions: readonly StoredVersion[]): Promise<Litter> {
    let removed = 0;
    let bytes = 0;
    await runLimited(versions, CONCURRENCY, async (version) => {
      if (!(await this.#isFree(version))) return;
      if (!this.report.dryRun) await this.#delete(version);
      removed += 1;
      bytes += version.bytes;
    });
    return { versions: removed, bytes };
  }

  async #isFree(version: StoredVersion): Promise<boolean> {
    if (version.isDeleteMarker) return true;
    const lock = await lockOf(this.#vault, version);
    if (!lock.isLocked) return true;
    const { key, versionId } = version;
    this.report.locked.push({ key, versionId, ...(lock.until && { until: lock.until }) });
    return false;
  }

  async #delete({ key, versionId }: StoredVersion): Promise<void> {
    const target = { Bucket: this.#vault.bucket, Key: key };
    await onVersion(versionId, (version) =>
      this.#vault.s3.send(new DeleteObjectCommand({ ...target, ...version })),
    ).catch((error: unknown) => {
      throw storeError(error, { operation: "DeleteObject", bucket: this.#vault.bucket, key });
    });
  }
}
