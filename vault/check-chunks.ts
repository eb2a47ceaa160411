import { HoldfastError } from "../plan/holdfast-error.ts";
import { dispose } from "./disposable.ts";
import { downloadObject } from "./download-object.ts";
import { chunkKey } from "./layout.ts";
import type { Manifest, ManifestChunk } from "./manifest.ts";
import { runLimited } from "./run-limited.ts";
import type { Vault } from "./vault.ts";

export interface ChunkProblem {
  readonly path: string;
  readonly problem: "missing" | "damaged";
  readonly detail: string;
}

export interface ChunkReport {
  /** Chunks read. */
  readonly chunks: number;
  /** Stored bytes of the chunks that are as the manifest says. */
  readonly bytes: number;
  /** In the manifest's order; empty when every chunk is as the manifest says. */
  readonly problems: readonly ChunkProblem[];
}

export interface CheckChunksOptions {
  /** Chunks read at once. @default 4 */
  readonly concurrency?: number | undefined;
  /** Called with the number of stored bytes just read. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads every chunk of a point, to its last byte, and compares size and hash. Nothing is decrypted. All missing and
 * damaged chunks are collected, so that one run names them all.
 * @throws HoldfastError STORE_… when the store does not let itself be asked
 */
export async function checkChunks(
  vault: Vault,
  manifest: Manifest,
  { concurrency = 4, onBytes, signal }: CheckChunksOptions = {},
): Promise<ChunkReport> {
  const found = new Map<string, ChunkProblem>();
  let bytes = 0;
  await runLimited(manifest.chunks, concurrency, async (chunk) => {
    const problem = await checkChunk(vault, manifest, chunk, { onBytes, signal });
    if (problem) found.set(chunk.path, problem);
    else bytes += chunk.bytes;
  });
  const problems = manifest.chunks
    .map(({ path }) => found.get(path))
    .filter((problem) => problem !== undefined);
  return { chunks: manifest.chunks.length, bytes, problems };
}

async function checkChunk(
  vault: Vault,
  { project, tier, id }: Manifest,
  chunk: ManifestChunk,
  { onBytes, signal }: CheckChunksOptions,
): Promise<ChunkProblem | undefined> {
  try {
    const stream = downloadObject(vault, chunkKey(project, tier, id, chunk.path), {
      versionId: chunk.versionId,
      expectedSha256: chunk.sha256,
      expectedBytes: chunk.bytes,
      signal,
    });
    for await (const piece of stream) {
      onBytes?.(piece.length);
      dispose(piece);
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    if (error.code === "CHUNK_MISSING")
      return { path: chunk.path, problem: "missing", detail: error.message };
    if (error.code === "CHUNK_DAMAGED")
      return { path: chunk.path, problem: "damaged", detail: error.message };
    throw error;
  }
}
