/**
 * MurmurHash3_x86_128 in 32-bit arithmetic, cut into pieces so that a row can come in parts and be copied on its way.
 * `words` holds the state h1 h2 h3 h4 and, behind it, the four sums over all finished rows.
 * @see https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp
 */

/** "HOLD". Not 0: with seed 0 the empty row hashes to 0, and its loss would not show in a sum. */
export const HASH_SEED = 0x484f4c44;

const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

/** Mixes whole blocks of 16 bytes into the state, and copies them to `target` on the way. */
export function absorbBlocks(
  words: Int32Array,
  source: DataView,
  from: number,
  to: number,
  target: DataView,
  at: number,
): void {
  let h1 = words[0] as number;
  let h2 = words[1] as number;
  let h3 = words[2] as number;
  let h4 = words[3] as number;
  let o = at;
  for (let i = from; i < to; i += 16) {
    let k = source.getInt32(i, true);
    target.setInt32(o, k, true);
    k = Math.imul(k, C1);
    h1 ^= Math.imul((k << 15) | (k >>> 17), C2);
    h1 = (Math.imul(((h1 << 19) | (h1 >>> 13)) + h2, 5) + 0x561ccd1b) | 0;
    k = source.getInt32(i + 4, true);
    target.setInt32(o + 4, k, true);
    k = Math.imul(k, C2);
    h2 ^= Math.imul((k << 16) | (k >>> 16), C3);
    h2 = (Math.imul(((h2 << 17) | (h2 >>> 15)) + h3, 5) + 0x0bcaa747) | 0;
    k = source.getInt32(i + 8, true);
    target.setInt32(o + 8, k, true);
    k = Math.imul(k, C3);
    h3 ^= Math.imul((k << 17) | (k >>> 15), C4);
    h3 = (Math.imul(((h3 << 15) | (h3 >>> 17)) + h4, 5) + 0x96cd1c35) | 0;
    k = source.getInt32(i + 12, true);
    target.setInt32(o + 12, k, true);
    k = Math.imul(k, C4);
    h4 ^= Math.imul((k << 18) | (k >>> 14), C1);
    h4 = (Math.imul(((h4 << 13) | (h4 >>> 19)) + h1, 5) + 0x32ac3b17) | 0;
    o += 16;
  }
  words[0] = h1;
  words[1] = h2;
  words[2] = h3;
  words[3] = h4;
}

function finalMix(value: number): number {
  let h = value;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * Mixes the last 0–15 bytes in, finishes the hash, adds it to the sums and resets the state. Whole words are read
 * and written, so up to 15 bytes behind `to` must exist in `source` and up to 16 in `target`.
 */
export function finishRow(
  words: Int32Array,
  source: DataView,
  from: number,
  to: number,
  length: number,
  target: DataView,
  at: number,
): void {
  let h1 = words[0] as number;
  let h2 = words[1] as number;
  let h3 = words[2] as number;
  let h4 = words[3] as number;
  const rest = to - from;
  // Keeps the bytes of the last word that belong to the row.
  const mask = (1 << ((rest & 3) << 3)) - 1;
  if (rest > 0) {
    let k = source.getInt32(from, true);
    target.setInt32(at, k, true);
    k = Math.imul(rest < 4 ? k & mask : k, C1);
    h1 ^= Math.imul((k << 15) | (k >>> 17), C2);
  }
  if (rest > 4) {
    let k = source.getInt32(from + 4, true);
    target.setInt32(at + 4, k, true);
    k = Math.imul(rest < 8 ? k & mask : k, C2);
    h2 ^= Math.imul((k << 16) | (k >>> 16), C3);
  }
  if (rest > 8) {
    let k = source.getInt32(from + 8, true);
    target.setInt32(at + 8, k, true);
    k = Math.imul(rest < 12 ? k & mask : k, C3);
    h3 ^= Math.imul((k << 17) | (k >>> 15), C4);
  }
  if (rest > 12) {
    let k = source.getInt32(from + 12, true);
    target.setInt32(at + 12, k, true);
    k = Math.imul(k & mask, C4);
    h4 ^= Math.imul((k << 18) | (k >>> 14), C1);
  }
  h1 ^= length;
  h2 ^= length;
  h3 ^= length;
  h4 ^= length;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = finalMix((h2 + h1) | 0);
  h3 = finalMix((h3 + h1) | 0);
  h4 = finalMix((h4 + h1) | 0);
  h1 = finalMix(h1);
  h1 = (h1 + h2 + h3 + h4) | 0;
  words[4] = (words[4] as number) + h1;
  words[5] = (words[5] as number) + h2 + h1;
  words[6] = (words[6] as number) + h3 + h1;
  words[7] = (words[7] as number) + h4 + h1;
  words[0] = HASH_SEED;
  words[1] = HASH_SEED;
  words[2] = HASH_SEED;
  words[3] = HASH_SEED;
}
