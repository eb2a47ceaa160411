import { manifestKey } from "./layout.ts";
import { type Manifest, parseManifest, type UnsealedManifest } from "./manifest.ts";
import { sealManifest } from "./manifest-seal.ts";
import { pointMetadata } from "./point-metadata.ts";
import { uploadObject } from "./upload-object.ts";
import type { LockMode, Vault } from "./vault.ts";

/** Object names in manifests of 100,000 tables stay below this. */
export const MAXIMUM_MANIFEST_BYTES = 512 * 1024 * 1024;

/**
 * Makes a recovery point exist: seals the manifest and writes it, once, locked until `retainUntil`. Call it after
 * every chunk is stored, and `extendLocks` after it.
 * @param unsealed a seal in it is replaced
 * @param options.lockMode the tier's, when it differs from the vault's
 * @throws HoldfastError OBJECT_EXISTS when the point exists, KEY_…, STORE_…
 */
export async function writeManifest(
  vault: Vault,
  unsealed: UnsealedManifest & { readonly seal?: string | undefined },
  options: { readonly lockMode?: LockMode | undefined } = {},
): Promise<Manifest> {
  const { seal: _, ...content } = unsealed;
  const { project, tier, id } = content;
  const key = manifestKey(project, tier, id);
  // As it will be read: without properties that are undefined.
  const plain: UnsealedManifest = JSON.parse(JSON.stringify(content));
  const manifest = parseManifest({ ...plain, seal: await sealManifest(vault, plain) }, key);
  const bytes = Buffer.from(`${JSON.stringify({ ...plain, seal: manifest.seal }, undefined, 1)}\n`);
  await uploadObject(vault, {
    key,
    body: one(bytes),
    expectedBytes: bytes.length,
    contentType: "application/json",
    metadata: pointMetadata(manifest),
    lockUntil: new Date(manifest.retainUntil),
    lockMode: options.lockMode,
  });
  return manifest;
}

async function* one(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
