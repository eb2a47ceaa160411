import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { sourceError } from "./source-error.ts";
import type { StorageSource } from "./storage-source.ts";

/** What an object was when it was read to its last byte. */
export interface ReadObject {
  /** In bytes. */
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
  /** Hex. */
  readonly md5: string;
}

const ATTEMPTS = 3;
const PAUSE_MILLISECONDS = 200;

/**
 * Reads an object of a project's Storage to its last byte. A connection that breaks is tried again from the start.
 *
 * @returns undefined when there is none of the name
 * @throws HoldfastError STORAGE_KEYS_REFUSED, STORAGE_UNAVAILABLE
 */
export async function readSourceObject(
  source: StorageSource,
  {
    bucket,
    name,
    signal,
  }: { readonly bucket: string; readonly name: string; readonly signal?: AbortSignal | undefined },
): Promise<ReadObject | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      const [sha256, md5] = [createHash("sha256"), createHash("md5")];
      let size = 0;
      const opened = await source.open(bucket, name, { signal });
      for await (const piece of opened.body) {
        size += piece.length;
        sha256.update(piece);
        md5.update(piece);
      }
      if (size < opened.size) throw cutShort(bucket, name, size, opened.size);
      return { size, sha256: sha256.digest("hex"), md5: md5.digest("hex") };
    } catch (cause) {
      if (signal?.aborted) throw signal.reason;
      const error = sourceError(cause, { bucket, name });
      if (error.code === "STORAGE_OBJECT_MISSING") return undefined;
      if (error.code !== "STORAGE_UNAVAILABLE" || attempt >= ATTEMPTS) throw error;
      await sleep(PAUSE_MILLISECONDS * attempt, undefined, { ...(signal && { signal }) });
    }
  }
}

function cutShort(bucket: string, name: string, size: number, expected: number): HoldfastError {
  return new HoldfastError({
    code: "STORAGE_UNAVAILABLE",
    message: `${bucket}/${name} ended after ${size} of ${expected} bytes.`,
    hint: "Run the same command again; see the project's health if it stays.",
  });
}
