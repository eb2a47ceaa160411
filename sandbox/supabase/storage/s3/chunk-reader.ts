import { refusals } from "../storage-refusal.ts";

const LONGEST_LINE_BYTES = 16 * 1024;

/** Reads lines and counted bytes from a stream, holding no more than one piece of it. */
export class ChunkReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async #more(): Promise<Buffer> {
    const next = await this.#source.next();
    if (next.done) throw refusals.incompleteBody();
    return Buffer.from(next.value.buffer, next.value.byteOffset, next.value.length);
  }

  /** The text up to the next CR LF, without it. */
  async line(): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf("\r\n");
      if (end >= 0) {
        const text = this.#rest.toString("latin1", 0, end);
        this.#rest = this.#rest.subarray(end + 2);
        return text;
      }
      if (this.#rest.length > LONGEST_LINE_BYTES) throw refusals.incompleteBody();
      this.#rest = Buffer.concat([this.#rest, await this.#more()]);
    }
  }

  /** So many bytes, in the pieces in which they come. */
  async *bytes(count: number): AsyncGenerator<Buffer, void, undefined> {
    for (let left = count; left > 0; ) {
      if (this.#rest.length === 0) this.#rest = await this.#more();
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  /** Reads to the end, where nothing may follow any more. */
  async end(): Promise<void> {
    for (let next = this.#rest; ; ) {
      if (next.length > 0) throw refusals.incompleteBody();
      const more = await this.#source.next();
      if (more.done) return;
      next = Buffer.from(more.value);
    }
  }
}
