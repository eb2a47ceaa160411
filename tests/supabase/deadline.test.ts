import assert from "node:assert/strict";
import { startDeadline } from "../../supabase/deadline.ts";
import { virtualTime } from "../support/virtual-time.ts";

describe("startDeadline", () => {
  it("counts down with the clock, to 0 and not below", async () => {
    const { clock, sleep, advance } = virtualTime();
    const deadline = startDeadline(10, { clock, sleep });
    assert.equal(await deadline.sleep(4), true);
    assert.equal(deadline.remainingSeconds(), 6);
    advance(2);
    assert.equal(deadline.remainingSeconds(), 4);
    assert.equal(deadline.elapsedSeconds(), 6);
    advance(100);
    assert.equal(deadline.remainingSeconds(), 0);
  });
  it("does not sleep beyond its end, nor begin to", async () => {
    const { clock, sleep, slept } = virtualTime();
    const deadline = startDeadline(10, { clock, sleep });
    assert.equal(await deadline.sleep(10.1), false);
    assert.equal(await deadline.sleep(10), true);
    assert.equal(await deadline.sleep(0.1), false);
    assert.deepEqual(slept, [10]);
  });
  it("counts what was slept when the clock stands still or is set back", async () => {
    const { clock, sleep, advance } = virtualTime();
    const deadline = startDeadline(10, { clock, sleep });
    await deadline.sleep(6);
    advance(-3_600);
    assert.equal(deadline.remainingSeconds(), 4);
    const still = startDeadline(10, { clock: () => new Date(0), sleep: async () => {} });
    await still.sleep(7);
    assert.equal(still.remainingSeconds(), 3);
  });
});
