/** Castagnoli's polynomial, bits reversed. */
const POLYNOMIAL = 0x82f63b78;

function makeTable(): Uint32Array {
  const table = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? POLYNOMIAL : 0);
    table[byte] = rest;
  }
  return table;
}

const TABLE = makeTable();

/** CRC-32C of nothing, to begin with. */
export const CRC32C_START = 0xffffffff;

/** Takes more bytes into a CRC-32C. The checksum itself is the last result with all bits turned. */
export function crc32c(bytes: Uint8Array, crc: number): number {
  let rest = crc;
  for (const byte of bytes) rest = (rest >>> 8) ^ (TABLE[(rest ^ byte) & 0xff] ?? 0);
  return rest >>> 0;
}
