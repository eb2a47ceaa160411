import { absorbBlocks, finishRow, HASH_SEED } from "./murmur3.ts";

const NEWLINE = 10;
const BLOCK_BYTES = 16;
/** Where rows are copied to that need no copy; fits the processor's nearest cache. */
const SCRATCH_BYTES = 8 * 1024;

/**
 * Counts the rows of COPY text and digests them, whatever their order.
 *
 * **Algorithm** (to be written again by whoever wants to check a manifest without this program):
 * 1. A row is the bytes between two newlines (0x0A) of COPY text, the newline left out. COPY writes newlines inside
 *    of values as `\n`, so a bare 0x0A always ends a row.
 * 2. Each row is hashed by MurmurHash3_x86_128 with seed 0x484F4C44, which gives four 32-bit words h1 h2 h3 h4.
 * 3. Each of the four words is summed over all rows modulo 2^32.
 * 4. The digest is the four sums, each as eight lower-case hex digits, h1 first. No rows: 32 zeros.
 *
 * In Python: `h = struct.unpack("<4I", mmh3.hash_bytes(row, 0x484F4C44, x64arch=False))`.
 *
 * A sum, unlike XOR, notices duplicates. A changed, lost or doubled row changes the digest but for a chance of about
 * 2^-128; the row count is exact and compared beside it. It detects accidents and is no defence against someone who
 * forges rows on purpose: manifests are sealed against that.
 * @see https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp
 */
export class RowHash {
  /** The four words of the row at hand, then the four sums. */
  readonly #words = Int32Array.of(HASH_SEED, HASH_SEED, HASH_SEED, HASH_SEED, 0, 0, 0, 0);
  /** What a split row left over that does not fill a block yet. */
  readonly #tail = new Uint8Array(2 * BLOCK_BYTES);
  readonly #tailView = new DataView(this.#tail.buffer);
  readonly #scratch = new DataView(new ArrayBuffer(SCRATCH_BYTES + BLOCK_BYTES));
  #tailLength = 0;
  /** Length of the row at hand so far; its lower 32 bits enter the hash. */
  #rowBytes = 0;
  #rows = 0;

  /** Complete rows so far. */
  get rows(): number {
    return this.#rows;
  }

  /** True when the bytes so far end in the middle of a row. */
  get midRow(): boolean {
    return this.#rowBytes > 0;
  }

  /** Takes the next bytes of COPY text, cut anywhere. */
  update(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const end = bytes.length;
    let from = 0;
    while (from < end) {
      const newline = bytes.indexOf(NEWLINE, from);
      if (newline < 0) {
        this.addPart(view, from, end);
        return;
      }
      if (this.#rowBytes === 0 && newline - from <= SCRATCH_BYTES && newline + BLOCK_BYTES <= end) {
        this.addRow(view, from, newline, this.#scratch, 0);
      } else {
        this.addPart(view, from, newline);
        this.endRow();
      }
      from = newline + 1;
    }
  }

  /**
   * Takes one whole row, newline excluded, and copies it on its way: one pass costs less than two.
   *
   * Reads up to 15 bytes behind `to` and writes up to 16 bytes behind the copy: both must be inside of the buffers.
   */
  addRow(source: DataView, from: number, to: number, target: DataView, at: number): void {
    const blocksEnd = from + ((to - from) & ~15);
    absorbBlocks(this.#words, source, from, blocksEnd, target, at);
    finishRow(this.#words, source, blocksEnd, to, to - from, target, at + blocksEnd - from);
    this.#rows++;
  }

  /** Takes a piece of a row that holds no newline. */
  addPart(source: DataView, from: number, to: number): void {
    let at = from;
    this.#rowBytes += to - from;
    if (this.#tailLength > 0) {
      while (at < to && this.#tailLength < BLOCK_BYTES)
        this.#tail[this.#tailLength++] = source.getUint8(at++);
      if (this.#tailLength < BLOCK_BYTES) return;
      absorbBlocks(this.#words, this.#tailView, 0, BLOCK_BYTES, this.#scratch, 0);
      this.#tailLength = 0;
    }
    const blocksEnd = at + ((to - at) & ~15);
    for (; at < blocksEnd; at += SCRATCH_BYTES) {
      absorbBlocks(this.#words, source, at, Math.min(blocksEnd, at + SCRATCH_BYTES), this.#scratch, 0);
    }
    for (at = blocksEnd; at < to; at++) this.#tail[this.#tailLength++] = source.getUint8(at);
  }

  /** Ends the row whose pieces were given to `addPart`. */
  endRow(): void {
    finishRow(this.#words, this.#tailView, 0, this.#tailLength, this.#rowBytes, this.#scratch, 0);
    this.#rows++;
    this.#rowBytes = 0;
    this.#tailLength = 0;
  }

  /** Digest of the complete rows so far: 32 hex digits. */
  digest(): string {
    return hex(this.#words.subarray(4));
  }

  /** The digest of all rows together from those of any parts. */
  static combine(digests: Iterable<string>): string {
    const sums = new Int32Array(4);
    for (const digest of digests) {
      for (let lane = 0; lane < 4; lane++) {
        sums[lane] = (sums[lane] ?? 0) + Number.parseInt(digest.slice(lane * 8, lane * 8 + 8), 16);
      }
    }
    return hex(sums);
  }
}

function hex(words: Int32Array): string {
  return Array.from(words, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}
