import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { sourceError } from "./source-error.ts";
import type { OpenedObject, StorageSource } from "./storage-source.ts";

export interface SourceObject {
  readonly source: StorageSource;
  readonly bucket: string;
  readonly name: string;
  readonly signal?: AbortSignal | undefined;
}

/** Connections lost one after another without a byte in between before the object is given up. */
const ATTEMPTS_WITHOUT_PROGRESS = 4;

/**
 * The bytes of an opened object. A connection that breaks or falls silent is made anew where it stopped, as long as
 * the object is still the same.
 * @param from bytes that were read already, before the opened body
 * @throws HoldfastError STORAGE_OBJECT_REPLACED, STORAGE_OBJECT_MISSING, STORAGE_UNAVAILABLE, STORAGE_KEYS_REFUSED
 */
export async function* sourceBody(
  object: SourceObject,
  opened: OpenedObject,
  from = 0,
): AsyncGenerator<Uint8Array> {
  const { source, bucket, name, signal } = object;
  let { body } = opened;
  let read = from;
  for (let failures = 0; ; ) {
    const before = read;
    try {
      for await (const piece of body) {
        read += piece.length;
        yield piece;
      }
      if (read >= opened.size) return;
      throw new Error("the answer ended early");
    } catch (cause) {
      signal?.throwIfAborted();
      const error = sourceError(cause, { bucket, name });
      failures = read > before ? 1 : failures + 1;
      if (error.code !== "STORAGE_UNAVAILABLE" || failures >= ATTEMPTS_WITHOUT_PROGRESS) throw error;
      await sleep(100 * 2 ** failures * (0.5 + Math.random()), undefined, { ...(signal && { signal }) });
    }
    // A failure of this very request is the client's to repeat; after its last attempt the object is given up.
    const again = await source.open(bucket, name, { from: read, eTag: opened.eTag, signal });
    if (again.size !== opened.size || again.eTag !== opened.eTag) {
      again.close();
      throw replaced(object);
    }
    ({ body } = again);
  }
}

/**
 * The same bytes at once, for small objects: iterating a stream costs as much as all else of reading it.
 * @throws HoldfastError as `sourceBody`
 */
export async function readWhole(object: SourceObject, opened: OpenedObject): Promise<Buffer> {
  const { body, size } = opened;
  const pieces: Uint8Array[] = [];
  const rest = body instanceof Readable ? await take(body, size, pieces) : body;
  const read = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (rest) for await (const piece of sourceBody(object, { ...opened, body: rest }, read)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** @returns what is left when the stream failed: nothing but its error; undefined when all bytes came */
async function take(
  body: Readable,
  size: number,
  pieces: Uint8Array[],
): Promise<AsyncIterable<Uint8Array> | undefined> {
  // Its events are over when it broke before anybody listened.
  if (body.destroyed) return failed(body.errored ?? new Error("aborted"));
  const { promise, resolve } = Promise.withResolvers<AsyncIterable<Uint8Array> | undefined>();
  let read = 0;
  body.on("data", (piece: Uint8Array) => {
    read += piece.length;
    pieces.push(piece);
  });
  body.once("end", () => resolve(read < size ? failed(new Error("the answer ended early")) : undefined));
  body.once("error", (error) => resolve(failed(error)));
  body.once("close", () => resolve(body.readableEnded ? undefined : failed(new Error("aborted"))));
  return await promise;
}

function failed(error: Error): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }),
  };
}

function replaced({ bucket, name }: SourceObject): HoldfastError {
  return new HoldfastError({
    code: "STORAGE_OBJECT_REPLACED",
    message: `${bucket}/${name} was replaced while it was read.`,
    hint: "Run the sync again: it copies the new version.",
  });
}
