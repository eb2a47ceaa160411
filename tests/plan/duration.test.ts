import assert from "node:assert/strict";
import fc from "fast-check";
import { formatDuration, parseDuration } from "../../plan/duration.ts";
import { HoldfastError } from "../../plan/holdfast-error.ts";

describe("duration", () => {
  for (const [text, seconds] of [
    ["0s", 0],
    ["90s", 90],
    ["30m", 1_800],
    ["4h", 14_400],
    ["7d", 604_800],
    ["4w", 2_419_200],
    ["1h30m", 5_400],
    ["1w1d1h1m1s", 694_861],
    ["1.5h", 5_400],
    [" 5m ", 300],
  ] as const) {
    it(`reads ${text}`, () => assert.equal(parseDuration(text), seconds));
  }

  for (const text of [
    "",
    "30",
    "5x",
    "-5m",
    "5 m",
    "30m1h",
    "1h1h",
    "m",
    "1e3s",
    "Infinity",
    "9999999999999999w",
    "5M",
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => parseDuration(text),
        (error) =>
          error instanceof HoldfastError &&
          error.code === "DURATION_INVALID" &&
          error.exitCode === 2 &&
          error.hint.includes("unit"),
      );
    });
  }

  for (const [seconds, text] of [
    [0, "0s"],
    [12.34, "12.3s"],
    [59.96, "1m"],
    [90, "1m30s"],
    [1_800, "30m"],
    [86_400, "24h"],
    [172_800, "48h"],
    [259_200, "3d"],
    [604_800, "7d"],
    [604_801, "7d1s"],
    [-90, "-1m30s"],
    [Number.POSITIVE_INFINITY, "never"],
  ] as const) {
    it(`writes ${seconds} as ${text}`, () => assert.equal(formatDuration(seconds), text));
  }

  it("reads back every whole number of seconds that it writes", () => {
    fc.assert(
      fc.property(fc.nat({ max: 2_000_000_000 }), (seconds) => {
        assert.equal(parseDuration(formatDuration(seconds)), seconds);
      }),
    );
  });

  it("adds up its parts", () => {
    const part = fc.nat({ max: 999 });
    fc.assert(
      fc.property(part, part, part, part, part, (w, d, h, m, s) => {
        const text = `${w}w${d}d${h}h${m}m${s}s`;
        assert.equal(parseDuration(text), ((w * 7 + d) * 24 + h) * 3_600 + m * 60 + s);
      }),
    );
  });
});
