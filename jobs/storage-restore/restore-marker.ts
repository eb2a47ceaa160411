import { createHash } from "node:crypto";
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { keySegment } from "../../vault/layout.ts";
import type { Manifest } from "../../vault/manifest.ts";
import { isAbsent, storeError } from "../../vault/store-error.ts";
import { uploadObject } from "../../vault/upload-object.ts";
import type { Vault } from "../../vault/vault.ts";
import { storageIdentity } from "./storage-identity.ts";

/** What a restore is of and where it goes. */
export interface MarkedRestore {
  readonly manifest: Manifest;
  /** In the point. */
  readonly bucket: string;
  readonly target: { readonly endpoint: string; readonly bucket: string };
}

/**
 * `<project>/storage-restores/<64 hex>`: of the point's seal, its bucket and the target. Written once, before the first
 * object: it tells a run that was begun by us from a bucket that somebody else filled.
 */
export function restoreMarkerKey({ manifest, bucket, target }: MarkedRestore): string {
  const facts = [manifest.seal, bucket, storageIdentity(target.endpoint), target.bucket];
  const hash = createHash("sha256").update(JSON.stringify(facts)).digest("hex");
  return `${keySegment(manifest.project, "project")}/storage-restores/${hash}`;
}

/** Whether a restore of this bucket of this point into this target was begun before. @throws HoldfastError STORE_… */
export async function wasBegun(vault: Vault, restore: MarkedRestore): Promise<boolean> {
  const Key = restoreMarkerKey(restore);
  try {
    await vault.s3.send(new HeadObjectCommand({ Bucket: vault.bucket, Key }));
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw storeError(error, { operation: "HeadObject", bucket: vault.bucket, key: Key });
  }
}

/** Notes that the first object is about to be written. @throws HoldfastError STORE_…, OBJECT_EXISTS */
export async function markBegun(vault: Vault, restore: MarkedRestore): Promise<void> {
  const { manifest, bucket, target } = restore;
  const begun = { point: manifest.id, bucket, into: target, at: vault.clock().toISOString() };
  const bytes = Buffer.from(JSON.stringify(begun), "utf8");
  await uploadObject(vault, {
    key: restoreMarkerKey(restore),
    contentType: "application/json",
    expectedBytes: bytes.length,
    body: (async function* () {
      yield bytes;
    })(),
  });
}
