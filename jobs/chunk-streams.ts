import type { Duplex, Readable } from "node:stream";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { decryptStream } from "../vault/decrypt-stream.ts";
import { dispose } from "../vault/disposable.ts";
import { downloadObject } from "../vault/download-object.ts";
import { chunkKey } from "../vault/layout.ts";
import type { Manifest, ManifestChunk } from "../vault/manifest.ts";
import type { Vault } from "../vault/vault.ts";
import { zstdStream } from "../vault/zstd-stream.ts";

export interface ChunkStreams {
  /** To be joined by a pipeline, in this order; the last gives plain bytes. */
  readonly streams: readonly [stored: Readable, opened: Duplex, plain: Duplex];
  /** What the pipeline failed with, as a person may read it. */
  explain(error: unknown): unknown;
}

/**
 * The way of one chunk out of the vault: download, check against the manifest, decrypt for exactly this project, point
 * and path, decompress. Nothing touches a disk.
 */
export function chunkStreams(init: {
  readonly vault: Vault;
  readonly manifest: Manifest;
  readonly chunk: ManifestChunk;
}): ChunkStreams {
  const { vault, manifest, chunk } = init;
  const key = chunkKey(manifest.project, manifest.tier, manifest.id, chunk.path);
  const stored = downloadObject(vault, key, {
    ...(chunk.versionId === undefined ? {} : { versionId: chunk.versionId }),
    expectedSha256: chunk.sha256,
    expectedBytes: chunk.bytes,
  });
  return {
    streams: [
      stored,
      decryptStream(vault, { project: manifest.project, point: manifest.id, chunk: chunk.path }),
      zstdStream("decompress", dispose),
    ],
    explain: (error) => readableFailure(error, key),
  };
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
