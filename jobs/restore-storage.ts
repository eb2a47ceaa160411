import { connect } from "../postgres/connect.ts";
import type { DatabaseAddress } from "../postgres/database-address.ts";
import { closeClient } from "../postgres/snapshot.ts";
import type { Manifest } from "../vault/manifest.ts";
import { readIndex } from "../vault/mirror/read-index.ts";
import type { Vault } from "../vault/vault.ts";
import { lockDatabase } from "./lock-database.ts";
import type { Progress } from "./progress.ts";
import { tryRecordEvidence } from "./record-evidence.ts";
import { pointBucket } from "./storage/point-buckets.ts";
import { veilError, veilName } from "./storage/veil-names.ts";
import {
  admitAddress,
  admitContents,
  admitDatabase,
  storageTargetName,
} from "./storage-restore/admit-storage-target.ts";
import { giveBackRows, keepRows } from "./storage-restore/kept-rows.ts";
import { proveTarget } from "./storage-restore/prove-target.ts";
import { markBegun, wasBegun } from "./storage-restore/restore-marker.ts";
import {
  type RestoreFinding,
  RestoreReport,
  type StorageRestoreCounts,
} from "./storage-restore/restore-report.ts";
import { pointObjects, type StorageRestoreContext } from "./storage-restore/storage-restore-context.ts";
import {
  comparePolicies,
  createTargetBucket,
  findTargetBucket,
  requireSameSettings,
} from "./storage-restore/target-bucket.ts";
import { type TargetSettings, TargetStorage } from "./storage-restore/target-storage.ts";
import { uploadObjects } from "./storage-restore/upload-objects.ts";
import { typedError } from "./typed-error.ts";
import type { Verdict } from "./verdict.ts";

export interface StorageRestoreRequest {
  readonly vault: Vault;
  readonly manifest: Manifest;
  /** Of the point. */
  readonly bucket: string;
  readonly target: TargetSettings & {
    /** Of the Supabase project that the bucket is to be in; absent for a plain S3 bucket. */
    readonly database?: DatabaseAddress | undefined;
  };
  /** S3 endpoints of the plan's projects, which are never written to. */
  readonly sources: readonly string[];
  /** The target's name, as the operator typed it: see `storageTargetName`. */
  readonly confirm: string | undefined;
  /** Objects under way at once, 1 to 256. @default 32 */
  readonly workers?: number | undefined;
  readonly progress: Progress;
  /** Checks everything and writes nothing. @default false */
  readonly dryRun?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface StorageRestoreResult {
  readonly bucket: string;
  /** FAIL when anything is missing, too much or another than in the point. */
  readonly verdict: Verdict;
  /** True when an earlier run of the same restore was continued. */
  readonly resumed: boolean;
  readonly counts: StorageRestoreCounts;
  /** By name, the first thousand of each problem. */
  readonly findings: readonly RestoreFinding[];
  /** Policies of the bucket that the target has not, or has and should not; the database's restore brings them. */
  readonly policies: readonly string[];
  readonly durationSeconds: number;
  /** Why there is no evidence of this restore; absent when there is. */
  readonly evidenceProblem?: string;
}

/**
 * Restores exactly the object versions of a point from the mirror into an empty bucket, of a Supabase project whose
 * database was restored before, or of any S3 store, and compares the bucket with the point afterwards. Nothing that is
 * there is overwritten or deleted. Killed at any moment, the same call goes on where it stopped. Success and failure
 * both leave evidence, a dry run none.
 *
 * @throws HoldfastError POINT_WITHOUT_INVENTORY, POINT_WITHOUT_BUCKET, TARGET_NOT_CONFIRMED, STORAGE_BUCKET_UNKNOWN,
 * STORAGE_PROTOCOL_DISABLED, STORAGE_KEYS_REFUSED (exit 2), TARGET_IS_SOURCE, TARGET_IS_VAULT, TARGET_NOT_EMPTY,
 * TARGET_BUCKET_DIFFERS, RESTORE_RUNNING, STORAGE_UNAVAILABLE, and those of the database, the vault and its keys; an
 * object that cannot be had or is not taken is a finding, no error
 */
export async function restoreStorage(request: StorageRestoreRequest): Promise<StorageRestoreResult> {
  const { vault, manifest, bucket, target } = request;
  if (request.dryRun) return await restoreGuarded(request);
  const facts = {
    point: manifest.id,
    seal: manifest.seal,
    bucket,
    target: `${storageTargetName(target)}/${target.bucket}`,
  };
  const record = (body: Parameters<typeof tryRecordEvidence>[3]) =>
    tryRecordEvidence(vault, "storage-restore", manifest.project, body);
  try {
    const result = await restoreGuarded(request);
    const { findings, ...figures } = result;
    const veiled = findings.slice(0, 20).map(({ name, problem }) => ({ object: veilName(name), problem }));
    const evidenceProblem = await record({ ...facts, ...figures, findings: veiled });
    return { ...result, ...(evidenceProblem !== undefined && { evidenceProblem }) };
  } catch (cause) {
    const error = typedError(cause, `The restore of ${bucket} of ${manifest.id}`, request.signal);
    const veiled = [bucket, request.target.bucket].reduce<unknown>(veilError, error);
    await record({ verdict: "FAIL", ...facts, error: veiled });
    throw error;
  }
}

async function restoreGuarded(request: StorageRestoreRequest): Promise<StorageRestoreResult> {
  const { vault, manifest, bucket, target: settings, workers = 32, progress } = request;
  const startedAt = vault.clock().getTime();
  const wanted = pointBucket(manifest, bucket);
  admitAddress(vault, settings, request);
  const client =
    settings.database && (await connect(settings.database, { applicationName: "holdfast storage" }));
  const target = new TargetStorage({ ...settings, connections: workers });
  try {
    const index = await readIndex({ vault, project: manifest.project, bucket });
    const signal = request.signal ?? new AbortController().signal;
    const entries = () => index.entries();
    const context = { vault, manifest, wanted, target, client, entries, workers, progress, signal };
    const work = request.dryRun ? inspect : write;
    const restored = await work(context, { manifest, bucket, target: settings });
    return { bucket, ...restored, durationSeconds: (vault.clock().getTime() - startedAt) / 1000 };
  } finally {
    target.close();
    if (client) await closeClient(client);
  }
}

type Restored = Pick<StorageRestoreResult, "verdict" | "resumed" | "counts" | "findings" | "policies">;
type Marked = Parameters<typeof wasBegun>[1];

/** Everything that a restore may be refused for. */
async function admit(context: StorageRestoreContext, restore: Marked) {
  const { vault, client, wanted, target, signal } = context;
  if (client) await lockDatabase(client, "restore");
  await admitDatabase(context, restore.manifest);
  const found = client && (await findTargetBucket(client, wanted.bucket));
  if (found) requireSameSettings(wanted, found);
  const isThere = client === undefined || found !== undefined;
  if (isThere) await target.check(signal);
  const resumed = await wasBegun(vault, restore);
  await admitContents(context, resumed);
  return { found, resumed };
}

/** A dry run: what the mirror cannot give is all that can be known before. */
async function inspect(context: StorageRestoreContext, restore: Marked): Promise<Restored> {
  const { resumed } = await admit(context, restore);
  const report = new RestoreReport();
  for await (const { row, problem } of pointObjects(context))
    if (problem !== undefined) report.add(row.name, "missing", `${problem} in the mirror`);
  return resultOf(report, { resumed, policies: [] });
}

async function write(context: StorageRestoreContext, restore: Marked): Promise<Restored> {
  const { vault, client, wanted, target, signal } = context;
  const { found, resumed } = await admit(context, restore);
  if (client && !found) {
    await createTargetBucket(client, wanted);
    await target.check(signal);
  }
  if (resumed) await target.endUploads();
  else await markBegun(vault, restore);
  if (client) await keepRows(client, wanted.bucket);
  const report = new RestoreReport();
  const reasons = await uploadObjects(context, report);
  if (client) await giveBackRows(client, wanted.bucket);
  await proveTarget(context, report, reasons);
  const now = client && (await findTargetBucket(client, wanted.bucket));
  return resultOf(report, { resumed, policies: now ? comparePolicies(wanted, now) : [] });
}

function resultOf(report: RestoreReport, facts: { resumed: boolean; policies: readonly string[] }): Restored {
  const { counts, findings } = report;
  const isSame = findings.length === 0 && facts.policies.length === 0;
  return { verdict: isSame ? "PASS" : "FAIL", ...facts, counts, findings };
}
