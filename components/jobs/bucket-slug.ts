import { createHash } from "node:crypto";

/** With the longest name of a project and `.sync.` it just fits into the 64 signs of a schedule's name. */
const LONGEST = 18;
const HASH_LENGTH = 8;

/**
 * A bucket's name in the signs that names of schedules may have. One that has others, or is too long, gets a part of
 * its hash, so that no two buckets share a slug.
 * @returns 1 to 18 letters, digits, `_`, `.` and `-`
 */
export function bucketSlug(bucket: string): string {
  if (bucket.length <= LONGEST && /^[A-Za-z0-9_.-]+$/.test(bucket)) return bucket;
  const start = bucket.replaceAll(/[^A-Za-z0-9_.-]/g, "-").slice(0, LONGEST - HASH_LENGTH - 1);
  return `${start}-${createHash("sha256").update(bucket).digest("hex").slice(0, HASH_LENGTH)}`;
}
