import assert from "node:assert/strict";
import { createSlots } from "../../supabase/slots.ts";

const reason = new Error("enough");

describe("createSlots", () => {
  it("gives out so many places, then lets in whoever waits longest", async () => {
    const slots = createSlots(2);
    const [first] = [await slots.acquire(), await slots.acquire()];
    const order: string[] = [];
    const third = slots.acquire().then((leave) => {
      order.push("third");
      leave();
    });
    const fourth = slots.acquire().then(() => order.push("fourth"));
    await Promise.resolve();
    assert.deepEqual(order, []);
    first();
    await Promise.all([third, fourth]);
    assert.deepEqual(order, ["third", "fourth"]);
  });
  it("loses no place by somebody who stops waiting", async () => {
    const slots = createSlots(1);
    const leave = await slots.acquire();
    const controller = new AbortController();
    const given = slots.acquire(controller.signal);
    const next = slots.acquire();
    controller.abort(reason);
    await assert.rejects(given, reason);
    leave();
    (await next)();
    await assert.rejects(slots.acquire(AbortSignal.abort(reason)), reason);
    (await slots.acquire())();
  });
});
