import assert from "node:assert/strict";
import fc from "fast-check";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { CopyMessages } from "../../postgres/copy-messages.ts";
import { RowHash } from "../../postgres/row-hash.ts";

function message(type: string, body: Uint8Array): Buffer {
  const header = Buffer.from(`${type}....`);
  header.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([header, body]);
}

/** Feeds the bytes in pieces, each in a buffer of its own with garbage behind it. */
function feed(bytes: Buffer, sizes: readonly number[], slack: number) {
  const hash = new RowHash();
  const messages = new CopyMessages(hash);
  const rows: Buffer[] = [];
  const others: Buffer[] = [];
  let at = 0;
  for (const size of [...sizes, bytes.length]) {
    const piece = bytes.subarray(at, at + size);
    if (piece.length === 0) continue;
    at += piece.length;
    const padded = Buffer.concat([piece, Buffer.alloc(slack, 0x64)]);
    const taken = messages.take(new DataView(padded.buffer, padded.byteOffset, padded.length), piece.length);
    rows.push(...taken.rows);
    others.push(...taken.others);
    padded.fill(0);
  }
  return { hash, rows: Buffer.concat(rows), others };
}

const row = fc
  .uint8Array({ maxLength: 60 })
  .map((bytes) => Buffer.from([...bytes.map((byte) => (byte === 10 ? 11 : byte)), 10]));
const notice = fc.tuple(fc.constantFrom("N", "S", "A", "c", "C", "H"), fc.uint8Array({ maxLength: 30 }));
const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 60 });

describe("CopyMessages", () => {
  it("gives back rows and messages whole, wherever reads end", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 4, arbitrary: row }, { weight: 1, arbitrary: notice }), {
          maxLength: 20,
        }),
        sizes,
        fc.constantFrom(0, 3, 16, 64),
        (list, cuts, slack) => {
          const framed = list.map((item) =>
            Buffer.isBuffer(item) ? message("d", item) : message(item[0], item[1]),
          );
          const { hash, rows, others } = feed(
            Buffer.concat([...framed, message("c", Buffer.alloc(0))]),
            cuts,
            slack,
          );
          const text = Buffer.concat(list.filter((item) => Buffer.isBuffer(item)));
          assert.deepEqual(rows, text);
          const plain = new RowHash();
          plain.update(text);
          assert.equal(hash.rows, plain.rows);
          assert.equal(hash.digest(), plain.digest());
          assert.deepEqual(
            others.slice(0, -1),
            framed.filter((_, index) => !Buffer.isBuffer(list[index])),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it("leaves what follows ReadyForQuery alone", () => {
    const end = message("Z", Buffer.from("I"));
    const later = message("d", Buffer.from("not a row")).subarray(0, 7);
    const { rows, others } = feed(Buffer.concat([message("d", Buffer.from("1\n")), end, later]), [], 16);
    assert.equal(rows.toString(), "1\n");
    assert.deepEqual(others, [end, later]);
  });

  it("passes a row far larger than any read on in pieces", () => {
    const big = Buffer.alloc(5_000_000, "x");
    big[big.length - 1] = 10;
    const framed = message("d", big);
    const messages = new CopyMessages(new RowHash());
    let largest = 0;
    for (let at = 0; at < framed.length; at += 65_536) {
      const piece = framed.subarray(at, at + 65_536);
      const { rows } = messages.take(
        new DataView(piece.buffer, piece.byteOffset, piece.length),
        piece.length,
      );
      largest = Math.max(largest, rows.length);
    }
    assert.ok(largest > 0 && largest < 1_000_000);
  });

  for (const [name, bytes] of [
    ["a row without newline", message("d", Buffer.from("1\tx"))],
    ["a negative length", Buffer.from([0x4e, 0xff, 0xff, 0xff, 0x00, 0])],
    ["an endless notice", Buffer.from([0x4e, 0x7f, 0xff, 0xff, 0xff, 0])],
  ] as const) {
    it(`refuses ${name}`, () => {
      for (const cuts of [[], [1, 1, 1, 1, 1, 1, 1, 1]]) {
        assert.throws(
          () => feed(bytes, cuts, 32),
          (error) =>
            error instanceof HoldfastError && error.code === "DATABASE_PROTOCOL" && error.hint !== "",
        );
      }
    });
  }
});
