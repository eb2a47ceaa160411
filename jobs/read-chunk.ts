import { pipeline } from "node:stream/promises";
import type { Manifest } from "../vault/manifest.ts";
import type { Vault } from "../vault/vault.ts";
import { chunkStreams } from "./chunk-streams.ts";

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
  const { streams, explain } = chunkStreams(init);
  let result: { value: Result } | undefined;
  await pipeline(
    ...streams,
    async (plain: AsyncIterable<Uint8Array>) => {
      result = { value: await init.consume(plain) };
    },
    { signal: init.signal },
  ).catch((error: unknown) => {
    throw explain(error);
  });
  if (result === undefined) throw new Error(`reading ${init.chunk.path} ended without a result`);
  return result.value;
}
