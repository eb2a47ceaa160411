import assert from "node:assert/strict";
import { usualSize } from "../../../jobs/measure/usual-size.ts";

const MIB = 1_048_576;

describe("the usual size of points", () => {
  it("is half to twice the median of those before, whatever one of them was", () => {
    const usual = usualSize([10 * MIB, 500 * MIB, 12 * MIB, 0, 11 * MIB]);
    assert.deepEqual(usual, { medianBytes: 11 * MIB, leastBytes: 5.5 * MIB, mostBytes: 22 * MIB });
    assert.equal(usualSize([1 * MIB, 2 * MIB, 3 * MIB, 4 * MIB])?.medianBytes, 2.5 * MIB);
  });

  it("leaves small databases a mebibyte to each side, but never nothing", () => {
    assert.deepEqual(usualSize([4_000, 4_000, 4_100]), {
      medianBytes: 4_000,
      leastBytes: 1,
      mostBytes: 4_000 + MIB,
    });
  });

  it("is not known by fewer than three", () => {
    assert.equal(usualSize([MIB, MIB]), undefined);
    assert.notEqual(usualSize([MIB, MIB, MIB]), undefined);
  });
});
