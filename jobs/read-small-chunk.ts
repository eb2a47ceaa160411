import { HoldfastError } from "../plan/holdfast-error.ts";
import type { Manifest } from "../vault/manifest.ts";
import type { Vault } from "../vault/vault.ts";
import { readChunk } from "./read-chunk.ts";

type ChunkKind = Manifest["chunks"][number]["kind"];

/** Schema texts and catalogs are read whole; a larger one would be no schema but an attack on memory. */
const LARGEST_TEXT_BYTES = 512 * 1024 * 1024;

/**
 * The whole text of a point's only chunk of a kind (schema, roles, catalog, sequences), or "" when the point
 * has none.
 *
 * @throws HoldfastError as readChunk, and CHUNK_DAMAGED above 512 MiB
 */
export async function readSmallChunk(vault: Vault, manifest: Manifest, kind: ChunkKind): Promise<string> {
  const chunk = manifest.chunks.find((candidate) => candidate.kind === kind);
  if (chunk === undefined) return "";
  if (chunk.plainBytes > LARGEST_TEXT_BYTES) {
    throw new HoldfastError({
      code: "CHUNK_DAMAGED",
      message: `The ${kind} chunk of ${manifest.id} claims ${chunk.plainBytes} bytes; the bound is ${LARGEST_TEXT_BYTES}.`,
      hint: "Restore another recovery point: this manifest is not one that Holdfast writes.",
    });
  }
  return await readChunk({
    vault,
    manifest,
    chunk,
    consume: async (plain) => {
      const parts: Uint8Array[] = [];
      for await (const part of plain) parts.push(part);
      return Buffer.concat(parts).toString("utf8");
    },
  });
}
