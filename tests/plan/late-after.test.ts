import assert from "node:assert/strict";
import { lateAfterSeconds } from "../../plan/late-after.ts";

describe("how late a backup may end", () => {
  it("is two hours, or an hour more than a backup may take without being slow", () => {
    assert.deepEqual(
      [60, 900, 3_600, 3_601, 21_600].map(lateAfterSeconds),
      [7_200, 7_200, 7_200, 7_201, 25_200],
    );
  });
});
