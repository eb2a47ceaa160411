import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { decryptStream } from "../vault/decrypt-stream.ts";
import { dispose } from "../vault/disposable.ts";
import { downloadObject } from "../vault/download-object.ts";
import { chunkKey } from "../vault/layout.ts";
import type { Manifest } from "../vault/manifest.ts";
import type { Vault } from "../vault/vault.ts";
import { zstdStream } from "./zstd-stream.ts";

/**
 * Hands the plain bytes of one chunk to `consume`: download, check against the manifest, decrypt for exactly
 * this project, point and path, decompress. Nothing touches a disk. A piece that was used up may be given to
 * `dispose`, which frees it at once.
 *
 * @throws HoldfastError CHUNK_MISSING, CHUNK_DAMAGED, CHUNK_MISPLACED, KEY_DOES_NOT_OPEN
 */
export async function readChunk<Result>(init: {
  readonly vault: Vault;
  readonly manifest: Manifest;
  readonly chunk: Manifest["chunks"][number];
  readonly consume: (plain: AsyncIterable<Uint8Array>) => Promise<Result>;
  readonly signal?: AbortSignal | undefined;
}): Promise<Result> {
  const { vault, manifest, chunk } = init;
  const key = chunkKey(manifest.project, manifest.tier, manifest.id, chunk.path);
  const stored: Readable = downloadObject(vault, key, {
    ...(chunk.versionId === undefined ? {} : { versionId: chunk.versionId }),
    expectedSha256: chunk.sha256,
    expectedBytes: chunk.bytes,
  });
  let result: { value: Result } | undefined;
  await pipeline(
    stored,
    decryptStream(vault, { project: manifest.project, point: manifest.id, chunk: chunk.path }),
    zstdStream("decompress", dispose),
    async (plain: AsyncIterable<Uint8Array>) => {
      result = { value: await init.consume(plain) };
    },
    { signal: init.signal },
  ).catch((error: unknown) => {
    throw readableFailure(error, key);
  });
  if (result === undefined) throw new Error(`reading ${key} ended without a result`);
  return result.value;
}

/** zlib's own codes say nothing to a person: a chunk that does not decompress is a damaged chunk. */
function readableFailure(error: unknown, key: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (typeof code !== "string" || !code.startsWith("ZSTD_")) return error;
  return new HoldfastError({
    code: "CHUNK_DAMAGED",
    message: `The chunk ${key} decrypts but does not decompress (${code}).`,
    hint: "Restore another recovery point, or an older version of this object from the versioned bucket.",
    cause: error,
  });
}
