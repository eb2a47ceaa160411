import { shortSlug } from "./short-slug.ts";

/** With the longest name of a project and `.sync.` it just fits into the 64 signs of a schedule's name. */
const LONGEST = 18;

/**
 * A bucket's name in the signs that names of schedules may have; no two buckets share a slug.
 * @returns 1 to 18 letters, digits, `_`, `.` and `-`
 */
export function bucketSlug(bucket: string): string {
  return shortSlug(bucket, LONGEST);
}
