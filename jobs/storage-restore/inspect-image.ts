import { crc32 } from "node:zlib";

export interface Image {
  readonly format: "jpeg" | "png" | "gif" | "webp";
  /** In pixels, 1 or more. */
  readonly width: number;
  readonly height: number;
}

/** What is wrong with an image's bytes. */
export class ImageDamaged extends Error {}

/**
 * Reads format and dimensions of an image and walks through its structure to its last byte, so that one that was cut
 * off is found; a PNG's checksums find more. A flipped bit inside a JPEG's pixels is seen by a hash alone.
 *
 * @returns undefined for bytes that are none of these formats
 * @throws ImageDamaged
 */
export function inspectImage(bytes: Buffer): Image | undefined {
  const format = FORMATS.find(({ isOf }) => isOf(bytes));
  if (format === undefined) return undefined;
  try {
    const image = format.read(bytes);
    if (image.width < 1 || image.height < 1) throw new ImageDamaged("it has no pixels");
    return image;
  } catch (error) {
    if (error instanceof RangeError) throw new ImageDamaged(`it ends after ${bytes.length} bytes`);
    throw error;
  }
}

const FORMATS: readonly { isOf(bytes: Buffer): boolean; read(bytes: Buffer): Image }[] = [
  { isOf: (bytes) => startsWith(bytes, "ffd8ff"), read: readJpeg },
  { isOf: (bytes) => startsWith(bytes, "89504e470d0a1a0a"), read: readPng },
  { isOf: (bytes) => /^GIF8[79]a/.test(bytes.toString("latin1", 0, 6)), read: readGif },
  { isOf: (bytes) => /^RIFF....WEBP/s.test(bytes.toString("latin1", 0, 12)), read: readWebp },
];

const startsWith = (bytes: Buffer, hex: string) => bytes.toString("hex", 0, hex.length / 2) === hex;

/** Start of frame of any coding; C4, C8 and CC are other things. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** @see https://www.w3.org/Graphics/JPEG/itu-t81.pdf annex B */
function readJpeg(bytes: Buffer): Image {
  let size: Pick<Image, "width" | "height"> | undefined;
  let hasScan = false;
  for (let at = 2; ; ) {
    if (bytes.readUInt8(at) !== 0xff) throw new ImageDamaged(`no marker stands at byte ${at}`);
    const marker = bytes.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1;
    } else if (marker === 0xd9) {
      if (size === undefined || !hasScan) throw new ImageDamaged("it ends before its pixels");
      return { format: "jpeg", ...size };
    } else {
      if (isFrame(marker)) size = { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
      at += 2 + bytes.readUInt16BE(at + 2);
      if (marker === 0xda) {
        hasScan = true;
        at = endOfScan(bytes, at);
      }
    }
  }
}

/** Coded pixels hold no marker but a stuffed zero and restarts. */
function endOfScan(bytes: Buffer, start: number): number {
  for (let at = bytes.indexOf(0xff, start); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes.readUInt8(at + 1);
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  throw new ImageDamaged(`it is cut off after ${bytes.length} bytes`);
}

/** @see https://www.w3.org/TR/png-3/#5DataRep */
function readPng(bytes: Buffer): Image {
  for (let at = 8; ; ) {
    const length = bytes.readUInt32BE(at);
    const kind = bytes.toString("latin1", at + 4, at + 8);
    if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== bytes.readUInt32BE(at + 8 + length))
      throw new ImageDamaged(`its part ${kind} at byte ${at} has another checksum`);
    if (kind === "IEND")
      return { format: "png", width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
    at += 12 + length;
  }
}

/** @see https://www.w3.org/Graphics/GIF/spec-gif89a.txt */
function readGif(bytes: Buffer): Image {
  const width = bytes.readUInt16LE(6);
  const height = bytes.readUInt16LE(8);
  const tableBytes = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let at = 13 + tableBytes(bytes.readUInt8(10));
  for (;;) {
    const block = bytes.readUInt8(at);
    if (block === 0x3b) return { format: "gif", width, height };
    if (block === 0x21) at += 2;
    else if (block === 0x2c) at += 11 + tableBytes(bytes.readUInt8(at + 9));
    else throw new ImageDamaged(`no block begins at byte ${at}`);
    for (let length = bytes.readUInt8(at); length > 0; length = bytes.readUInt8(at)) at += 1 + length;
    at += 1;
  }
}

/** @see https://developers.google.com/speed/webp/docs/riff_container */
function readWebp(bytes: Buffer): Image {
  const announced = bytes.readUInt32LE(4) + 8;
  if (announced > bytes.length) throw new ImageDamaged(`it has ${bytes.length} of ${announced} bytes`);
  const kind = bytes.toString("latin1", 12, 16);
  if (kind === "VP8X")
    return { format: "webp", width: 1 + bytes.readUIntLE(24, 3), height: 1 + bytes.readUIntLE(27, 3) };
  if (kind === "VP8L") {
    const packed = bytes.readUInt32LE(21);
    return { format: "webp", width: 1 + (packed & 0x3fff), height: 1 + ((packed >>> 14) & 0x3fff) };
  }
  if (kind !== "VP8 ") throw new ImageDamaged(`it begins with ${JSON.stringify(kind)}`);
  return {
    format: "webp",
    width: bytes.readUInt16LE(26) & 0x3fff,
    height: bytes.readUInt16LE(28) & 0x3fff,
  };
}
