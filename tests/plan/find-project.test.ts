import assert from "node:assert/strict";
import { findProject } from "../../plan/find-project.ts";
import { findTier } from "../../plan/find-tier.ts";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { parseChanged } from "./support/plan-fixture.ts";

const plan = parseChanged({ "projects.1": { name: "other", kind: "postgres", connection: { env: "A" } } });

function caught(action: () => unknown): HoldfastError {
  try {
    action();
  } catch (error) {
    if (error instanceof HoldfastError) return error;
  }
  throw new assert.AssertionError({ message: "no HoldfastError" });
}

describe("findProject", () => {
  it("finds a project by name", () => assert.equal(findProject(plan, "other").name, "other"));

  it("names the nearest and all known ones", () => {
    const error = caught(() => findProject(plan, "shp"));
    assert.equal(error.code, "PROJECT_UNKNOWN");
    assert.equal(error.exitCode, 2);
    assert.match(error.hint, /Did you mean shop\? The plan protects shop, other\./);
  });
});

describe("findTier", () => {
  const shop = findProject(plan, "shop");

  it("finds the rule of a tier, on demand as well", () => {
    assert.deepEqual(findTier(shop, "weekly").retain, { count: 4 });
    assert.deepEqual(findTier(shop, "checkpoint").scope, { kind: "full" });
  });

  it("says when there is no such tier at all", () => {
    const error = caught(() => findTier(shop, "nightli"));
    assert.equal(error.code, "TIER_UNKNOWN");
    assert.equal(error.exitCode, 2);
    assert.match(error.hint, /Did you mean nightly\? shop has nightly, weekly, checkpoint, emergency\./);
  });

  it("says when the plan does not declare it", () => {
    const error = caught(() => findTier(shop, "monthly"));
    assert.equal(error.code, "TIER_UNKNOWN");
    assert.match(error.message, /The plan of shop declares no tier "monthly"/);
    assert.match(error.hint, /add `monthly` under `tiers`/);
  });
});
