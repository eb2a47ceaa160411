import type { StorageBucket } from "../../plan/schema/storage.ts";
import { bucketSlug } from "./bucket-slug.ts";
import { shortSlug } from "./short-slug.ts";

/** Leaves room for a number of two digits before it. */
const LONGEST_SLUG = 15;

/**
 * What the schedules of a bucket's sync are called: one, or one for each shard in the order of their numbers. These stand
 * before the slug: behind it, shard 1 of `photos` could be the bucket `photos.1`.
 * @returns `<project>.sync.<bucket's slug>`, of shards `<project>.sync-<number>.<bucket's slug>`; up to 64 signs
 */
export function syncScheduleNames(
  project: string,
  { bucket, shards }: Pick<StorageBucket, "bucket" | "shards">,
): string[] {
  if (shards === 1) return [`${project}.sync.${bucketSlug(bucket)}`];
  const slug = shortSlug(bucket, LONGEST_SLUG);
  return Array.from({ length: shards }, (_, at) => `${project}.sync-${at + 1}.${slug}`);
}
