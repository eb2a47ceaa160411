import assert from "node:assert/strict";
import { createSupabase, type TestSupabase } from "../../support/supabase.ts";
import { ask, messageOf } from "./support/ask.ts";

const ABSENT = "z".repeat(20);

describe("the simulated API's transport", () => {
  let supabase: TestSupabase;
  let ref: string;
  let now = new Date("2026-11-22T10:00:00.000Z");

  before(async () => {
    supabase = await createSupabase({ clock: () => now, limitPerMinute: 3 });
    ref = await supabase.add();
  });
  // Each test begins with fresh counts.
  beforeEach(() => {
    now = new Date(now.getTime() + 3_600_000);
  });

  it("refuses a missing, foreign or wrong token", async () => {
    const unsigned = await fetch(`${supabase.endpoint}/v1/projects`);
    assert.equal(unsigned.status, 401);
    const foreign = await ask({ ...supabase, token: "eyJhbGciOi" }, "GET", "/v1/projects");
    assert.deepEqual([foreign.status, messageOf(foreign)], [401, "JWT could not be decoded"]);
    const wrong = await ask({ ...supabase, token: `sbp_${"0".repeat(40)}` }, "GET", "/v1/projects");
    assert.deepEqual([wrong.status, messageOf(wrong)], [401, "Unauthorized"]);
  });

  it("knows no other paths or methods", async () => {
    for (const [method, path] of [
      ["GET", `/v1/projects/${ref}/clone`],
      ["POST", `/v1/projects/${ref}`],
      ["GET", "/platform/projects"],
    ] as const) {
      const answer = await ask(supabase, method, path);
      assert.deepEqual([answer.status, messageOf(answer)], [404, `Cannot ${method} ${path}`]);
    }
  });

  it("refuses a malformed ref, a body that is none, and one that is wrong, before it looks anything up", async () => {
    const path = (project: string) => `/v1/projects/${project}/database/backups/restore`;
    assert.equal((await ask(supabase, "POST", path("UPPER"), { id: 1 })).status, 400);
    assert.equal(
      messageOf(await ask(supabase, "POST", path(ABSENT))),
      "Invalid input: expected object, received undefined",
    );
    now = new Date(now.getTime() + 60_000);
    assert.match(
      messageOf(await ask(supabase, "POST", path(ABSENT), { id: "1" })),
      /^id: Invalid input: expected number/,
    );
    const headers = { authorization: `Bearer ${supabase.token}` };
    const broken = await fetch(`${supabase.endpoint}${path(ABSENT)}`, { method: "POST", headers, body: "{" });
    assert.equal(broken.status, 400);
    // The gate stands before the look-up.
    const gated = await ask(supabase, "POST", path(ABSENT), { id: 1 });
    assert.deepEqual([gated.status, messageOf(gated)], [400, "This endpoint is unavailable at the moment"]);
  });

  it("counts each endpoint and project by itself, and refuses what is over the limit for a minute", async () => {
    const get = () => ask(supabase, "GET", `/v1/projects/${ref}`);
    const first = await get();
    assert.equal(first.headers.get("x-ratelimit-limit"), "3");
    assert.equal(first.headers.get("x-ratelimit-remaining"), "2");
    assert.equal(first.headers.get("x-ratelimit-reset"), "60");
    assert.match(first.headers.get("x-gotrue-id") ?? "", /^[0-9a-f-]{36}$/);
    await get();
    await get();
    const refused = await get();
    assert.deepEqual([refused.status, messageOf(refused)], [429, "ThrottlerException: Too Many Requests"]);
    assert.equal(refused.headers.get("retry-after"), "60");
    assert.equal((await ask(supabase, "GET", `/v1/projects/${ABSENT}`)).status, 404);
    assert.equal((await ask(supabase, "GET", `/v1/projects/${ref}/readonly`)).status, 200);
    now = new Date(now.getTime() + 59_000);
    assert.equal((await get()).status, 429);
    now = new Date(now.getTime() + 1000);
    assert.equal((await get()).status, 200);
  });

  it("counts the creation of projects on the organization, and migrations over three minutes", async () => {
    const create = (organization_slug: string) =>
      ask(supabase, "POST", "/v1/projects", { organization_slug, name: "", db_pass: 1 });
    for (let times = 0; times < 3; times++) assert.equal((await create("holdfast-pro")).status, 400);
    assert.equal((await create("holdfast-pro")).status, 429);
    assert.equal((await create("holdfast-team")).status, 400);
    const migrate = () => ask(supabase, "POST", `/v1/projects/${ref}/database/migrations`, {});
    for (let times = 0; times < 3; times++) await migrate();
    now = new Date(now.getTime() + 61_000);
    const refused = await migrate();
    assert.deepEqual([refused.status, refused.headers.get("retry-after")], [429, "180"]);
  });

  it("writes down every request with its status, without query and secrets", async () => {
    const before = supabase.requests().length;
    await ask(supabase, "GET", `/v1/projects/${ref}/api-keys?reveal=true`);
    assert.deepEqual(supabase.requests().slice(before), [
      { method: "GET", path: `/v1/projects/${ref}/api-keys`, status: 200, at: now },
    ]);
  });
});
