import { ListObjectVersionsCommand, type ListObjectVersionsCommandOutput } from "@aws-sdk/client-s3";
import type { StoredVersion } from "../list-versions.ts";
import { storeError } from "../store-error.ts";
import { mirrorPrefix } from "./mirror-layout.ts";
import type { MirrorPlace } from "./mirror-place.ts";

/**
 * Every version and delete marker of a bucket's mirror, by key, with flat memory.
 * @param options.digits hex, one or two: only the names whose hash begins so, for sharing the work out
 * @throws HoldfastError STORE_…, BUCKET_UNKNOWN
 */
export async function* listMirrorVersions(
  { vault, project, bucket }: MirrorPlace,
  options: { readonly digits?: string | undefined } = {},
): AsyncGenerator<StoredVersion> {
  const prefix = mirrorPrefix(project, bucket) + (options.digits ?? "");
  let marker: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
  while (marker) {
    const page: ListObjectVersionsCommandOutput = await vault.s3
      .send(new ListObjectVersionsCommand({ Bucket: vault.bucket, Prefix: prefix, ...marker }))
      .catch((error: unknown) => {
        throw storeError(error, { operation: "ListObjectVersions", bucket: vault.bucket, key: prefix });
      });
    yield* versionsOf(page);
    const { NextKeyMarker, NextVersionIdMarker } = page;
    marker =
      page.IsTruncated && NextKeyMarker
        ? { KeyMarker: NextKeyMarker, ...(NextVersionIdMarker && { VersionIdMarker: NextVersionIdMarker }) }
        : undefined;
  }
}

function versionsOf(page: ListObjectVersionsCommandOutput): StoredVersion[] {
  const facts = (entry: { Key?: string; VersionId?: string; IsLatest?: boolean; LastModified?: Date }) => ({
    key: entry.Key ?? "",
    versionId: entry.VersionId ?? "null",
    isLatest: entry.IsLatest ?? true,
    modifiedAt: entry.LastModified ?? new Date(8.64e15),
  });
  return [
    ...(page.Versions ?? []).map((one) => ({ ...facts(one), isDeleteMarker: false, bytes: one.Size ?? 0 })),
    ...(page.DeleteMarkers ?? []).map((one) => ({ ...facts(one), isDeleteMarker: true, bytes: 0 })),
  ];
}
