import assert from "node:assert/strict";
import { htmlPage, type ScriptedAnswer, stillProcessing, THROTTLED } from "../support/scripted-api.ts";
import { openScripted, READ, REF, WRITE } from "./support/open-scripted.ts";
import { ADDON, DONE, FINE, failure, scriptedCalls } from "./support/scripted-calls.ts";

describe("runCall", () => {
  const calls = scriptedCalls();

  /** The client, less patient where only a time-out ends the request. */
  const clientFor = async (answer: ScriptedAnswer) => {
    if (answer === "hang" || answer === "drip") {
      await calls.scripted.server.close();
      calls.scripted = await openScripted({ requestTimeoutSeconds: 0.75 });
    }
    return calls.scripted.api;
  };

  /** What says nothing about the call, whether it was done or not. */
  const unusable: Readonly<Record<string, ScriptedAnswer>> = {
    "a 500": { status: 500, json: { message: "Internal Server Error" } },
    "a 502 without a body": { status: 502, empty: true },
    "a 503 of text": { status: 503, body: "upstream connect error", contentType: "text/plain" },
    "a 408": { status: 408, json: { message: "Request Timeout" } },
    "a web page": htmlPage(200),
    "a web page with 403": htmlPage(403),
    "a web page that says it is JSON": { body: "<!DOCTYPE html><p>", contentType: "application/json" },
    "a lost answer": "reset",
    "no answer in time": "hang",
    "an answer that never ends": "drip",
  };

  describe("a read", () => {
    for (const [name, answer] of Object.entries(unusable)) {
      it(`is sent again after ${name}`, async () => {
        const client = await clientFor(answer);
        calls.answers(answer, FINE);
        assert.deepEqual(await client.request(READ), { name: "shop" });
        assert.equal(calls.sent(), 2);
        assert.deepEqual(calls.scripted.time.slept, [1]);
      });
    }
    for (const status of [200, 201] as const) {
      for (const [name, answer] of Object.entries({
        "without a body": { status, empty: true },
        "with half of a body": { status, body: '{"name":"sh', contentType: "application/json" },
      } as const)) {
        it(`is sent again after ${status} ${name}`, async () => {
          calls.answers(answer, { ...FINE, status });
          assert.deepEqual(await calls.api.request({ ...READ, status }), { name: "shop" });
        });
      }
    }

    it("waits longer each time, and gives up after six tries", async () => {
      calls.answers({ status: 503, json: { message: "Service Unavailable" } });
      const error = await failure(calls.api.request(READ), "SUPABASE_UNAVAILABLE");
      assert.equal(calls.sent(), 6);
      assert.deepEqual(calls.scripted.time.slept, [1, 2, 4, 8, 16]);
      assert.equal(
        error.message,
        `GET /v1/projects/{ref} for project ${REF} got no usable answer after 6 tries in 31s: the answer 503: Service Unavailable`,
      );
      assert.equal(error.status, 503);
      assert.equal(error.endpoint, "GET /v1/projects/{ref}");
    });

    it("spreads its waits by half", async () => {
      await calls.scripted.server.close();
      calls.scripted = await openScripted({ random: () => 0 });
      calls.answers({ status: 503, empty: true });
      await failure(calls.scripted.api.request(READ), "SUPABASE_UNAVAILABLE");
      assert.deepEqual(calls.scripted.time.slept, [0.5, 1, 2, 4, 8]);
    });

    it("gives up when its deadline leaves no time for the next wait", async () => {
      calls.answers({ status: 503, empty: true });
      await failure(calls.api.request(READ, { deadlineSeconds: 6.9 }), "SUPABASE_UNAVAILABLE");
      assert.deepEqual(calls.scripted.time.slept, [1, 2]);
    });

    it("waits as long as a 503 asks for", async () => {
      calls.answers({ status: 503, empty: true, headers: { "retry-after": "17" } }, FINE);
      await calls.api.request(READ);
      assert.deepEqual(calls.scripted.time.slept, [17]);
    });

    it("waits until the date that a 503 names", async () => {
      const at = new Date(calls.scripted.time.clock().getTime() + 33_000).toUTCString();
      calls.answers({ status: 503, empty: true, headers: { "retry-after": at } }, FINE);
      await calls.api.request(READ);
      assert.deepEqual(calls.scripted.time.slept, [33]);
    });

    it("does not read an answer without end", async () => {
      const { server, api: patient } = await openScripted({ requestTimeoutSeconds: 30 });
      server.on("GET", READ.path, "flood");
      const before = process.memoryUsage().rss;
      const error = await failure(patient.request(READ), "SUPABASE_REPLY_UNEXPECTED");
      assert.match(error.message, /more bytes than an answer of it may have/);
      assert.equal(server.requests.length, 1);
      assert.ok(process.memoryUsage().rss - before < 300e6);
      await server.close();
    });
  });

  describe("a write", () => {
    for (const [name, answer] of Object.entries(unusable)) {
      it(`has an unknown outcome after ${name}, and is not sent again`, async () => {
        const client = await clientFor(answer);
        calls.answers(answer, DONE);
        const error = await failure(client.request(WRITE), "SUPABASE_OUTCOME_UNKNOWN");
        assert.equal(calls.sent(), 1);
        assert.deepEqual(calls.scripted.time.slept, []);
        assert.match(error.hint, /before trying again/);
      });
      it(`is sent again after ${name} when it is repeatable`, async () => {
        const client = await clientFor(answer);
        calls.answers(answer, DONE);
        assert.deepEqual(await client.request({ ...WRITE, repeatable: true }), { name: "shop" });
        assert.equal(calls.sent(), 2);
      });
    }

    it("has an unknown outcome when it is repeatable and never answered", async () => {
      calls.answers({ status: 500, empty: true });
      await failure(calls.api.request({ ...WRITE, repeatable: true }), "SUPABASE_OUTCOME_UNKNOWN");
      assert.equal(calls.sent(), 6);
    });

    it("has an unknown outcome when an answer was lost and the limit then keeps it back", async () => {
      calls.answers({ status: 500, empty: true }, THROTTLED);
      const error = await failure(
        calls.api.request({ ...WRITE, repeatable: true }, { deadlineSeconds: 30 }),
        "SUPABASE_OUTCOME_UNKNOWN",
      );
      assert.match(error.message, /an answer was lost, then: .* rate limit/);
    });

    it("has an unknown outcome when an answer was lost and add-ons then keep it back", async () => {
      calls.answers("reset", stillProcessing(9));
      const error = await failure(
        calls.api.request({ ...WRITE, repeatable: true }),
        "SUPABASE_OUTCOME_UNKNOWN",
      );
      assert.equal(error.retryAfterSeconds, 545);
    });

    it("has an unknown outcome when an answer was lost and there was no connection after it", async () => {
      calls.answers(async () => {
        setImmediate(() => calls.scripted.server.close());
        return { status: 500, empty: true };
      });
      const error = await failure(
        calls.api.request({ ...WRITE, repeatable: true }),
        "SUPABASE_OUTCOME_UNKNOWN",
      );
      assert.match(error.message, /after 6 tries in 31s: the connection was refused/);
    });

    it("has an unknown outcome when its success has no body to read", async () => {
      calls.answers({ status: 201, empty: true });
      await failure(calls.api.request(WRITE), "SUPABASE_OUTCOME_UNKNOWN");
    });

    it("is done when nothing of the body is of interest", async () => {
      calls.answers(
        { status: 200, empty: true },
        { status: 200, body: "OK", contentType: "text/plain" },
        { json: {} },
      );
      for (let n = 0; n < 3; n += 1) assert.equal(await calls.api.request(ADDON), undefined);
    });

    it("is not believed done by a web page, whatever its status", async () => {
      calls.answers(htmlPage(200));
      await failure(calls.api.request(ADDON), "SUPABASE_OUTCOME_UNKNOWN");
    });

    it("is not done by another kind of success", async () => {
      calls.answers({ status: 200, json: { name: "shop" } });
      const error = await failure(calls.api.request(WRITE), "SUPABASE_REPLY_UNEXPECTED");
      assert.match(error.message, /200, another kind of success, where 201 is documented/);
      assert.match(error.hint, /may have had its effect/);
    });

    it("is not cut off by its deadline, so that its outcome is known", async () => {
      calls.answers(async () => {
        calls.scripted.time.advance(100);
        await new Promise((resolve) => setTimeout(resolve, 80));
        return DONE;
      });
      await calls.api.request(WRITE, { deadlineSeconds: 0.01 });
    });
  });
});
