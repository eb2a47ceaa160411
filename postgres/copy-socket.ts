import { Socket } from "node:net";

/** Bytes read at once: what a local server sends in a few milliseconds. */
const BUFFER_BYTES = 1024 * 1024;
/** Readers of 32-bit words may look this far behind the last byte. */
export const READ_AHEAD_BYTES = 16;

/** Receives raw bytes; `view` is used again for the next read, so nothing of it may be kept. */
export type ByteConsumer = (view: DataView, length: number) => void;

/**
 * A TCP or Unix socket that reads into one buffer of its own: no allocation for each read, and reads sixteen times
 * as large as Node's. Behaves like any socket until its bytes are diverted.
 * @see https://nodejs.org/api/net.html#new-netsocketoptions `onread`
 */
export class CopySocket extends Socket {
  #consumer: ByteConsumer | undefined;

  constructor() {
    const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES + READ_AHEAD_BYTES);
    const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
    super({
      onread: {
        buffer: buffer.subarray(0, BUFFER_BYTES),
        callback: (length: number): boolean => {
          if (this.#consumer === undefined) this.emit("data", Buffer.from(buffer.subarray(0, length)));
          else this.#consumer(view, length);
          return true;
        },
      },
    } as ConstructorParameters<typeof Socket>[0]);
  }

  /** Sends the bytes that arrive to the consumer instead of to listeners of `data`; without one, back again. */
  divert(consumer: ByteConsumer | undefined): void {
    this.#consumer = consumer;
  }
}
