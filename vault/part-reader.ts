import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { dispose } from "./disposable.ts";

export interface FilledPart {
  readonly bytes: Buffer;
  /** Big-endian, base64: the form of `x-amz-checksum-crc32`. */
  readonly crc32: string;
  /** No byte comes after this part. */
  readonly isLast: boolean;
}

/** Smallest first buffer: most objects of a point are far smaller than a part. */
const FIRST_BUFFER_BYTES = 64 * 1024;

/**
 * Cuts a stream into parts and hashes it on the way. Each byte is hashed while it is still in the processor's cache
 * and copied once, into a buffer that the caller gives back for reuse.
 */
export class PartReader {
  readonly #partBytes: number;
  readonly #free: Buffer[] = [];
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #sha256 = createHash("sha256");
  #fetched: Uint8Array = Buffer.alloc(0);
  /** What is left of it. */
  #rest: Uint8Array = this.#fetched;
  #ended = false;
  #bytes = 0;

  constructor(body: AsyncIterable<Uint8Array>, partBytes: number) {
    this.#partBytes = partBytes;
    this.#source = body[Symbol.asyncIterator]();
  }

  /** Bytes handed out so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** SHA-256 of everything handed out; ends the hashing. */
  digest(): Buffer {
    return this.#sha256.digest();
  }

  /** The next part: full, or the last one. The first starts in a small buffer that grows as needed. */
  async next(): Promise<FilledPart> {
    const size = this.#bytes === 0 ? Math.min(FIRST_BUFFER_BYTES, this.#partBytes) : this.#partBytes;
    let buffer = this.#free.pop() ?? Buffer.allocUnsafeSlow(size);
    let filled = 0;
    let checksum = 0;
    while (filled < this.#partBytes && (await this.#fetch())) {
      const piece = this.#rest.subarray(0, this.#partBytes - filled);
      if (buffer.length < filled + piece.length)
        buffer = grown(buffer, filled, filled + piece.length, this.#partBytes);
      this.#sha256.update(piece);
      checksum = crc32(piece, checksum);
      buffer.set(piece, filled);
      filled += piece.length;
      this.#rest = this.#rest.subarray(piece.length);
      if (this.#rest.length === 0) dispose(this.#fetched);
    }
    // Looks ahead: an object that ends exactly with a part must not get an empty one more.
    const isLast = !(await this.#fetch());
    this.#bytes += filled;
    return { bytes: buffer.subarray(0, filled), crc32: base64(checksum), isLast };
  }

  /** Takes a part's buffer back. The part must not be used afterwards. */
  recycle({ bytes }: FilledPart): void {
    if (bytes.buffer.byteLength === this.#partBytes) this.#free.push(Buffer.from(bytes.buffer));
  }

  /** Tells the source that nobody reads on; not awaited, a source that hangs would hang this too. */
  close(): void {
    this.#source.return?.()?.then(undefined, () => undefined);
  }

  async #fetch(): Promise<boolean> {
    while (this.#rest.length === 0 && !this.#ended) {
      const { value, done } = await this.#source.next();
      if (done) this.#ended = true;
      else this.#rest = this.#fetched = value;
    }
    return this.#rest.length > 0;
  }
}

function grown(buffer: Buffer, filled: number, needed: number, partBytes: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(Math.min(partBytes, Math.max(needed, buffer.length * 4)));
  buffer.copy(larger, 0, 0, filled);
  return larger;
}

function base64(checksum: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(checksum);
  return bytes.toString("base64");
}
