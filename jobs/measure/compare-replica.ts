import { HeadObjectCommand, type HeadObjectCommandOutput, type S3Client } from "@aws-sdk/client-s3";
import { manifestKey, type PointReference } from "../../vault/layout.ts";
import { isAbsent, storeError } from "../../vault/store-error.ts";
import type { Vault } from "../../vault/vault.ts";

/** Whether a point's manifest is in the replica as it is in the vault. */
export interface ReplicaComparison {
  readonly verdict: "same" | "missing" | "different";
  /** What was compared, or what differs. */
  readonly detail: string;
}

/** The bucket beside the vault, and a client of its region. */
export interface Replica {
  readonly s3: S3Client;
  readonly bucket: string;
}

/**
 * Compares a point's manifest in the vault with its copy in the replica, by size and by the checksum that the store
 * keeps. Nothing is read or opened.
 * @throws HoldfastError STORE_…, BUCKET_UNKNOWN
 */
export async function compareReplica(
  vault: Vault,
  replica: Replica,
  { project, tier, id }: PointReference,
): Promise<ReplicaComparison> {
  const key = manifestKey(project, tier, id);
  const [here, there] = await Promise.all([head(vault, key), head(replica, key)]);
  if (here === undefined) return { verdict: "missing", detail: `${key} is not in ${vault.bucket}` };
  if (there === undefined) return { verdict: "missing", detail: `${key} is not in ${replica.bucket}` };
  const bytes = `${there.ContentLength} of ${here.ContentLength} bytes`;
  if (here.ContentLength !== there.ContentLength) return { verdict: "different", detail: `${id}: ${bytes}` };
  const { ChecksumSHA256: mine, ETag } = here;
  if (mine !== undefined && there.ChecksumSHA256 !== undefined) {
    return mine === there.ChecksumSHA256
      ? { verdict: "same", detail: `${id}: ${bytes}, same checksum` }
      : { verdict: "different", detail: `${id}: same size, another checksum` };
  }
  // Encryption by two keys gives two ETags to the same bytes, so that only equality tells.
  const detail =
    ETag === there.ETag ? `${id}: ${bytes}, same ETag` : `${id}: ${bytes}; the stores keep no checksum`;
  return { verdict: "same", detail };
}

async function head({ s3, bucket }: Replica, Key: string): Promise<HeadObjectCommandOutput | undefined> {
  try {
    return await s3.send(new HeadObjectCommand({ Bucket: bucket, Key, ChecksumMode: "ENABLED" }));
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw storeError(error, { operation: "HeadObject", bucket, key: Key });
  }
}
