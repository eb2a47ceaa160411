/** A Huffman code as a JPEG file spells it: how many codes there are of each length, and what they stand for. */
export interface HuffmanCode {
  /** Of 1 bit, 2 bits, … 16 bits. */
  readonly counts: readonly number[];
  readonly symbols: readonly number[];
}

const hexBytes = (text: string): number[] => [...Buffer.from(text.replace(/\s+/g, ""), "hex")];

/** For the difference of a block's mean from that of the block before. @see ITU-T T.81, table K.3 */
export const MEAN_CODE: HuffmanCode = {
  counts: hexBytes("00010501010101010100000000000000"),
  symbols: hexBytes("000102030405060708090a0b"),
};

/** For the waves within a block. @see ITU-T T.81, table K.5 */
export const WAVE_CODE: HuffmanCode = {
  counts: hexBytes("0002010303020403050504040000017d"),
  symbols: hexBytes(`
    01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435
    363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798
    999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4
    f5f6f7f8f9fa`),
};
