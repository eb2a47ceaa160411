import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { ByteBudget } from "../../../jobs/storage/byte-budget.ts";

describe("ByteBudget", () => {
  it("never has more under way than there is room for, and lets the larger than all run alone", async () => {
    const budget = new ByteBudget(100);
    let held = 0;
    let most = 0;
    const order: number[] = [];
    const work = (bytes: number) =>
      budget.within(bytes, async () => {
        held += Math.min(bytes, 100);
        most = Math.max(most, held);
        order.push(bytes);
        await sleep(1);
        held -= Math.min(bytes, 100);
      });
    await Promise.all([60, 40, 50, 1000, 1, 99, 0].map(work));
    assert.equal(most, 100);
    assert.deepEqual(order, [60, 40, 50, 1000, 1, 99, 0]);
  });

  it("gives the room back when the work fails", async () => {
    const budget = new ByteBudget(1);
    const fail = () => budget.within(1, () => Promise.reject(new Error("no")));
    await assert.rejects(fail(), /no/);
    assert.equal(await budget.within(1, async () => "done"), "done");
  });
});
