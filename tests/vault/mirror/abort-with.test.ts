import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { PassThrough } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { abortWith } from "../../../vault/mirror/abort-with.ts";

function request(): PassThrough {
  const made = new PassThrough();
  made.on("error", () => undefined);
  return made;
}

describe("abortWith", () => {
  it("destroys what is under way, with the signal's reason, by one listener", () => {
    const controller = new AbortController();
    const requests = [request(), request(), request()];
    for (const one of requests) abortWith(controller.signal, one);
    assert.equal(getEventListeners(controller.signal, "abort").length, 1);
    const reason = new Error("stopped");
    controller.abort(reason);
    assert.deepEqual(
      requests.map(({ errored }) => errored),
      [reason, reason, reason],
    );
  });

  it("forgets what ended, destroys at once what comes late, and leaves alone what has no signal", async () => {
    const controller = new AbortController();
    const [ended, late, free] = [request(), request(), request()];
    abortWith(controller.signal, ended);
    ended.destroy();
    await turn();
    controller.abort("a text");
    assert.equal(ended.errored, null);
    abortWith(controller.signal, late);
    assert.match(late.errored?.message ?? "", /aborted/);
    abortWith(undefined, free);
    assert.equal(free.destroyed, false);
  });
});
