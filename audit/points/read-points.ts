import { GetObjectRetentionCommand } from "@aws-sdk/client-s3";
import { awsErrorFacts } from "../../vault/aws-error.ts";
import { readPoint } from "../../vault/list-points.ts";
import { runLimited } from "../../vault/run-limited.ts";
import { type ScannedPoint, scanPoints } from "../../vault/scan-points.ts";
import { isAbsent, storeError } from "../../vault/store-error.ts";
import type { Vault } from "../../vault/vault.ts";
import type { AuditContext } from "../audit-context.ts";
import type { AuditedPoint, AuditedPoints } from "./audited-point.ts";

const DAY_MILLISECONDS = 86_400_000;
/** Younger litter may belong to a run that is still going. */
const LITTER_MILLISECONDS = DAY_MILLISECONDS;
const CONCURRENCY = 32;

/**
 * The points of a project: one listing of all its objects, and three small requests a point. Each day another chunk of
 * each point is asked for its lock.
 * @throws HoldfastError STORE_…, BUCKET_UNKNOWN
 */
export async function readPoints(
  { vault, clock, signal, progress }: AuditContext,
  project: string,
): Promise<AuditedPoints> {
  const now = clock().getTime();
  const found: ScannedPoint[] = [];
  const litter: string[] = [];
  for await (const scanned of scanPoints(vault, project, Math.floor(now / DAY_MILLISECONDS))) {
    signal.throwIfAborted();
    if (scanned.hasManifest) found.push(scanned);
    else if (scanned.modifiedAt.getTime() < now - LITTER_MILLISECONDS) litter.push(scanned.id);
  }
  const points: AuditedPoint[] = [];
  let done = 0;
  await runLimited(found, CONCURRENCY, async (scanned) => {
    signal.throwIfAborted();
    const point = await readAudited(vault, scanned);
    // Its manifest was deleted just now.
    if (point) points.push(point);
    done += 1;
    progress({ step: `points of ${project}`, done, total: found.length, unit: "items" });
  });
  points.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1));
  return { points, litter };
}

async function readAudited(
  vault: Vault,
  { project, tier, id, bytes, sampleKey }: ScannedPoint,
): Promise<AuditedPoint | undefined> {
  const [point, chunkLock] = await Promise.all([
    readPoint(vault, { project, tier, id }),
    vault.lockMode === "none" || sampleKey === undefined ? undefined : readLock(vault, sampleKey),
  ]);
  if (!point) return undefined;
  const { createdAt, verifiedAt, lockUntil, lockMode, bytes: recordedBytes } = point;
  return {
    ...{ id, tier, createdAt, storedBytes: bytes },
    ...(verifiedAt && { verifiedAt }),
    ...(lockUntil && { lockUntil }),
    ...(lockMode && { lockMode }),
    ...(recordedBytes !== undefined && { recordedBytes }),
    ...chunkLock,
  };
}

/** Asked for by itself: who audits may see locks, and no data. */
async function readLock(
  vault: Vault,
  key: string,
): Promise<Pick<AuditedPoint, "chunkLockUntil" | "chunkLockMode"> | undefined> {
  try {
    const target = { Bucket: vault.bucket, Key: key };
    const { Retention } = await vault.s3.send(new GetObjectRetentionCommand(target));
    const { Mode, RetainUntilDate } = Retention ?? {};
    return {
      ...(RetainUntilDate && { chunkLockUntil: RetainUntilDate }),
      ...(Mode && { chunkLockMode: Mode === "COMPLIANCE" ? "compliance" : "governance" }),
    };
  } catch (error) {
    if (isAbsent(error) || awsErrorFacts(error).name === "NoSuchObjectLockConfiguration") return undefined;
    throw storeError(error, { operation: "GetObjectRetention", bucket: vault.bucket, key });
  }
}
