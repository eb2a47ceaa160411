import { mirrorKey } from "./mirror-layout.ts";
import type { Mirror } from "./open-mirror.ts";

/**
 * Of no bytes, in base64. S3 takes no object without a checksum into a bucket that locks by default.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html#object-lock-put-object
 */
const NOTHINGS_CRC32 = "AAAAAA==";

/**
 * Puts an empty version on top of an object that the source no longer has. Nothing is deleted: the last copy is then
 * one that was replaced, which the bucket's lifecycle keeps for the plan's retention and no longer, and no right to
 * delete is needed for it.
 * @throws HoldfastError STORE_…, BUCKET_UNKNOWN
 */
export async function putTombstone(mirror: Mirror, name: string, at: Date): Promise<void> {
  await mirror.connection.send({
    operation: "PutObject",
    key: mirrorKey(mirror.project, mirror.bucket, name),
    headers: {
      "x-amz-checksum-crc32": NOTHINGS_CRC32,
      "x-amz-meta-holdfast-missing-since": at.toISOString(),
    },
    body: new Uint8Array(0),
  });
}
