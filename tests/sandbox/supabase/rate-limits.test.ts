import assert from "node:assert/strict";
import { RateLimits } from "../../../sandbox/supabase/rate-limits.ts";

const at = (seconds: number): Date => new Date(seconds * 1000);

describe("RateLimits", () => {
  it("counts down to the limit, then refuses for a whole window", () => {
    const limits = new RateLimits(2);
    assert.deepEqual(limits.count("a", at(0), 60), {
      limit: 2,
      remaining: 1,
      resetSeconds: 60,
      exceeded: false,
    });
    assert.equal(limits.count("a", at(10), 60).exceeded, false);
    assert.deepEqual(limits.count("a", at(20), 60), {
      limit: 2,
      remaining: 0,
      resetSeconds: 60,
      exceeded: true,
    });
    assert.equal(limits.count("a", at(79), 60).exceeded, true);
    assert.equal(limits.count("a", at(80), 60).exceeded, false);
  });

  it("starts anew after the window", () => {
    const limits = new RateLimits(1);
    assert.equal(limits.count("a", at(0), 60).exceeded, false);
    assert.equal(limits.count("a", at(60), 60).exceeded, false);
  });

  it("counts each key by itself", () => {
    const limits = new RateLimits(1);
    limits.count("a", at(0), 60);
    assert.equal(limits.count("b", at(0), 60).exceeded, false);
    assert.equal(limits.count("a", at(0), 60).exceeded, true);
  });
});
