import type pg from "pg";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { ManifestBucket } from "../../vault/manifest.ts";
import { type BucketSettings, readBuckets } from "../backup/read-buckets.ts";

/** How the target's bucket is set, or undefined when it is not there. */
export async function findTargetBucket(
  client: pg.Client,
  bucket: string,
): Promise<BucketSettings | undefined> {
  try {
    return (await readBuckets(client, [bucket]))[0];
  } catch (error) {
    if (error instanceof HoldfastError && error.code === "STORAGE_BUCKET_UNKNOWN") return undefined;
    throw error;
  }
}

/** Makes the bucket as the point has it. */
export async function createTargetBucket(client: pg.Client, wanted: ManifestBucket): Promise<void> {
  await client.query(
    `INSERT INTO storage.buckets (id, name, public, file_size_limit, allowed_mime_types) VALUES ($1, $1, $2, $3, $4)`,
    [wanted.bucket, wanted.public, wanted.fileSizeLimit ?? null, wanted.allowedMimeTypes ?? null],
  );
}

/** @throws HoldfastError TARGET_BUCKET_DIFFERS: other limits would refuse objects, another flag would publish them */
export function requireSameSettings(wanted: ManifestBucket, found: BucketSettings): void {
  const [expected, actual] = [settingsOf(wanted), settingsOf(found)];
  if (expected === actual) return;
  throw new HoldfastError({
    code: "TARGET_BUCKET_DIFFERS",
    message: `The target's bucket ${wanted.bucket} is set otherwise than the point's: ${actual}; the point has ${expected}.`,
    hint: "Set it as in the point, in the target's dashboard, or delete the empty bucket: then the restore makes it.",
  });
}

/** Policies that the point has and the target has not, and the other way round. */
export function comparePolicies(wanted: ManifestBucket, found: BucketSettings): string[] {
  return [
    ...wanted.policies.filter((sql) => !found.policies.includes(sql)).map((sql) => `missing: ${sql}`),
    ...found.policies
      .filter((sql) => !wanted.policies.includes(sql))
      .map((sql) => `not in the point: ${sql}`),
  ];
}

function settingsOf({ public: isPublic, fileSizeLimit, allowedMimeTypes }: BucketSettings): string {
  const types =
    allowedMimeTypes === undefined ? "any type" : `types ${[...allowedMimeTypes].sort().join(", ")}`;
  return `${isPublic ? "public" : "private"}, ${fileSizeLimit === undefined ? "no size limit" : `${fileSizeLimit} bytes at most`}, ${types}`;
}
