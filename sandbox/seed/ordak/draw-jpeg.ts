import { type HuffmanCode, MEAN_CODE, WAVE_CODE } from "./jpeg-tables.ts";

export interface JpegOptions {
  /** Pixels, 1 to 65535. */
  readonly width: number;
  readonly height: number;
  /** The same seed draws the same picture. A whole number. */
  readonly seed: number;
  /** Waves in each block of 8 × 8 pixels: more of them, a larger file. 0 to 20. @default 3 */
  readonly detail?: number;
  /** Size of the whole file in bytes; reached by filling when the picture is smaller. @default the picture's own */
  readonly bytes?: number;
}

const BLOCK = 8;
const COMPONENTS = 3;
/** Bytes that a block of all three components takes at most, stuffing included. */
const MOST_BLOCK_BYTES = 1024;
const LARGEST_SEGMENT = 65_533;

/** Numbers from 0 up to 1 that depend on the seed alone. */
export function randomOf(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Code and length in bits of every symbol. */
function codesOf({ counts, symbols }: HuffmanCode): Map<number, readonly [number, number]> {
  const codes = new Map<number, readonly [number, number]>();
  let code = 0;
  let next = 0;
  counts.forEach((count, index) => {
    for (const symbol of symbols.slice(next, next + count)) codes.set(symbol, [code++, index + 1]);
    next += count;
    code <<= 1;
  });
  return codes;
}

const MEANS = codesOf(MEAN_CODE);
const WAVES = codesOf(WAVE_CODE);

class BitWriter {
  readonly #buffer: Buffer;
  #length = 0;
  #bits = 0;
  #count = 0;

  constructor(bytes: number) {
    this.#buffer = Buffer.allocUnsafe(bytes);
  }

  put(value: number, count: number): void {
    this.#bits = (this.#bits << count) | value;
    this.#count += count;
    while (this.#count >= 8) {
      this.#count -= 8;
      const byte = (this.#bits >>> this.#count) & 0xff;
      this.#buffer[this.#length++] = byte;
      // A zero tells a byte of the picture from the start of a marker.
      if (byte === 0xff) this.#buffer[this.#length++] = 0;
    }
    this.#bits &= (1 << this.#count) - 1;
  }

  /** A symbol that carries the magnitude of `value`, then its bits. @param run zeros before it, in the upper half */
  signed(codes: ReadonlyMap<number, readonly [number, number]>, run: number, value: number): void {
    const size = 32 - Math.clz32(Math.abs(value));
    const [code = 0, length = 0] = codes.get((run << 4) | size) ?? [];
    this.put(code, length);
    if (size > 0) this.put(value < 0 ? value + (1 << size) - 1 : value, size);
  }

  finish(): Buffer {
    if (this.#count > 0) this.put((1 << (8 - this.#count)) - 1, 8 - this.#count);
    return this.#buffer.subarray(0, this.#length);
  }
}

const segment = (marker: number, ...content: readonly number[]): Buffer =>
  Buffer.from([0xff, marker, (content.length + 2) >> 8, (content.length + 2) & 0xff, ...content]);

function headOf(width: number, height: number): Buffer {
  const size = [height >> 8, height & 0xff, width >> 8, width & 0xff];
  const components = Array.from({ length: COMPONENTS }, (_, index) => [index + 1, 0x11, 0]).flat();
  const code = (kind: number, { counts, symbols }: HuffmanCode) => [kind, ...counts, ...symbols];
  return Buffer.concat([
    segment(0xe0, ...Buffer.from("JFIF\0"), 1, 1, 0, 0, 1, 0, 1, 0, 0),
    segment(0xdb, 0, ...Array.from({ length: BLOCK * BLOCK }, () => 8)),
    segment(0xc0, 8, ...size, COMPONENTS, ...components),
    segment(0xc4, ...code(0x00, MEAN_CODE), ...code(0x10, WAVE_CODE)),
    segment(0xda, COMPONENTS, 1, 0, 2, 0, 3, 0, 0, 63, 0),
  ]);
}

/** Draws in frequencies, as the file stores them: a gradient of colours under a texture. */
function drawBlocks({ width, height, seed, detail = 3 }: JpegOptions): Buffer {
  const random = randomOf(seed);
  const [columns, rows] = [Math.ceil(width / BLOCK), Math.ceil(height / BLOCK)];
  const writer = new BitWriter(columns * rows * MOST_BLOCK_BYTES);
  const slopes = Array.from(
    { length: COMPONENTS },
    () => [random() - 0.5, random() * 8, random() * 8] as const,
  );
  const before = [0, 0, 0];
  for (let block = 0; block < columns * rows; block++) {
    const [across, down] = [(block % columns) / columns, Math.floor(block / columns) / rows];
    slopes.forEach(([base, x, y], component) => {
      const mean = Math.round(100 * (base + 0.5 * Math.sin(across * x + down * y)));
      writer.signed(MEANS, 0, mean - (before[component] ?? 0));
      before[component] = mean;
      const waves = component === 0 ? detail : 0;
      for (let wave = 0; wave < waves; wave++)
        writer.signed(
          WAVES,
          Math.floor(random() * 2),
          (1 + Math.floor(random() * 6)) * (random() < 0.5 ? -1 : 1),
        );
      writer.signed(WAVES, 0, 0);
    });
  }
  return writer.finish();
}

/** Segments of random bytes that every reader passes over. */
export function* fillJpeg(bytes: number, seed: number): Generator<Buffer, void, undefined> {
  const random = randomOf(seed ^ 0x5bd1e995);
  let left = bytes;
  while (left >= 4) {
    const length = Math.min(left, LARGEST_SEGMENT + 2);
    const piece = Buffer.allocUnsafe(length);
    piece.writeUInt32BE(((0xffef << 16) >>> 0) + length - 2);
    for (let at = 4; at + 4 <= length; at += 4) piece.writeUInt32LE(Math.floor(random() * 2 ** 32), at);
    piece.fill(seed & 0x7f, length - ((length - 4) % 4), length);
    yield piece;
    left -= length;
  }
  // Before a marker a file may repeat its first byte.
  if (left > 0) yield Buffer.alloc(left, 0xff);
}

/**
 * The pieces of a valid baseline JPEG. Nothing is drawn in pixels and nothing is read: every file of this make decodes.
 * @see ITU-T T.81
 */
export function* drawJpeg(options: JpegOptions): Generator<Buffer, void, undefined> {
  const head = headOf(options.width, options.height);
  const blocks = drawBlocks(options);
  yield Buffer.from([0xff, 0xd8]);
  yield* fillJpeg((options.bytes ?? 0) - head.length - blocks.length - 4, options.seed);
  yield head;
  yield blocks;
  yield Buffer.from([0xff, 0xd9]);
}
