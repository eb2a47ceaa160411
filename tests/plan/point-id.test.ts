import assert from "node:assert/strict";
import fc from "fast-check";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { parsePointId, pointId } from "../../plan/point-id.ts";
import { TIERS } from "../../plan/tier.ts";

const AT = new Date("2026-01-31T02:03:04.567Z");

describe("point id", () => {
  for (const [tier, id] of [
    ["nightly", "nightly_20260131_020304"],
    ["weekly", "weekly_20260131_020304"],
    ["monthly", "monthly_20260131_020304"],
    ["checkpoint", "CHECKPOINT_20260131_020304"],
    ["emergency", "emergency_20260131_020304"],
  ] as const) {
    it(`is ${id} for ${tier}`, () => {
      assert.equal(pointId(tier, AT), id);
      assert.deepEqual(parsePointId(id), { tier, at: new Date("2026-01-31T02:03:04Z") });
    });
  }

  it("carries the release of a checkpoint, and of nothing else", () => {
    assert.equal(
      pointId("checkpoint", AT, "1.4.2-3-gabc1234"),
      "CHECKPOINT_20260131_020304_v1.4.2-3-gabc1234",
    );
    assert.equal(pointId("nightly", AT, "1.4.2"), "nightly_20260131_020304");
  });

  it("makes a tag safe for an object key", () => {
    assert.equal(pointId("checkpoint", AT, "release/1.0 ü"), "CHECKPOINT_20260131_020304_vrelease-1.0--");
    assert.equal(parsePointId(pointId("checkpoint", AT, "x".repeat(200))).gitDescribe?.length, 64);
  });

  it("comes back as it was", () => {
    const moment = fc.date({
      min: new Date("1000-01-01T00:00:00Z"),
      max: new Date("9999-12-31T23:59:59Z"),
      noInvalidDate: true,
    });
    const tag = fc.stringMatching(/^[A-Za-z0-9.+_-]{1,64}$/);
    fc.assert(
      fc.property(fc.constantFrom(...TIERS), moment, fc.option(tag, { nil: undefined }), (tier, at, git) => {
        const whole = new Date(Math.floor(at.getTime() / 1_000) * 1_000);
        const gitDescribe = tier === "checkpoint" ? git : undefined;
        const expected = gitDescribe === undefined ? { tier, at: whole } : { tier, at: whole, gitDescribe };
        const id = pointId(tier, at, git);
        assert.deepEqual(parsePointId(id), expected);
        assert.match(id, /^[A-Za-z0-9._+-]+$/);
      }),
    );
  });

  it("sorts by time within a tier", () => {
    const moment = fc.date({ min: new Date("2000-01-01"), max: new Date("2100-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(moment, moment, (a, b) => {
        assert.equal(
          pointId("nightly", a) < pointId("nightly", b),
          Math.floor(+a / 1_000) < Math.floor(+b / 1_000),
        );
      }),
    );
  });

  for (const id of [
    "",
    "latest",
    "nightly_20260131",
    "nightly_20260231_020304",
    "nightly_20260131_240000",
    "nightly_20260131_020360",
    "nightly_00000101_000000",
    "daily_20260131_020304",
    "checkpoint_20260131_020304",
    "Nightly_20260131_020304",
    "nightly_20260131_020304_v1",
    "CHECKPOINT_20260131_020304_v",
    "CHECKPOINT_20260131_020304_va/b",
    "nightly_20260131_020304/../x",
    "nightly_20260131_020304\n",
  ]) {
    it(`refuses ${JSON.stringify(id)}`, () => {
      assert.throws(
        () => parsePointId(id),
        (error) =>
          error instanceof HoldfastError && error.code === "POINT_ID_INVALID" && error.exitCode === 2,
      );
    });
  }

  for (const date of [
    new Date(Number.NaN),
    new Date("+010000-01-01T00:00:00Z"),
    new Date("0999-01-01T00:00:00Z"),
  ]) {
    it(`refuses to name ${date}`, () => assert.throws(() => pointId("nightly", date), HoldfastError));
  }
});
