import type { Duplex } from "node:stream";
import { type ByteConsumer, CopySocket } from "./copy-socket.ts";

/** A read smaller than this is followed by a pause, so that the next one is larger. */
const WORTHWHILE_READ_BYTES = 256 * 1024;
/** Before this many bytes nothing is paused: small tables are not worth it. */
const UNPAUSED_BYTES = 128 * 1024;
const PAUSE_MILLISECONDS = 1;

type Listener = (...values: unknown[]) => void;

/**
 * Takes the bytes that arrive on a driver's socket away from the driver for a while, and paces the reading.
 *
 * A server sends 8 KiB at a time and would wake this process as often. Waiting a millisecond lets the kernel gather
 * the data, which saves more than half of the processor time of receiving, some of the server's, and no speed.
 */
export class SocketDiversion {
  readonly #socket: Duplex;
  readonly #onClose: () => void;
  readonly #driverListeners: Listener[];
  readonly #onData: (bytes: Buffer) => void;
  #active = true;
  #held = false;
  #received = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(socket: Duplex, onBytes: ByteConsumer, onClose: () => void) {
    this.#socket = socket;
    this.#onClose = onClose;
    const consume: ByteConsumer = (view, length) => {
      this.#received += length;
      onBytes(view, length);
      this.#pace(length);
    };
    this.#onData = (bytes) =>
      consume(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), bytes.length);
    this.#driverListeners = socket.listeners("data") as Listener[];
    socket.removeAllListeners("data");
    if (socket instanceof CopySocket) socket.divert(consume);
    else socket.on("data", this.#onData);
    socket.once("close", onClose);
  }

  /** Reads nothing more until `resume`. */
  hold(): void {
    this.#held = true;
    if (this.#active) this.#socket.pause();
  }

  resume(): void {
    this.#held = false;
    if (this.#active && this.#timer === undefined) this.#socket.resume();
  }

  /** Hands a message to the driver as if it had just arrived. */
  passOn(message: Buffer): void {
    if (this.#active) for (const listener of this.#driverListeners) listener.call(this.#socket, message);
    else this.#socket.emit("data", message);
  }

  /** Gives the socket back to the driver. */
  end(): void {
    if (!this.#active) return;
    this.#active = false;
    clearTimeout(this.#timer);
    this.#socket.off("close", this.#onClose);
    if (this.#socket instanceof CopySocket) this.#socket.divert(undefined);
    else this.#socket.off("data", this.#onData);
    for (const listener of this.#driverListeners) this.#socket.on("data", listener);
    this.#socket.resume();
  }

  #pace(length: number): void {
    if (!this.#active || this.#held || this.#timer !== undefined) return;
    if (!(this.#socket instanceof CopySocket)) return;
    if (length >= WORTHWHILE_READ_BYTES || this.#received < UNPAUSED_BYTES) return;
    this.#socket.pause();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#active && !this.#held) this.#socket.resume();
    }, PAUSE_MILLISECONDS);
  }
}
