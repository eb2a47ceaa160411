import assert from "node:assert/strict";
import fc from "fast-check";
import { MAXIMUM_PARTS, MINIMUM_PART_BYTES, planPartSize } from "../../vault/plan-part-size.ts";
import { failsWith } from "./test-vault.ts";

const GIBIBYTE = 1024 ** 3;

describe("planPartSize", () => {
  it("fits one and a half times the expected bytes into 10,000 parts, in whole mebibytes, for any size", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 * 1024 * GIBIBYTE }), (expected) => {
        const part = planPartSize(expected);
        assert.ok(part * MAXIMUM_PARTS >= expected * 1.5);
        assert.ok(part >= MINIMUM_PART_BYTES && part <= 5 * GIBIBYTE);
        assert.equal(part % (1024 * 1024), 0);
        // Not larger than needed: parts are memory.
        assert.ok(part === MINIMUM_PART_BYTES || (part - 1024 * 1024) * MAXIMUM_PARTS < expected * 1.5);
      }),
    );
  });

  it("takes 8 MiB up to 52 GiB and 77 MiB for 500 GiB", () => {
    assert.equal(planPartSize(0), 8 * 1024 * 1024);
    assert.equal(planPartSize(52 * GIBIBYTE), 8 * 1024 * 1024);
    assert.equal(planPartSize(500 * GIBIBYTE), 77 * 1024 * 1024);
  });

  it("refuses what no part size can hold", async () => {
    await failsWith("UPLOAD_TOO_LARGE", () => planPartSize(40 * 1024 * GIBIBYTE));
  });
});
