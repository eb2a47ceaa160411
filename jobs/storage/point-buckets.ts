import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { Manifest, ManifestBucket } from "../../vault/manifest.ts";

/**
 * What a point's manifest says of a bucket.
 * @throws HoldfastError POINT_WITHOUT_INVENTORY, POINT_WITHOUT_BUCKET (exit 2)
 */
export function pointBucket(manifest: Manifest, bucket: string): ManifestBucket {
  const found = pointBuckets(manifest).find((one) => one.bucket === bucket);
  if (found !== undefined) return found;
  throw new HoldfastError({
    code: "POINT_WITHOUT_BUCKET",
    message: `${manifest.id} has no inventory of bucket ${bucket}; it has ${pointBuckets(manifest)
      .map((one) => one.bucket)
      .join(", ")}.`,
    hint: "Name one of these, or a point that was taken after the bucket came into the plan.",
    exitCode: 2,
  });
}

/**
 * The buckets of a point, at least one.
 * @throws HoldfastError POINT_WITHOUT_INVENTORY (exit 2)
 */
export function pointBuckets({ id, project, storage = [] }: Manifest): readonly ManifestBucket[] {
  if (storage.length > 0) return storage;
  throw new HoldfastError({
    code: "POINT_WITHOUT_INVENTORY",
    message: `${id} of ${project} names no stored objects: its plan had no buckets, it holds definitions only, or an older release took it.`,
    hint: "Put the buckets into the plan's storage section and take a point: npm run backup. The mirror itself can be read without one.",
    exitCode: 2,
  });
}
