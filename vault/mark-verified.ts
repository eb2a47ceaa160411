import { GetObjectTaggingCommand, PutObjectTaggingCommand, type Tag } from "@aws-sdk/client-s3";
import { chunkKey, manifestKey } from "./layout.ts";
import { readPoint, VERIFIED_AT_TAG, VERIFIED_TAG } from "./list-points.ts";
import type { Manifest } from "./manifest.ts";
import { pointUnknown } from "./read-manifest.ts";
import { runLimited } from "./run-limited.ts";
import { storeError } from "./store-error.ts";
import type { Vault } from "./vault.ts";

/** How often and how much of a verified point is tagged at once. */
const CONCURRENCY = 16;

/**
 * Marks a point as restored and proved: each object is tagged `verified=true` and `verified-at`, the manifest last,
 * so that a point counts as verified only when all of it does. The bucket's lifecycle expires nothing without the tag.
 * Other tags stay. Calling it again renews the time.
 * @throws HoldfastError POINT_UNKNOWN (exit 2), STORE_…
 */
export async function markVerified(
  vault: Vault,
  manifest: Manifest,
  at: Date = vault.clock(),
): Promise<void> {
  const { project, tier, id } = manifest;
  const point = await readPoint(vault, { project, tier, id });
  if (!point) throw pointUnknown({ project, tier, id });
  await runLimited(manifest.chunks, CONCURRENCY, ({ path, versionId }) =>
    tag(vault, { key: chunkKey(project, tier, id, path), versionId }, at),
  );
  await tag(vault, { key: manifestKey(project, tier, id), versionId: point.versionId }, at);
}

async function tag(
  vault: Vault,
  { key, versionId }: { key: string; versionId: string | undefined },
  at: Date,
): Promise<void> {
  const target = { Bucket: vault.bucket, Key: key, ...(versionId && { VersionId: versionId }) };
  const isOurs = ({ Key }: Tag) => Key === VERIFIED_TAG || Key === VERIFIED_AT_TAG;
  try {
    const { TagSet = [] } = await vault.s3.send(new GetObjectTaggingCommand(target));
    const ours = [
      { Key: VERIFIED_TAG, Value: "true" },
      { Key: VERIFIED_AT_TAG, Value: at.toISOString() },
    ];
    const kept = TagSet.filter((entry) => !isOurs(entry));
    await vault.s3.send(new PutObjectTaggingCommand({ ...target, Tagging: { TagSet: [...kept, ...ours] } }));
  } catch (error) {
    throw storeError(error, { operation: "PutObjectTagging", bucket: vault.bucket, key });
  }
}
