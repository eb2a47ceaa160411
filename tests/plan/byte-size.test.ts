import assert from "node:assert/strict";
import fc from "fast-check";
import { formatByteSize, parseByteSize } from "../../plan/byte-size.ts";
import { HoldfastError } from "../../plan/holdfast-error.ts";

describe("byte size", () => {
  for (const [text, bytes] of [
    ["0 B", 0],
    ["512B", 512],
    ["1 KB", 1_000],
    ["1 KiB", 1_024],
    ["500 GiB", 500 * 2 ** 30],
    ["1.5TB", 1.5e12],
    ["2 tib", 2 * 2 ** 40],
  ] as const) {
    it(`reads ${text}`, () => assert.equal(parseByteSize(text), bytes));
  }

  for (const text of ["", "5", "GiB", "-1 GiB", "1 GiBs", "1,5 GiB", "1 GB 2 MB", "99999999 PiB", "1e3 B"]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => parseByteSize(text),
        (error) =>
          error instanceof HoldfastError && error.code === "BYTE_SIZE_INVALID" && error.exitCode === 2,
      );
    });
  }

  for (const [bytes, text] of [
    [0, "0 B"],
    [1_023, "1023 B"],
    [1_024, "1 KiB"],
    [1_500, "1.46 KiB"],
    [15_000, "14.6 KiB"],
    [150_000, "146 KiB"],
    [2 ** 20 - 1, "1 MiB"],
    [8 * 2 ** 30, "8 GiB"],
    [-1_024, "-1 KiB"],
  ] as const) {
    it(`writes ${bytes} as ${text}`, () => assert.equal(formatByteSize(bytes), text));
  }

  it("reads back what it writes to within one percent", () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 52 }), (bytes) => {
        const back = parseByteSize(formatByteSize(bytes));
        assert.ok(Math.abs(back - bytes) <= bytes / 100, `${bytes} → ${formatByteSize(bytes)} → ${back}`);
      }),
    );
  });
});
