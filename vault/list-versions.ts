import {
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  ListPartsCommand,
  type ListPartsCommandOutput,
} from "@aws-sdk/client-s3";
import type { Tier } from "../plan/tier.ts";
import { pointsPrefix, tierPrefix } from "./layout.ts";
import { isAbsent, storeError } from "./store-error.ts";
import type { Vault } from "./vault.ts";

/** One version of an object, or one delete marker. */
export interface StoredVersion {
  readonly key: string;
  /** `null` in a bucket without versions. */
  readonly versionId: string;
  readonly isDeleteMarker: boolean;
  readonly isLatest: boolean;
  readonly modifiedAt: Date;
  readonly bytes: number;
}

export interface UnfinishedUpload {
  readonly key: string;
  readonly uploadId: string;
  readonly startedAt: Date;
}

/** The names below a tier, also of points of which only old versions are left. */
export async function listPointFolders(vault: Vault, project: string, tier: Tier): Promise<string[]> {
  const prefix = tierPrefix(project, tier);
  const names: string[] = [];
  for await (const page of versionPages(vault, prefix, "/")) {
    for (const { Prefix } of page.CommonPrefixes ?? []) {
      if (Prefix !== undefined) names.push(Prefix.slice(prefix.length, -1));
    }
  }
  return names;
}

/** Every version and delete marker below a prefix. */
export async function listVersions(vault: Vault, prefix: string): Promise<StoredVersion[]> {
  const versions: StoredVersion[] = [];
  for await (const page of versionPages(vault, prefix)) {
    for (const entry of page.Versions ?? []) versions.push(toVersion(entry, false, entry.Size ?? 0));
    for (const entry of page.DeleteMarkers ?? []) versions.push(toVersion(entry, true, 0));
  }
  return versions;
}

interface Entry {
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
  readonly IsLatest?: boolean | undefined;
  readonly LastModified?: Date | undefined;
}

function toVersion(entry: Entry, isDeleteMarker: boolean, bytes: number): StoredVersion {
  return {
    key: entry.Key ?? "",
    versionId: entry.VersionId ?? "null",
    isDeleteMarker,
    isLatest: entry.IsLatest ?? true,
    // Without a date it counts as new, which keeps it.
    modifiedAt: entry.LastModified ?? new Date(8.64e15),
    bytes,
  };
}

/** Page after page, for callers that must not hold all of it. */
export async function* versionPages(
  vault: Vault,
  prefix: string,
  delimiter?: string,
): AsyncGenerator<ListObjectVersionsCommandOutput> {
  let marker: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
  while (marker) {
    const command: ListObjectVersionsCommand = new ListObjectVersionsCommand({
      Bucket: vault.bucket,
      Prefix: prefix,
      ...(delimiter && { Delimiter: delimiter }),
      ...marker,
    });
    const page: ListObjectVersionsCommandOutput = await vault.s3.send(command).catch((error: unknown) => {
      throw storeError(error, { operation: "ListObjectVersions", bucket: vault.bucket, key: prefix });
    });
    yield page;
    const { NextKeyMarker, NextVersionIdMarker } = page;
    marker =
      page.IsTruncated && NextKeyMarker
        ? { KeyMarker: NextKeyMarker, ...(NextVersionIdMarker && { VersionIdMarker: NextVersionIdMarker }) }
        : undefined;
  }
}

/**
 * Uploads that were begun and neither completed nor aborted.
 * @param prefix @default the project's points
 */
export async function listUploads(
  vault: Vault,
  project: string,
  prefix: string = pointsPrefix(project),
): Promise<UnfinishedUpload[]> {
  const uploads: UnfinishedUpload[] = [];
  let marker: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {};
  while (marker) {
    const page: ListMultipartUploadsCommandOutput = await vault.s3
      .send(new ListMultipartUploadsCommand({ Bucket: vault.bucket, Prefix: prefix, ...marker }))
      .catch((error: unknown) => {
        throw storeError(error, { operation: "ListMultipartUploads", bucket: vault.bucket, key: prefix });
      });
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (Key?.startsWith(prefix) && UploadId && Initiated) {
        uploads.push({ key: Key, uploadId: UploadId, startedAt: Initiated });
      }
    }
    const { NextKeyMarker, NextUploadIdMarker } = page;
    marker =
      page.IsTruncated && NextKeyMarker
        ? { KeyMarker: NextKeyMarker, ...(NextUploadIdMarker && { UploadIdMarker: NextUploadIdMarker }) }
        : undefined;
  }
  return uploads;
}

/** When an unfinished upload last got a part; its start when it has none. */
export async function lastActivity(
  vault: Vault,
  { key, uploadId, startedAt }: UnfinishedUpload,
): Promise<Date> {
  let latest = startedAt;
  let marker: string | undefined;
  do {
    const page: ListPartsCommandOutput = await vault.s3
      .send(
        new ListPartsCommand({
          Bucket: vault.bucket,
          Key: key,
          UploadId: uploadId,
          ...(marker && { PartNumberMarker: marker }),
        }),
      )
      .catch((error: unknown) => {
        // Completed or aborted meanwhile: somebody is at work.
        if (isAbsent(error)) return { $metadata: {}, Parts: [{ LastModified: new Date(8.64e15) }] };
        throw storeError(error, { operation: "ListParts", bucket: vault.bucket, key });
      });
    for (const { LastModified } of page.Parts ?? [])
      if (LastModified && LastModified > latest) latest = LastModified;
    marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
  } while (marker);
  return latest;
}
