import { createHash } from "node:crypto";

/** S3's names have up to 63 characters. */
const LONGEST = 63;
const ENDING = "-logs";
const HASH_LENGTH = 8;

/** Of the bucket that holds a bucket's access log; a long name is cut, and told apart by a part of its hash. */
export function logBucketName(bucket: string): string {
  if (bucket.length + ENDING.length <= LONGEST) return `${bucket}${ENDING}`;
  const hash = createHash("sha256").update(bucket).digest("hex").slice(0, HASH_LENGTH);
  const start = bucket.slice(0, LONGEST - ENDING.length - HASH_LENGTH - 1).replace(/[.-]+$/, "");
  return `${start}-${hash}${ENDING}`;
}
