import { Duplex } from "node:stream";
import { dispose, isDisposable, markDisposable } from "./disposable.ts";

export interface CryptoStreamOptions {
  /** Turns the library's error into the one that the caller sees. */
  readonly mapError: (error: Error) => Error;
  /** Gets rid of the inner stream when the outer one is destroyed. @default it is destroyed */
  readonly abandon?: (inner: Duplex) => void;
  /** Sees the inner stream before the first byte moves. */
  readonly onInner?: (inner: Duplex, fail: (error: Error) => void) => void;
}

/**
 * Wraps a stream of the encryption library, which predates `stream.pipeline`: one error, mapped, then `close`;
 * destroying the outer stream destroys the inner one; back-pressure passes in both directions.
 */
export function cryptoStream(inner: Duplex, { mapError, onInner, abandon }: CryptoStreamOptions): Duplex {
  let onDrained: (() => void) | undefined;
  const release = releaseConsumed();
  const outer = new Duplex({
    // The inner streams buffer a frame each; more here would only add memory.
    readableHighWaterMark: 1,
    // Byte mode would join the pieces that wait, that is copy them.
    readableObjectMode: true,
    writableHighWaterMark: 1,
    write(chunk: Buffer, _encoding, done) {
      release.taken(chunk);
      if (inner.write(chunk)) done();
      else onDrained = done;
    },
    final(done) {
      inner.end();
      done();
    },
    read() {
      inner.resume();
    },
    destroy(error, done) {
      if (abandon) abandon(inner);
      else inner.destroy();
      done(error);
    },
  });
  const fail = (error: Error) => outer.destroy(mapError(error));
  inner.on("drain", () => {
    const done = onDrained;
    onDrained = undefined;
    done?.();
  });
  inner.on("data", (chunk: Buffer) => {
    if (chunk.length === 0) return;
    release.given(chunk.length);
    markDisposable(chunk);
    if (!outer.push(chunk)) inner.pause();
  });
  inner.once("end", () => outer.push(null));
  // Stays attached: the library may report again while it is torn down.
  inner.on("error", fail);
  onInner?.(inner, fail);
  return outer;
}

/**
 * Frees what the inner stream has consumed. It works frame by frame, so once it has given out n bytes it has no use
 * for what it took before byte n, less what the framing adds when it encrypts.
 */
function releaseConsumed(): { taken: (bytes: Uint8Array) => void; given: (count: number) => void } {
  const waiting: { readonly bytes: Uint8Array; readonly end: number }[] = [];
  let takenBytes = 0;
  let givenBytes = 0;
  return {
    taken(bytes) {
      takenBytes += bytes.length;
      if (isDisposable(bytes)) waiting.push({ bytes, end: takenBytes });
    },
    given(count) {
      givenBytes += count;
      // A header has less than 64 KiB, and each frame of 1 MiB adds less than 64 bytes.
      const consumed = givenBytes * (1 - 64 / (1024 * 1024)) - 64 * 1024;
      for (let next = waiting[0]; next && next.end <= consumed; next = waiting[0]) {
        dispose(next.bytes);
        waiting.shift();
      }
    },
  };
}
