import { HoldfastError } from "../plan/holdfast-error.ts";
import { type DownloadOptions, downloadObject } from "./download-object.ts";
import type { Vault } from "./vault.ts";

/**
 * A whole small object in memory.
 * @param maximumBytes larger objects are refused
 * @throws HoldfastError OBJECT_TOO_LARGE and those of `downloadObject`
 */
export async function readObject(
  vault: Vault,
  key: string,
  { maximumBytes, ...options }: DownloadOptions & { readonly maximumBytes: number },
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of downloadObject(vault, key, options)) {
    bytes += piece.length;
    if (bytes > maximumBytes) {
      throw new HoldfastError({
        code: "OBJECT_TOO_LARGE",
        message: `${key} is larger than ${maximumBytes} bytes, which nothing of its kind is.`,
        hint: "Restore the object's previous version in the bucket.",
      });
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
