import assert from "node:assert/strict";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { retentionDays } from "../../plan/retention-days.ts";

describe("retentionDays", () => {
  for (const [schedule, retain, days] of [
    ["0 2 * * *", { days: 30 }, 30],
    ["0 2 * * *", { count: 7 }, 7],
    ["0 3 * * 0", { count: 4 }, 28],
    ["0 4 1 * *", { count: 6 }, 186],
    ["0 */6 * * *", { count: 5 }, 2],
    [undefined, { days: 30 }, 30],
  ] as const) {
    it(`is ${days} for ${JSON.stringify(retain)} of ${schedule ?? "points on demand"}`, () => {
      assert.equal(retentionDays({ schedule, retain }), days);
    });
  }

  it("is unknown for a count without a schedule", () => {
    assert.throws(
      () => retentionDays({ retain: { count: 4 } }),
      (error) => error instanceof HoldfastError && error.code === "RETENTION_UNKNOWN" && error.exitCode === 2,
    );
  });
});
