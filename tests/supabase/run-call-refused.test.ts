import assert from "node:assert/strict";
import type { ApiErrorCode } from "../../supabase/api-error.ts";
import { type Answering, stillProcessing, THROTTLED } from "../support/scripted-api.ts";
import { openScripted, READ, REF, WRITE } from "./support/open-scripted.ts";
import { FINE, failure, scriptedCalls } from "./support/scripted-calls.ts";

describe("runCall", () => {
  const calls = scriptedCalls();

  describe("refused", () => {
    const refusals: readonly (readonly [number, string, ApiErrorCode, RegExp])[] = [
      [400, "PITR is not enabled for this project.", "SUPABASE_REFUSED", /Correct what Supabase names/],
      [401, "Unauthorized", "SUPABASE_TOKEN_REFUSED", /account\/tokens.*SUPABASE_ACCESS_TOKEN/],
      [402, "This feature requires the Enterprise organization plan.", "SUPABASE_PLAN_REQUIRED", /Upgrade/],
      [
        403,
        "Your account does not have the necessary privileges",
        "SUPABASE_FORBIDDEN",
        /project_admin_read|database_write/,
      ],
      [404, "Project not found", "SUPABASE_NOT_FOUND", /ref \(20 letters/],
      [404, "Cannot GET /v1/nothing", "SUPABASE_NOT_FOUND", /newer version/],
      [406, "Failed to fetch latest physical backup", "SUPABASE_REFUSED", /Correct/],
      [540, "Project is paused", "SUPABASE_REFUSED", /Restore the project in the dashboard/],
    ];
    for (const [status, message, code, hint] of refusals) {
      it(`${status} "${message}" is ${code}, at once`, async () => {
        calls.answers({ status, json: { message } });
        for (const call of [READ, WRITE]) {
          const error = await failure(calls.api.request(call), code);
          assert.equal(error.status, status);
          assert.equal(error.vendorMessage, message);
          assert.ok(error.message.includes(REF) && error.message.includes(message), error.message);
          assert.match(error.hint, hint);
        }
        assert.equal(calls.sent(), 2);
      });
    }

    it("without a body is typed by its status", async () => {
      calls.answers({ status: 404, empty: true });
      const error = await failure(calls.api.request(READ), "SUPABASE_NOT_FOUND");
      assert.equal(error.vendorMessage, undefined);
    });

    it("a redirect is not followed, so the token goes nowhere else", async () => {
      const other = await openScripted();
      calls.answers({
        status: 302,
        empty: true,
        headers: { location: `${other.server.endpoint}/v1/projects/${REF}` },
      });
      const error = await failure(calls.api.request(READ), "SUPABASE_REPLY_UNEXPECTED");
      assert.match(error.message, /302, a redirect to another address/);
      assert.equal(other.server.requests.length, 0);
      await other.server.close();
    });

    it("a reply that is not as documented names endpoint and field, and no value", async () => {
      calls.answers({ json: { name: 4711 } });
      const error = await failure(calls.api.request(READ), "SUPABASE_REPLY_UNEXPECTED");
      assert.equal(
        error.message,
        `GET /v1/projects/{ref} for project ${REF} was answered otherwise than documented: name: expected string, found number`,
      );
      assert.deepEqual(error.details, [{ field: "name", expected: "string", found: "number" }]);
      assert.equal(calls.sent(), 1);
    });
  });

  describe("aborted", () => {
    const reason = new Error("enough");
    const stages: Readonly<Record<string, Answering>> = {
      "while it is on its way": "hang",
      "while its answer drips in": "drip",
      "between two tries": { status: 503, empty: true, headers: { "retry-after": "200" } },
      "while it waits for add-ons": stillProcessing(3),
      "while it waits for the limit": { ...(THROTTLED as object), status: 429, empty: true },
    };
    for (const [stage, answer] of Object.entries(stages)) {
      it(`${stage}, it ends at once with the signal's reason`, async () => {
        const { server, api: real } = await openScripted({ sleep: neverSlept, requestTimeoutSeconds: 30 });
        const controller = new AbortController();
        server.on("GET", READ.path, answer);
        const asked = performance.now();
        const promise = real.request(READ, { signal: controller.signal });
        const aborted = assert.rejects(promise, reason);
        while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        setTimeout(() => controller.abort(reason), 30);
        await aborted;
        assert.ok(performance.now() - asked < 10_000);
        assert.equal(server.requests.length, 1);
        await server.close();
      });
    }
    it("before it begins, nothing is sent", async () => {
      calls.answers(FINE);
      await assert.rejects(calls.api.request(READ, { signal: AbortSignal.abort(reason) }), reason);
      assert.equal(calls.sent(), 0);
    });
  });
});

/** A sleep that only an abort ends. */
function neverSlept(_seconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((_, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason));
  });
}
