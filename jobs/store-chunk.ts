import { pipeline } from "node:stream/promises";
import { RowHash } from "../postgres/row-hash.ts";
import { encryptStream } from "../vault/encrypt-stream.ts";
import { chunkKey, type PointReference } from "../vault/layout.ts";
import { uploadObject } from "../vault/upload-object.ts";
import type { UploadResult } from "../vault/upload-result.ts";
import type { LockMode, Vault } from "../vault/vault.ts";
import { zstdStream } from "../vault/zstd-stream.ts";

/** Counts and hashes lines on their way; final when the source has ended. */
export interface LineCounter {
  readonly plainBytes: number;
  readonly rowHash: RowHash;
}

export interface StoredChunk {
  readonly path: string;
  readonly plainBytes: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly versionId?: string;
  readonly rows: number;
  readonly hash: string;
}

/** No chunk stays locked longer than this until its manifest exists, so that litter can be swept. */
const UNPROVEN_LOCK_HOURS = 24;

/**
 * Streams one chunk into the vault: count and hash its lines, compress, encrypt, upload. Nothing touches a
 * disk; memory is bounded by the upload's parts.
 */
export async function storeChunk(init: {
  readonly vault: Vault;
  readonly point: PointReference;
  readonly path: string;
  readonly source: AsyncIterable<Uint8Array>;
  /** Worst case of the uncompressed size, in bytes: the upload plans its parts from it. */
  readonly expectedPlainBytes: number;
  /** Who counts and hashes the source already; without it this does. */
  readonly counter?: LineCounter;
  /** Called with each piece of the source when nobody has a use for it any more. */
  readonly release?: (piece: Uint8Array) => void;
  /** The tier's; the vault's when absent. */
  readonly lockMode?: LockMode | undefined;
  readonly signal?: AbortSignal | undefined;
}): Promise<StoredChunk> {
  const { vault, point, path } = init;
  const counter = init.counter ?? new CountingSource(init.source);
  let uploaded: UploadResult | undefined;
  await pipeline(
    counter instanceof CountingSource ? counter.bytes() : init.source,
    zstdStream("compress", init.release),
    encryptStream(vault, { project: point.project, point: point.id, chunk: path }),
    async (sealed: AsyncIterable<Uint8Array>) => {
      uploaded = await uploadObject(vault, {
        key: chunkKey(point.project, point.tier, point.id, path),
        body: sealed,
        expectedBytes: init.expectedPlainBytes,
        contentType: "application/octet-stream",
        lockUntil: new Date(vault.clock().getTime() + UNPROVEN_LOCK_HOURS * 3_600_000),
        lockMode: init.lockMode,
        signal: init.signal,
      });
    },
    { signal: init.signal },
  );
  if (uploaded === undefined) throw new Error(`the upload of ${path} ended without a result`);
  return {
    path,
    plainBytes: counter.plainBytes,
    bytes: uploaded.bytes,
    sha256: uploaded.sha256,
    ...(uploaded.versionId === undefined ? {} : { versionId: uploaded.versionId }),
    rows: counter.rowHash.rows,
    hash: counter.rowHash.digest(),
  };
}

class CountingSource implements LineCounter {
  plainBytes = 0;
  readonly rowHash = new RowHash();
  readonly #source: AsyncIterable<Uint8Array>;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source;
  }

  async *bytes(): AsyncIterable<Uint8Array> {
    for await (const bytes of this.#source) {
      this.plainBytes += bytes.length;
      this.rowHash.update(bytes);
      yield bytes;
    }
  }
}
