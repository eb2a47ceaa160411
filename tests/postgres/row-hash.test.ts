import assert from "node:assert/strict";
import fc from "fast-check";
import { RowHash } from "../../postgres/row-hash.ts";

/** The algorithm of the docstring, written once more and as plainly as possible. */
function murmur(bytes: Uint8Array, seed = 0x484f4c44): number[] {
  const rotate = (x: number, n: number) => (x << n) | (x >>> (32 - n));
  const c = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93];
  const h = [seed, seed, seed, seed];
  const at = (list: number[], i: number) => list[i % 4] ?? 0;
  const word = (from: number) => [0, 1, 2, 3].reduce((k, i) => k | ((bytes[from + i] ?? 0) << (8 * i)), 0);
  const mixWord = (k: number, lane: number) =>
    Math.imul(rotate(Math.imul(k, at(c, lane)), 15 + lane), at(c, lane + 1));
  const adds = [0x561ccd1b, 0x0bcaa747, 0x96cd1c35, 0x32ac3b17];
  const rotations = [19, 17, 15, 13];
  const blocks = Math.floor(bytes.length / 16) * 16;
  for (let i = 0; i < blocks; i += 16) {
    for (let lane = 0; lane < 4; lane++) {
      const mixed =
        rotate(at(h, lane) ^ mixWord(word(i + 4 * lane), lane), at(rotations, lane)) + at(h, lane + 1);
      h[lane] = (Math.imul(mixed, 5) + at(adds, lane)) | 0;
    }
  }
  for (let lane = 3; lane >= 0; lane--) {
    if (bytes.length > blocks + 4 * lane) h[lane] = at(h, lane) ^ mixWord(word(blocks + 4 * lane), lane);
  }
  for (let lane = 0; lane < 4; lane++) h[lane] = at(h, lane) ^ bytes.length;
  const sum = () => {
    h[0] = h.reduce((total, value) => (total + value) | 0, 0);
    for (let lane = 1; lane < 4; lane++) h[lane] = (at(h, lane) + at(h, 0)) | 0;
  };
  sum();
  for (let lane = 0; lane < 4; lane++) {
    let x = at(h, lane);
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    h[lane] = x ^ (x >>> 16);
  }
  sum();
  return h;
}

function plainDigest(rows: readonly Uint8Array[]): string {
  const sums = rows
    .map((row) => murmur(row))
    .reduce((a, b) => a.map((x, i) => x + (b[i] ?? 0)), [0, 0, 0, 0]);
  return sums.map((sum) => (sum >>> 0).toString(16).padStart(8, "0")).join("");
}

function digestOf(rows: readonly Uint8Array[], cut = (text: Buffer): Uint8Array[] => [text]): RowHash {
  const hash = new RowHash();
  const text = Buffer.concat(rows.flatMap((row) => [row, Buffer.from("\n")]));
  for (const piece of cut(text)) hash.update(piece);
  return hash;
}

const row = fc.uint8Array({ maxLength: 70 }).map((bytes) => bytes.map((byte) => (byte === 10 ? 11 : byte)));
const rows = fc.array(row, { maxLength: 12 });

describe("RowHash", () => {
  // From mmh3, a binding of the original C++: mmh3.hash_bytes(row, 0x484F4C44, x64arch=False)
  for (const [text, digest] of [
    ["", "b1615df81372996c1372996c1372996c"],
    ["a", "6cb355ea9db5f2669db5f2669db5f266"],
    ["1\tx", "e8069bd5e5a709e1e5a709e1e5a709e1"],
    ["abcd", "8fce0fd8772c0616772c0616772c0616"],
    ["12345678", "a7a240366086cb92ad97282ead97282e"],
    ["1234567890123", "4dcef83d778fa80a02512d1e7523279e"],
    ["0123456789abcdef", "87b8e46b61092df4fa911f04f747976f"],
    ["The quick brown fox jumps over the lazy dog", "2c2ff8a70a6e323a5daeff6d962ab17c"],
  ] as const) {
    it(`gives the reference hash of one row ${JSON.stringify(text)}`, () => {
      assert.equal(digestOf([Buffer.from(text)]).digest(), digest);
    });
  }

  it("gives the reference hash of every byte but newline", () => {
    const bytes = Buffer.from(Array.from({ length: 245 }, (_, i) => i + 11));
    assert.equal(digestOf([bytes]).digest(), "f9439637e48353b2a5f91eb1a8cf4364");
  });

  it("agrees with the algorithm as its docstring tells it", () => {
    fc.assert(
      fc.property(rows, (list) => {
        const hash = digestOf(list);
        assert.equal(hash.rows, list.length);
        assert.equal(hash.digest(), plainDigest(list));
      }),
    );
  });

  it("is the same however the bytes are cut", () => {
    fc.assert(
      fc.property(rows, fc.array(fc.nat(40)), (list, sizes) => {
        const cut = (text: Buffer) => {
          const pieces: Buffer[] = [];
          let at = 0;
          for (const size of sizes) {
            pieces.push(text.subarray(at, at + size));
            at += size;
          }
          return [...pieces, text.subarray(at)];
        };
        const hash = digestOf(list, cut);
        assert.equal(hash.rows, list.length);
        assert.equal(hash.digest(), digestOf(list).digest());
        assert.equal(hash.midRow, false);
      }),
    );
  });

  it("is the same in any order, and adds up from parts", () => {
    fc.assert(
      fc.property(rows, fc.nat(12), (list, at) => {
        const digest = digestOf(list).digest();
        assert.equal(digestOf(list.toReversed()).digest(), digest);
        const parts = [digestOf(list.slice(0, at)), digestOf(list.slice(at))];
        assert.equal(RowHash.combine(parts.map((part) => part.digest())), digest);
      }),
    );
  });

  it("changes with every lost, doubled or changed row", () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), fc.nat(), fc.nat(), (list, which, bit) => {
        const digest = digestOf(list).digest();
        const index = which % list.length;
        const victim = list[index] ?? new Uint8Array();
        assert.notEqual(digestOf(list.toSpliced(index, 1)).digest(), digest);
        assert.notEqual(digestOf([...list, victim]).digest(), digest);
        const flipped = Uint8Array.from(victim);
        const at = bit % Math.max(1, flipped.length * 7);
        if (flipped.length === 0) return;
        flipped[at >> 3] = (flipped[at >> 3] ?? 0) ^ (1 << (at & 7));
        if (flipped.includes(10)) return;
        assert.notEqual(digestOf(list.with(index, flipped)).digest(), digest);
      }),
    );
  });

  it("tells where a value ends", () => {
    assert.notEqual(digestOf([Buffer.from("ab\tc")]).digest(), digestOf([Buffer.from("a\tbc")]).digest());
    assert.notEqual(
      digestOf([Buffer.from("ab"), Buffer.from("c")]).digest(),
      digestOf([Buffer.from("a"), Buffer.from("bc")]).digest(),
    );
  });

  it("does not count what has no newline yet", () => {
    const hash = new RowHash();
    hash.update(Buffer.from("1\tx"));
    assert.equal(hash.rows, 0);
    assert.equal(hash.midRow, true);
    assert.equal(hash.digest(), "0".repeat(32));
    hash.update(Buffer.from("\n"));
    assert.equal(hash.rows, 1);
    assert.equal(hash.digest(), "e8069bd5e5a709e1e5a709e1e5a709e1");
  });

  it("combines nothing to zero", () => {
    assert.equal(RowHash.combine([]), "0".repeat(32));
    assert.equal(
      RowHash.combine(["ffffffff00000000ffffffff80000000", "00000001000000010000000280000000"]),
      "00000000000000010000000100000000",
    );
  });
});
