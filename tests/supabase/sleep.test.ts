import assert from "node:assert/strict";
import { sleep } from "../../supabase/sleep.ts";

const reason = new Error("enough");

describe("sleep", () => {
  it("sleeps for the seconds asked for", async () => {
    const started = performance.now();
    await sleep(0.05);
    assert.ok(performance.now() - started >= 49);
  });
  it("ends at once with the signal's reason", async () => {
    const controller = new AbortController();
    const sleeping = sleep(60, controller.signal);
    controller.abort(reason);
    await assert.rejects(sleeping, reason);
    await assert.rejects(sleep(60, AbortSignal.abort(reason)), reason);
  });
});
