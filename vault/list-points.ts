import {
  GetObjectTaggingCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
} from "@aws-sdk/client-s3";
import { parsePointId } from "../plan/point-id.ts";
import { TIERS, type Tier } from "../plan/tier.ts";
import { awsErrorFacts } from "./aws-error.ts";
import { isPointId } from "./is-point-id.ts";
import { manifestKey, type PointReference, tierPrefix } from "./layout.ts";
import { readPointMetadata } from "./point-metadata.ts";
import { runLimited } from "./run-limited.ts";
import { isAbsent, storeError } from "./store-error.ts";
import type { Vault } from "./vault.ts";

/** A recovery point as a listing shows it. */
export interface Point extends PointReference {
  /** Time of the snapshot. */
  readonly createdAt: Date;
  /** When it was last restored and proved. */
  readonly verifiedAt?: Date;
  /** Stored size; absent when unknown. */
  readonly bytes?: number;
  /** Until when the store refuses to delete the manifest. */
  readonly lockUntil?: Date;
  readonly lockMode?: "compliance" | "governance";
  readonly retainUntil?: Date;
  /** Of the manifest. */
  readonly versionId?: string;
}

export const VERIFIED_TAG = "verified";
export const VERIFIED_AT_TAG = "verified-at";

const CONCURRENCY = 16;

/**
 * The recovery points of a project, newest first. A point without manifest does not exist. Costs one listing a tier
 * and two small requests a point; nothing is decrypted.
 * @throws HoldfastError STORE_…, BUCKET_UNKNOWN
 */
export async function listPoints(
  vault: Vault,
  project: string,
  options: { readonly tier?: Tier | undefined } = {},
): Promise<Point[]> {
  const references: PointReference[] = [];
  for (const tier of options.tier ? [options.tier] : TIERS) {
    for (const id of await listIds(vault, project, tier)) references.push({ project, tier, id });
  }
  const points: Point[] = [];
  await runLimited(references, CONCURRENCY, async (reference) => {
    const point = await readPoint(vault, reference);
    if (point) points.push(point);
  });
  return points.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1));
}

/** The folders of a tier, of points and of litter alike. Names that are no point's id are left out. */
async function listIds(vault: Vault, project: string, tier: Tier): Promise<string[]> {
  const prefix = tierPrefix(project, tier);
  const ids: string[] = [];
  let next: string | undefined;
  do {
    const page = await vault.s3
      .send(
        new ListObjectsV2Command({
          Bucket: vault.bucket,
          Prefix: prefix,
          Delimiter: "/",
          ...(next && { ContinuationToken: next }),
        }),
      )
      .catch((error: unknown) => {
        throw storeError(error, { operation: "ListObjectsV2", bucket: vault.bucket, key: prefix });
      });
    for (const { Prefix } of page.CommonPrefixes ?? []) {
      const id = Prefix?.slice(prefix.length, -1);
      if (id && isPointId(tier, id)) ids.push(id);
    }
    next = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (next);
  return ids;
}

/** One point, or undefined when its manifest is not there. */
export async function readPoint(vault: Vault, reference: PointReference): Promise<Point | undefined> {
  const key = manifestKey(reference.project, reference.tier, reference.id);
  const head = await headManifest(vault, key);
  if (!head) return undefined;
  const versionId = head.VersionId && head.VersionId !== "null" ? head.VersionId : undefined;
  const facts = readPointMetadata(head.Metadata);
  const verifiedAt = await readVerifiedAt(vault, key, versionId);
  return {
    ...reference,
    createdAt: parsePointId(reference.id).at,
    ...facts,
    ...(verifiedAt && { verifiedAt }),
    ...(head.ObjectLockRetainUntilDate && { lockUntil: head.ObjectLockRetainUntilDate }),
    ...(head.ObjectLockMode && {
      lockMode: head.ObjectLockMode === "COMPLIANCE" ? "compliance" : "governance",
    }),
    ...(versionId && { versionId }),
  };
}

async function headManifest(vault: Vault, key: string): Promise<HeadObjectCommandOutput | undefined> {
  try {
    return await vault.s3.send(new HeadObjectCommand({ Bucket: vault.bucket, Key: key }));
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw storeError(error, { operation: "HeadObject", bucket: vault.bucket, key });
  }
}

async function readVerifiedAt(
  vault: Vault,
  key: string,
  versionId: string | undefined,
): Promise<Date | undefined> {
  const { TagSet } = await vault.s3
    .send(
      new GetObjectTaggingCommand({
        Bucket: vault.bucket,
        Key: key,
        ...(versionId && { VersionId: versionId }),
      }),
    )
    .catch((error: unknown) => {
      const { name } = awsErrorFacts(error);
      if (name === "NoSuchTagSet" || name === "NoSuchTagSetError" || isAbsent(error)) return { TagSet: [] };
      throw storeError(error, { operation: "GetObjectTagging", bucket: vault.bucket, key });
    });
  const tag = (name: string) => TagSet?.find(({ Key }) => Key === name)?.Value;
  const at = new Date(tag(VERIFIED_AT_TAG) ?? Number.NaN);
  return tag(VERIFIED_TAG) === "true" && !Number.isNaN(at.getTime()) ? at : undefined;
}
