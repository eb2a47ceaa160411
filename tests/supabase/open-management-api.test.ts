import assert from "node:assert/strict";
import { inspect } from "node:util";
import { z } from "zod";
import type { ApiCall } from "../../supabase/api-call.ts";
import type { ManagementApi } from "../../supabase/management-api.ts";
import { openManagementApi } from "../../supabase/open-management-api.ts";
import { type Answering, htmlPage, SCRIPTED_TOKEN, THROTTLED } from "../support/scripted-api.ts";
import { mostInAMinute } from "./support/most-in-a-minute.ts";
import { openScripted, READ, REF, type Scripted, WRITE } from "./support/open-scripted.ts";

const ANYTHING: ApiCall<unknown> = { method: "GET", path: "/v1/projects", status: 200, reply: z.unknown() };

describe("openManagementApi", () => {
  let scripted: Scripted;
  let api: ManagementApi;
  const last = () => {
    const request = scripted.server.requests.at(-1);
    assert.ok(request);
    return request;
  };
  beforeEach(async () => {
    scripted = await openScripted({ requestTimeoutSeconds: 1 });
    api = scripted.api;
  });
  afterEach(() => scripted.server.close());

  it("speaks to Supabase when no other address is given", () => {
    assert.equal(
      openManagementApi({ token: SCRIPTED_TOKEN, clock: () => new Date() }).endpoint,
      "https://api.supabase.com",
    );
  });

  it("refuses an address and a token of the wrong form before anything is sent", () => {
    const clock = () => new Date();
    assert.throws(
      () => openManagementApi({ token: SCRIPTED_TOKEN, endpoint: "http://api.supabase.com", clock }),
      { code: "SUPABASE_ENDPOINT_INVALID", exitCode: 2 },
    );
    assert.throws(() => openManagementApi({ token: "sbp_short", clock }), {
      code: "SUPABASE_TOKEN_INVALID",
      exitCode: 2,
    });
  });

  it("sends the token, what it accepts, who it is, and nothing that was not asked for", async () => {
    scripted.server.on("GET", "/v1/projects", { json: [] });
    await api.request({ ...ANYTHING, headers: { "Idempotency-Key": "k1", authorization: "Bearer other" } });
    const { headers, body, query } = last();
    assert.equal(headers.authorization, `Bearer ${SCRIPTED_TOKEN}`);
    assert.equal(headers.accept, "application/json");
    assert.equal(headers["user-agent"], "holdfast");
    assert.equal(headers["idempotency-key"], "k1");
    assert.equal(headers["content-type"], undefined);
    assert.equal(body, "");
    assert.equal(query.size, 0);
  });

  it("puts parameters into the path and the query, encoded", async () => {
    scripted.server.on("DELETE", "/v1/projects/{ref}/billing/addons/{variant}", { json: {} });
    await api.request({
      ...ANYTHING,
      method: "DELETE",
      path: "/v1/projects/{ref}/billing/addons/{variant}",
      parameters: { ref: REF, variant: "a/b?c#d é" },
      query: { services: ["auth", "db"], force: true, limit: 10, absent: undefined, text: "a&b" },
    });
    assert.deepEqual(last().parameters, { ref: REF, variant: "a/b?c#d é" });
    assert.equal(last().query.toString(), "services=auth&services=db&force=true&limit=10&text=a%26b");
  });

  for (const value of ["", ".", ".."]) {
    it(`sends nothing for a path parameter ${JSON.stringify(value)}, which would be another path`, async () => {
      await assert.rejects(api.request({ ...READ, parameters: { ref: value } }), TypeError);
      await assert.rejects(api.request({ ...READ, parameters: {} }), TypeError);
      assert.equal(scripted.server.requests.length, 0);
    });
  }

  it("sends a body as JSON, and a form as a form", async () => {
    scripted.server.on("POST", WRITE.path, { status: 201, json: { name: "shop" } });
    await api.request({ ...WRITE, body: { query: "select 'é'" } });
    assert.deepEqual(last().json, { query: "select 'é'" });
    const form = new FormData();
    form.append("metadata", JSON.stringify({ name: "hello" }));
    form.append("file", new Blob(["Deno.serve()"]), "index.ts");
    await api.request({ ...WRITE, body: form });
    assert.match(last().headers["content-type"] ?? "", /^multipart\/form-data; boundary=/);
    assert.match(last().body, /filename="index.ts"[\s\S]*Deno\.serve\(\)/);
  });

  it("sends a form again when that is safe", async () => {
    scripted.server.on("POST", WRITE.path, "reset", { status: 201, json: { name: "shop" } });
    const form = new FormData();
    form.append("metadata", "{}");
    await api.request({ ...WRITE, body: form, repeatable: true });
    assert.equal(scripted.server.requests.length, 2);
    assert.match(last().body, /name="metadata"/);
  });

  it("gives bytes where bytes were asked for", async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    scripted.server.on("GET", READ.path, { body: bytes });
    const call = { ...READ, answer: "bytes", reply: z.instanceof(Uint8Array) } as const;
    assert.deepEqual(await api.request(call), bytes);
    assert.equal(last().headers.accept, "*/*");
  });

  it("reads nothing of an answer that nobody asked to read", async () => {
    scripted.server.on("GET", READ.path, { body: "{not json", contentType: "application/json" });
    assert.equal(await api.request({ ...READ, reply: undefined }), undefined);
  });

  it("keeps unknown fields out of the way", async () => {
    scripted.server.on("GET", READ.path, { json: { name: "shop", new_field: { deep: [1] } } });
    assert.deepEqual(await api.request(READ), { name: "shop" });
  });

  it("has no more requests on their way than it may", async () => {
    const { server, api: narrow } = await openScripted({ concurrency: 3 });
    let now = 0;
    let most = 0;
    server.on("GET", READ.path, async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setTimeout(resolve, 10));
      now -= 1;
      return { json: { name: "shop" } };
    });
    await Promise.all(Array.from({ length: 20 }, () => narrow.request(READ)));
    assert.equal(most, 3);
    await server.close();
  });

  it("stays within the limit, and lets another project go meanwhile", async () => {
    const { server, api: slow, time } = await openScripted({ limitPerMinute: 5 });
    const sentAt: number[] = [];
    server.on("GET", READ.path, () => {
      sentAt.push(time.elapsedSeconds());
      return { json: { name: "shop" } };
    });
    await Promise.all(Array.from({ length: 12 }, () => slow.request(READ, { deadlineSeconds: 86_400 })));
    assert.ok(mostInAMinute(sentAt) <= 5);
    assert.ok(time.elapsedSeconds() >= 120);
    const before = time.elapsedSeconds();
    await slow.request({ ...READ, parameters: { ref: "bbbbbbbbbbbbbbbbbbbb" } });
    assert.equal(time.elapsedSeconds(), before);
    await server.close();
  });

  describe("never shows the token, nor a secret that was sent", () => {
    const PASSWORD = "hunter2-Tr0ub4dor";
    const echo = { message: `no: Bearer ${SCRIPTED_TOKEN}, password ${PASSWORD}, {"db_pass":"${PASSWORD}"}` };
    const answers: Readonly<Record<string, Answering>> = {
      "in a refusal that repeats them": { status: 400, json: echo },
      "in a refused token": { status: 401, json: echo },
      "in a 429 that repeats them": { status: 429, json: echo },
      "when it is throttled for ever": THROTTLED,
      "in a 500 that repeats them": { status: 500, json: echo },
      "in text that repeats them": {
        status: 422,
        body: JSON.stringify(echo).slice(0, -3),
        contentType: "text/plain",
      },
      "in a web page": htmlPage(503),
      "in an answer that is not as documented": { status: 201, json: { name: [echo] } },
      "in another success": { status: 200, json: echo },
      "when the connection is reset": "reset",
      "when there is no answer": "hang",
    };
    for (const [where, answer] of Object.entries(answers)) {
      it(where, async () => {
        scripted.server.on("POST", WRITE.path, answer);
        const body = { name: "shop", db_pass: PASSWORD, secrets: [{ name: "KEY", value: `${PASSWORD}-2` }] };
        const error: unknown = await api
          .request({ ...WRITE, body }, { deadlineSeconds: 20 })
          .catch((thrown) => thrown);
        assert.ok(error instanceof Error);
        for (const text of [
          String(error),
          error.stack ?? "",
          inspect(error, { depth: 20, showHidden: true, getters: true }),
          JSON.stringify(error, [...Object.getOwnPropertyNames(error), "cause"]),
        ]) {
          assert.ok(!text.includes(SCRIPTED_TOKEN) && !text.includes(PASSWORD), text);
        }
      });
    }
    it("in the API itself", () => {
      for (const text of [
        inspect(api, { depth: 20, showHidden: true, getters: true }),
        JSON.stringify(api),
      ]) {
        assert.ok(!text.includes(SCRIPTED_TOKEN), text);
      }
    });
    it("when there is no connection", async () => {
      await scripted.server.close();
      const error: unknown = await api.request(READ).catch((thrown) => thrown);
      assert.ok(!inspect(error, { depth: 20, showHidden: true }).includes(SCRIPTED_TOKEN));
    });
  });
});
