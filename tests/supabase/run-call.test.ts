import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import type { ApiCall } from "../../supabase/api-call.ts";
import { ApiError, type ApiErrorCode } from "../../supabase/api-error.ts";
import type { ManagementApi } from "../../supabase/management-api.ts";
import { testDirectory } from "../support/run-directory.ts";
import {
  type Answering,
  htmlPage,
  type ScriptedAnswer,
  stillProcessing,
  THROTTLED,
} from "../support/scripted-api.ts";
import { openScripted, READ, REF, type Scripted, WRITE } from "./support/open-scripted.ts";

const FINE: ScriptedAnswer = { json: { name: "shop" } };
const DONE: ScriptedAnswer = { ...FINE, status: 201 };
const ADDON: ApiCall<void> = {
  method: "PATCH",
  path: "/v1/projects/{ref}/billing/addons",
  parameters: { ref: REF },
  body: { addon_type: "pitr", addon_variant: "pitr_7" },
  status: 200,
  reply: undefined,
};

/** What a call ends in, which must be an `ApiError` of this code. */
async function failure(promise: Promise<unknown>, code: ApiErrorCode): Promise<ApiError> {
  const error = await promise.then(
    () => assert.fail(`expected ${code}`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ApiError, String(error));
  assert.equal(error.code, code, error.message);
  assert.notEqual(error.hint, "");
  return error;
}

describe("runCall", () => {
  let scripted: Scripted;
  let api: ManagementApi;
  const answers = (...given: [Answering, ...Answering[]]) => {
    for (const { method, path } of [READ, WRITE, ADDON]) scripted.server.on(method, path, ...given);
  };
  const sent = () => scripted.server.requests.length;
  /** The client, less patient where only a time-out ends the request. */
  const clientFor = async (answer: ScriptedAnswer) => {
    if (answer === "hang" || answer === "drip") {
      await scripted.server.close();
      scripted = await openScripted({ requestTimeoutSeconds: 0.75 });
    }
    return scripted.api;
  };
  beforeEach(async () => {
    scripted = await openScripted();
    api = scripted.api;
  });
  afterEach(() => scripted.server.close());

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
        answers(answer, FINE);
        assert.deepEqual(await client.request(READ), { name: "shop" });
        assert.equal(sent(), 2);
        assert.deepEqual(scripted.time.slept, [1]);
      });
    }
    for (const status of [200, 201] as const) {
      for (const [name, answer] of Object.entries({
        "without a body": { status, empty: true },
        "with half of a body": { status, body: '{"name":"sh', contentType: "application/json" },
      } as const)) {
        it(`is sent again after ${status} ${name}`, async () => {
          answers(answer, { ...FINE, status });
          assert.deepEqual(await api.request({ ...READ, status }), { name: "shop" });
        });
      }
    }

    it("waits longer each time, and gives up after six tries", async () => {
      answers({ status: 503, json: { message: "Service Unavailable" } });
      const error = await failure(api.request(READ), "SUPABASE_UNAVAILABLE");
      assert.equal(sent(), 6);
      assert.deepEqual(scripted.time.slept, [1, 2, 4, 8, 16]);
      assert.equal(
        error.message,
        `GET /v1/projects/{ref} for project ${REF} got no usable answer after 6 tries in 31s: the answer 503: Service Unavailable`,
      );
      assert.equal(error.status, 503);
      assert.equal(error.endpoint, "GET /v1/projects/{ref}");
    });

    it("spreads its waits by half", async () => {
      await scripted.server.close();
      scripted = await openScripted({ random: () => 0 });
      answers({ status: 503, empty: true });
      await failure(scripted.api.request(READ), "SUPABASE_UNAVAILABLE");
      assert.deepEqual(scripted.time.slept, [0.5, 1, 2, 4, 8]);
    });

    it("gives up when its deadline leaves no time for the next wait", async () => {
      answers({ status: 503, empty: true });
      await failure(api.request(READ, { deadlineSeconds: 6.9 }), "SUPABASE_UNAVAILABLE");
      assert.deepEqual(scripted.time.slept, [1, 2]);
    });

    it("waits as long as a 503 asks for", async () => {
      answers({ status: 503, empty: true, headers: { "retry-after": "17" } }, FINE);
      await api.request(READ);
      assert.deepEqual(scripted.time.slept, [17]);
    });

    it("waits until the date that a 503 names", async () => {
      const at = new Date(scripted.time.clock().getTime() + 33_000).toUTCString();
      answers({ status: 503, empty: true, headers: { "retry-after": at } }, FINE);
      await api.request(READ);
      assert.deepEqual(scripted.time.slept, [33]);
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
        answers(answer, DONE);
        const error = await failure(client.request(WRITE), "SUPABASE_OUTCOME_UNKNOWN");
        assert.equal(sent(), 1);
        assert.deepEqual(scripted.time.slept, []);
        assert.match(error.hint, /before trying again/);
      });
      it(`is sent again after ${name} when it is repeatable`, async () => {
        const client = await clientFor(answer);
        answers(answer, DONE);
        assert.deepEqual(await client.request({ ...WRITE, repeatable: true }), { name: "shop" });
        assert.equal(sent(), 2);
      });
    }

    it("has an unknown outcome when it is repeatable and never answered", async () => {
      answers({ status: 500, empty: true });
      await failure(api.request({ ...WRITE, repeatable: true }), "SUPABASE_OUTCOME_UNKNOWN");
      assert.equal(sent(), 6);
    });

    it("has an unknown outcome when an answer was lost and the limit then keeps it back", async () => {
      answers({ status: 500, empty: true }, THROTTLED);
      const error = await failure(
        api.request({ ...WRITE, repeatable: true }, { deadlineSeconds: 30 }),
        "SUPABASE_OUTCOME_UNKNOWN",
      );
      assert.match(error.message, /an answer was lost, then: .* rate limit/);
    });

    it("has an unknown outcome when an answer was lost and add-ons then keep it back", async () => {
      answers("reset", stillProcessing(9));
      const error = await failure(api.request({ ...WRITE, repeatable: true }), "SUPABASE_OUTCOME_UNKNOWN");
      assert.equal(error.retryAfterSeconds, 545);
    });

    it("has an unknown outcome when an answer was lost and there was no connection after it", async () => {
      answers(async () => {
        setImmediate(() => scripted.server.close());
        return { status: 500, empty: true };
      });
      const error = await failure(api.request({ ...WRITE, repeatable: true }), "SUPABASE_OUTCOME_UNKNOWN");
      assert.match(error.message, /after 6 tries in 31s: the connection was refused/);
    });

    it("has an unknown outcome when its success has no body to read", async () => {
      answers({ status: 201, empty: true });
      await failure(api.request(WRITE), "SUPABASE_OUTCOME_UNKNOWN");
    });

    it("is done when nothing of the body is of interest", async () => {
      answers(
        { status: 200, empty: true },
        { status: 200, body: "OK", contentType: "text/plain" },
        { json: {} },
      );
      for (let n = 0; n < 3; n += 1) assert.equal(await api.request(ADDON), undefined);
    });

    it("is not believed done by a web page, whatever its status", async () => {
      answers(htmlPage(200));
      await failure(api.request(ADDON), "SUPABASE_OUTCOME_UNKNOWN");
    });

    it("is not done by another kind of success", async () => {
      answers({ status: 200, json: { name: "shop" } });
      const error = await failure(api.request(WRITE), "SUPABASE_REPLY_UNEXPECTED");
      assert.match(error.message, /200, another kind of success, where 201 is documented/);
      assert.match(error.hint, /may have had its effect/);
    });

    it("is not cut off by its deadline, so that its outcome is known", async () => {
      answers(async () => {
        scripted.time.advance(100);
        await new Promise((resolve) => setTimeout(resolve, 80));
        return DONE;
      });
      await api.request(WRITE, { deadlineSeconds: 0.01 });
    });
  });

  describe("without a connection", () => {
    it("a read and a write are sent again, and both end as unavailable", async () => {
      await scripted.server.close();
      for (const call of [READ, WRITE]) {
        const error = await failure(api.request(call), "SUPABASE_UNAVAILABLE");
        assert.match(error.message, /after 6 tries in 31s: the connection was refused \(ECONNREFUSED\)/);
        assert.match(error.hint, /Nothing was changed/);
      }
    });

    it("a write is done once the server is back", async () => {
      const { port } = new URL(scripted.server.endpoint);
      await scripted.server.close();
      let connections = 0;
      const request = openedWith(scripted, (wait) => {
        if (wait !== 2) return;
        const server = createServer((socket) => {
          connections += 1;
          socket.end(
            'HTTP/1.1 201 Created\r\ncontent-length: 15\r\nconnection: close\r\n\r\n{"name":"shop"}',
          );
          server.close();
        });
        return new Promise<void>((resolve) => server.listen(Number(port), "127.0.0.1", resolve));
      });
      assert.deepEqual(await (await request).request(WRITE), { name: "shop" });
      assert.equal(connections, 1);
    });

    it("a server that speaks no TLS is not asked again", async () => {
      const endpoint = scripted.server.endpoint.replace("http:", "https:");
      const { api: secure, server } = await openScripted({ endpoint });
      for (const call of [READ, WRITE]) {
        const error = await failure(secure.request(call), "SUPABASE_UNAVAILABLE");
        assert.match(error.message, /no TLS connection with a certificate that is trusted/);
      }
      await server.close();
    });

    it("a certificate that nobody vouches for ends it at once, and the token stays here", async function () {
      const directory = await testDirectory("untrusted");
      const [key, cert] = [join(directory, "key.pem"), join(directory, "cert.pem")];
      const { status } = spawnSync("openssl", [
        ...[
          "req",
          "-x509",
          "-newkey",
          "ec",
          "-pkeyopt",
          "ec_paramgen_curve:prime256v1",
          "-nodes",
          "-days",
          "1",
        ],
        ...["-subj", "/CN=localhost", "-keyout", key, "-out", cert],
      ]);
      if (status !== 0) this.skip();
      let requests = 0;
      const server = createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, () => {
        requests += 1;
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const endpoint = `https://localhost:${(server.address() as AddressInfo).port}`;
      const other = await openScripted({ endpoint });
      for (const call of [READ, WRITE]) {
        const error = await failure(other.api.request(call), "SUPABASE_UNAVAILABLE");
        assert.match(error.message, /certificate that is trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/);
      }
      assert.equal(requests, 0);
      assert.deepEqual(other.time.slept, []);
      await other.server.close();
      server.close();
    });

    it("an answer that is no HTTP leaves the outcome of a write unknown", async () => {
      const server = createServer((socket) => socket.end("SSH-2.0-OpenSSH_9.9\r\n"));
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const other = await openScripted({ endpoint });
      await failure(other.api.request(WRITE), "SUPABASE_OUTCOME_UNKNOWN");
      await other.server.close();
      server.close();
    });
  });

  describe("held back", () => {
    for (const call of [READ, WRITE]) {
      it(`a ${call.method} waits for the rate limit as long as it says, and some more`, async () => {
        answers(THROTTLED, { ...FINE, status: call.status });
        await api.request(call);
        assert.equal(sent(), 2);
        assert.equal(scripted.time.elapsedSeconds(), 65);
      });
      it(`a ${call.method} waits for add-ons that are still being processed`, async () => {
        answers(stillProcessing(2), { ...FINE, status: call.status });
        await api.request(call);
        assert.deepEqual(scripted.time.slept, [125]);
      });
    }

    it("Retry-After counts, and not when the limit's own period ends", async () => {
      answers({ ...(THROTTLED as object), status: 429, empty: true, headers: { "retry-after": "20" } }, FINE);
      await api.request(READ);
      assert.equal(scripted.time.elapsedSeconds(), 25);
    });

    it("a page of the front door with 429 is the rate limit too", async () => {
      answers(htmlPage(429), DONE);
      await api.request(WRITE);
      assert.equal(scripted.time.elapsedSeconds(), 65);
    });

    it("other calls of the same endpoint and project wait with it, others do not", async () => {
      const gate = Promise.withResolvers<void>();
      const waiting = Promise.withResolvers<void>();
      const { server, api: gated } = await openScripted({
        clock: scripted.time.clock,
        sleep: async (seconds) => {
          waiting.resolve();
          await gate.promise;
          scripted.time.advance(seconds);
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
      assert.equal(scripted.time.elapsedSeconds(), 65);
      await server.close();
    });

    it("beyond the deadline ends at once, and says when to try again", async () => {
      answers(THROTTLED);
      const error = await failure(api.request(READ, { deadlineSeconds: 60 }), "SUPABASE_RATE_LIMITED");
      assert.equal(error.retryAfterSeconds, 65);
      assert.equal(scripted.time.elapsedSeconds(), 0);
      assert.match(error.message, /for 65 s more, beyond the deadline of 1m/);
    });

    it("for ever ends at the deadline", async () => {
      answers(THROTTLED);
      await failure(api.request(READ), "SUPABASE_RATE_LIMITED");
      assert.ok(scripted.time.elapsedSeconds() <= 300);
      assert.equal(sent(), 5);
    });

    it("by add-ons beyond the deadline is typed, with the time that Supabase named", async () => {
      answers(stillProcessing(5));
      const error = await failure(api.request(ADDON), "SUPABASE_BUSY");
      assert.equal(error.retryAfterSeconds, 305);
      assert.match(error.vendorMessage ?? "", /please try again in 5 minute/);
      assert.equal(sent(), 1);
    });

    it("by the disk's hours is typed, and not tried again", async () => {
      answers({ status: 429, json: { message: "Database disk can only be modified once per four hours." } });
      const error = await failure(api.request(ADDON), "SUPABASE_BUSY");
      assert.equal(error.retryAfterSeconds, undefined);
      assert.equal(sent(), 1);
    });

    it("what is left by the headers is not exceeded", async () => {
      answers({
        ...(FINE as object),
        json: { name: "shop" },
        headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "7" },
      });
      await api.request(READ);
      await api.request(READ);
      assert.equal(scripted.time.elapsedSeconds(), 7);
    });
  });

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
        answers({ status, json: { message } });
        for (const call of [READ, WRITE]) {
          const error = await failure(api.request(call), code);
          assert.equal(error.status, status);
          assert.equal(error.vendorMessage, message);
          assert.ok(error.message.includes(REF) && error.message.includes(message), error.message);
          assert.match(error.hint, hint);
        }
        assert.equal(sent(), 2);
      });
    }

    it("without a body is typed by its status", async () => {
      answers({ status: 404, empty: true });
      const error = await failure(api.request(READ), "SUPABASE_NOT_FOUND");
      assert.equal(error.vendorMessage, undefined);
    });

    it("a redirect is not followed, so the token goes nowhere else", async () => {
      const other = await openScripted();
      answers({
        status: 302,
        empty: true,
        headers: { location: `${other.server.endpoint}/v1/projects/${REF}` },
      });
      const error = await failure(api.request(READ), "SUPABASE_REPLY_UNEXPECTED");
      assert.match(error.message, /302, a redirect to another address/);
      assert.equal(other.server.requests.length, 0);
      await other.server.close();
    });

    it("a reply that is not as documented names endpoint and field, and no value", async () => {
      answers({ json: { name: 4711 } });
      const error = await failure(api.request(READ), "SUPABASE_REPLY_UNEXPECTED");
      assert.equal(
        error.message,
        `GET /v1/projects/{ref} for project ${REF} was answered otherwise than documented: name: expected string, found number`,
      );
      assert.deepEqual(error.details, [{ field: "name", expected: "string", found: "number" }]);
      assert.equal(sent(), 1);
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
      answers(FINE);
      await assert.rejects(api.request(READ, { signal: AbortSignal.abort(reason) }), reason);
      assert.equal(sent(), 0);
    });
  });
});

/** A sleep that only an abort ends. */
function neverSlept(_seconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((_, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason));
  });
}

/** A client on the same address whose sleeps are told to `onSleep` first. */
async function openedWith(
  { server, time }: Scripted,
  onSleep: (seconds: number) => Promise<void> | undefined,
): Promise<ManagementApi> {
  const opened = await openScripted({
    endpoint: server.endpoint,
    clock: time.clock,
    async sleep(seconds, signal) {
      await onSleep(seconds);
      await time.sleep(seconds, signal);
    },
  });
  await opened.server.close();
  return opened.api;
}
