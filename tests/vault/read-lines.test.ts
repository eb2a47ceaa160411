import assert from "node:assert/strict";
import fc from "fast-check";
import { markDisposable } from "../../vault/disposable.ts";
import { readLines } from "../../vault/read-lines.ts";

const fail = (why: string) => new RangeError(why);

async function linesOf(...pieces: Uint8Array[]): Promise<string[]> {
  const all: string[] = [];
  for await (const lines of readLines(stream(pieces), fail)) all.push(...lines);
  return all;
}

async function* stream(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

describe("readLines", () => {
  it("gives every line as it was, wherever the bytes were cut", async () => {
    const texts = fc.array(fc.string({ unit: "binary" }).map((text) => text.replaceAll("\n", " ")));
    await fc.assert(
      fc.asyncProperty(texts, fc.integer({ min: 1, max: 9 }), async (lines, size) => {
        const written = lines.map((line) => line.toWellFormed());
        const bytes = Buffer.from(written.map((line) => `${line}\n`).join(""));
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
          Buffer.from(bytes.subarray(at * size, (at + 1) * size)),
        );
        assert.deepEqual(await linesOf(...pieces), written);
      }),
    );
  });

  it("reads pieces and lines that are larger than what it decodes at once, and frees what it may", async () => {
    const lines = ["ä".repeat(50_000), "", "b".repeat(40_001), "c"];
    const bytes = new Uint8Array(Buffer.from(`${lines.join("\n")}\n`));
    const freed = Uint8Array.from(bytes);
    markDisposable(freed);
    assert.deepEqual(await linesOf(freed, bytes), [...lines, ...lines]);
    assert.deepEqual([freed.length, bytes.length], [0, 140_006]);
  });

  it("refuses a last line that is cut, and what is not UTF-8", async () => {
    await assert.rejects(linesOf(Buffer.from("a\nb")), fail("its last row is cut"));
    const code = { code: "ERR_ENCODING_INVALID_ENCODED_DATA" };
    await assert.rejects(linesOf(Buffer.from("ä\nä\n").subarray(0, 4)), code);
    await assert.rejects(linesOf(Buffer.from([0x61, 0xff, 0x0a])), code);
    assert.deepEqual(await linesOf(), []);
  });
});
