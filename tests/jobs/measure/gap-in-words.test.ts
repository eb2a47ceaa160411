import assert from "node:assert/strict";
import { gapInWords } from "../../../jobs/measure/gap-in-words.ts";

const at = (hour: string) => new Date(`2026-03-04T${hour}:00Z`);
const window = { earliest: at("00:00"), latest: at("10:00") };
const memory = { at: at("12:00"), ...window };
const hole = { from: at("01:00"), to: at("03:00") };

describe("a gap of point-in-time recovery, in words", () => {
  const words = (gapSeconds: number, more: object = {}) =>
    gapInWords({ enabled: true, breaks: [], window, gapSeconds, memory: { ...memory, ...more } });

  it("is the hole only while that is the longest stretch", () => {
    assert.equal(words(7_200, { hole }), "nothing from 2026-03-04T01:00:00.000Z to 2026-03-04T03:00:00.000Z");
    assert.equal(words(7_320, { hole }), "nothing since 2026-03-04T10:00:00.000Z");
    assert.equal(words(7_200), "nothing since 2026-03-04T10:00:00.000Z");
  });

  it("begins with the last look that missed nothing", () => {
    assert.equal(words(3_600, { coveredUntil: at("11:00") }), "nothing since 2026-03-04T11:00:00.000Z");
  });

  it("begins where the window ended when it was seen last, where there is none now", () => {
    const gone = gapInWords({ enabled: false, breaks: [], gapSeconds: 7_200, memory });
    assert.equal(gone, "nothing since 2026-03-04T10:00:00.000Z");
  });
});
