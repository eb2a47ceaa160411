import assert from "node:assert/strict";
import { htmlPage, stillProcessing, THROTTLED } from "../support/scripted-api.ts";
import { openScripted, READ, WRITE } from "./support/open-scripted.ts";
import { ADDON, DONE, FINE, failure, scriptedCalls } from "./support/scripted-calls.ts";

describe("runCall", () => {
  const calls = scriptedCalls();

  describe("held back", () => {
    for (const call of [READ, WRITE]) {
      it(`a ${call.method} waits for the rate limit as long as it says, and some more`, async () => {
        calls.answers(THROTTLED, { ...FINE, status: call.status });
        await calls.api.request(call);
        assert.equal(calls.sent(), 2);
        assert.equal(calls.scripted.time.elapsedSeconds(), 65);
      });
      it(`a ${call.method} waits for add-ons that are still being processed`, async () => {
        calls.answers(stillProcessing(2), { ...FINE, status: call.status });
        await calls.api.request(call);
        assert.deepEqual(calls.scripted.time.slept, [125]);
      });
    }

    it("Retry-After counts, and not when the limit's own period ends", async () => {
      calls.answers(
        { ...(THROTTLED as object), status: 429, empty: true, headers: { "retry-after": "20" } },
        FINE,
      );
      await calls.api.request(READ);
      assert.equal(calls.scripted.time.elapsedSeconds(), 25);
    });

    it("a page of the front door with 429 is the rate limit too", async () => {
      calls.answers(htmlPage(429), DONE);
      await calls.api.request(WRITE);
      assert.equal(calls.scripted.time.elapsedSeconds(), 65);
    });

    it("other calls of the same endpoint and project wait with it, others do not", async () => {
      const gate = Promise.withResolvers<void>();
      const waiting = Promise.withResolvers<void>();
      const { server, api: gated } = await openScripted({
        clock: calls.scripted.time.clock,
        sleep: async (seconds) => {
          waiting.resolve();
          await gate.promise;
          calls.scripted.time.advance(seconds);
        },
      });
      server.on("GET", READ.path, THROTTLED, FINE);
      server.on("POST", WRITE.path, DONE);
      const first = gated.request(READ);
      await waiting.promise;
      const second = gated.request(READ);
      await gated.request(WRITE);
      await gated.request({ ...READ, parameters: { ref: "bbbbbbbbbbbbbbbbbbbb" } });
      assert.equal(server.requests.length, 3);
      gate.resolve();
      await Promise.all([first, second]);
      assert.equal(server.requests.length, 5);
      assert.equal(calls.scripted.time.elapsedSeconds(), 65);
      await server.close();
    });

    it("beyond the deadline ends at once, and says when to try again", async () => {
      calls.answers(THROTTLED);
      const error = await failure(calls.api.request(READ, { deadlineSeconds: 60 }), "SUPABASE_RATE_LIMITED");
      assert.equal(error.retryAfterSeconds, 65);
      assert.equal(calls.scripted.time.elapsedSeconds(), 0);
      assert.match(error.message, /for 65 s more, beyond the deadline of 1m/);
    });

    it("for ever ends at the deadline", async () => {
      calls.answers(THROTTLED);
      await failure(calls.api.request(READ), "SUPABASE_RATE_LIMITED");
      assert.ok(calls.scripted.time.elapsedSeconds() <= 300);
      assert.equal(calls.sent(), 5);
    });

    it("by add-ons beyond the deadline is typed, with the time that Supabase named", async () => {
      calls.answers(stillProcessing(5));
      const error = await failure(calls.api.request(ADDON), "SUPABASE_BUSY");
      assert.equal(error.retryAfterSeconds, 305);
      assert.match(error.vendorMessage ?? "", /please try again in 5 minute/);
      assert.equal(calls.sent(), 1);
    });

    it("by the disk's hours is typed, and not tried again", async () => {
      calls.answers({
        status: 429,
        json: { message: "Database disk can only be modified once per four hours." },
      });
      const error = await failure(calls.api.request(ADDON), "SUPABASE_BUSY");
      assert.equal(error.retryAfterSeconds, undefined);
      assert.equal(calls.sent(), 1);
    });

    it("what is left by the headers is not exceeded", async () => {
      calls.answers({
        ...(FINE as object),
        json: { name: "shop" },
        headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "7" },
      });
      await calls.api.request(READ);
      await calls.api.request(READ);
      assert.equal(calls.scripted.time.elapsedSeconds(), 7);
    });
  });
});
