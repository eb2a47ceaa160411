import assert from "node:assert/strict";
import { rangeRefusal } from "../../../jobs/pitr/range-refusal.ts";

const earliest = new Date("2026-03-01T02:00:00Z");
const latest = new Date("2026-03-02T02:00:30Z");
const quote = (write: (at: Date) => string) =>
  `Recovery time target must be within range: ${write(earliest)} <= t <= ${write(latest)}`;

describe("a refusal that quotes a range", () => {
  it("is read in seconds, milliseconds and dates, with and without a full stop", () => {
    const forms = [
      (at: Date) => String(at.getTime() / 1000),
      (at: Date) => String(at.getTime()),
      (at: Date) => at.toISOString(),
      (at: Date) => at.toUTCString(),
    ];
    for (const form of forms)
      for (const text of [quote(form), `${quote(form)}.`, `400: ${quote(form)} `])
        assert.deepEqual(rangeRefusal(text), { window: { earliest, latest } }, text);
  });

  it("is one without a window when its times cannot be read", () => {
    for (const text of [
      "Recovery time target must be within range",
      quote(() => "soon"),
      quote(() => ""),
      "Recovery time target must be within range: 5 <= t",
    ])
      assert.deepEqual(rangeRefusal(text), {}, text);
  });

  it("is none when something else is refused", () => {
    for (const text of ["", "PITR is not enabled for this project.", "1 <= t <= 2"])
      assert.equal(rangeRefusal(text), undefined);
  });
});
