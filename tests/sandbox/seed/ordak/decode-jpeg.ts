/** What a decoder learns of a picture. */
export interface DecodedJpeg {
  readonly width: number;
  readonly height: number;
  /** The decoded means of the first component's blocks. */
  readonly means: readonly number[];
}

interface Code {
  readonly [bits: string]: number;
}

function readCode(content: Buffer): Code {
  const symbols: Record<string, number> = {};
  let [code, at] = [0, 17];
  for (let length = 1; length <= 16; length++) {
    for (let left = content[length] ?? 0; left > 0; left--)
      symbols[(code++).toString(2).padStart(length, "0")] = content[at++] ?? 0;
    code <<= 1;
  }
  return symbols;
}

class Bits {
  #text: string;
  #at = 0;
  constructor(data: Uint8Array) {
    this.#text = [...data].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  }
  symbol(code: Code): number {
    for (let length = 1; length <= 16; length++) {
      const symbol = code[this.#text.slice(this.#at, this.#at + length)];
      if (symbol === undefined) continue;
      this.#at += length;
      return symbol;
    }
    throw new Error(`no code at bit ${this.#at}`);
  }
  number(size: number): number {
    if (size === 0) return 0;
    const value = Number.parseInt(this.#text.slice(this.#at, this.#at + size), 2);
    this.#at += size;
    return value < 2 ** (size - 1) ? value - 2 ** size + 1 : value;
  }
  /** What is left after the last block. */
  rest(): string {
    return this.#text.slice(this.#at);
  }
}

/** Reads a baseline JPEG of three components of full size to its end, and throws where it is not one. */
export function decodeJpeg(file: Buffer): DecodedJpeg {
  const codes = new Map<number, Code>();
  let [at, width, height] = [2, 0, 0];
  if (file.readUInt16BE(0) !== 0xffd8 || file.readUInt16BE(file.length - 2) !== 0xffd9)
    throw new Error("no JPEG");
  for (let marker = 0; marker !== 0xda; ) {
    while (file[at] === 0xff && file[at + 1] === 0xff) at += 1;
    if (file[at] !== 0xff) throw new Error(`no marker at ${at}`);
    marker = file[at + 1] ?? 0;
    const length = file.readUInt16BE(at + 2);
    let content = file.subarray(at + 4, at + 2 + length);
    if (marker === 0xc0) [height, width] = [content.readUInt16BE(1), content.readUInt16BE(3)];
    while (marker === 0xc4 && content.length > 0) {
      codes.set(content[0] ?? 0, readCode(content));
      content = content.subarray(17 + content.subarray(1, 17).reduce((sum, count) => sum + count, 0));
    }
    at += 2 + length;
  }
  const data = file.subarray(at, -2).filter((byte, index, all) => byte !== 0 || all[index - 1] !== 0xff);
  const bits = new Bits(data);
  const [mean = {}, wave = {}] = [codes.get(0x00), codes.get(0x10)];
  const means: number[] = [];
  for (let block = 0; block < Math.ceil(width / 8) * Math.ceil(height / 8); block++)
    for (let component = 0; component < 3; component++) {
      const difference = bits.number(bits.symbol(mean));
      if (component === 0) means.push((means.at(-1) ?? 0) + difference);
      for (let place = 1; place < 64; place++) {
        const symbol = bits.symbol(wave);
        if (symbol === 0) break;
        place += symbol >> 4;
        bits.number(symbol & 15);
      }
    }
  if (!/^1{0,7}$/.test(bits.rest())) throw new Error("data after the last block");
  return { width, height, means };
}
