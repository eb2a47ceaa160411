import assert from "node:assert/strict";
import { endpoint } from "../../../sandbox/supabase/endpoint.ts";
import type { Fault } from "../../../sandbox/supabase/fault.ts";
import { FaultSwitches } from "../../../sandbox/supabase/faults.ts";
import { createSupabase, type TestSupabase } from "../../support/supabase.ts";
import { ask, messageOf } from "./support/ask.ts";

const REF = "abcdefghijklmnopqrst";
const shown = endpoint({ method: "GET", path: "/v1/projects/{ref}", handle: () => ({ status: 200 }) });

describe("FaultSwitches", () => {
  it("meets what it matches, so many times, oldest first", () => {
    const faults = new FaultSwitches([], () => undefined);
    faults.add({ kind: "hang", match: { method: "GET", path: shown.path, ref: REF }, times: 2 });
    faults.add({ kind: "reset" });
    assert.equal(faults.takeForRequest(shown, "x".repeat(20))?.kind, "reset");
    assert.equal(faults.takeForRequest(shown, REF)?.kind, "hang");
    assert.deepEqual(
      faults.list().map((fault) => ("times" in fault ? fault.times : undefined)),
      [1, undefined],
    );
    assert.equal(faults.takeForRequest(shown, REF)?.kind, "hang");
    assert.equal(faults.takeForRequest(shown, REF)?.kind, "reset");
  });

  it("clears those of one project, or all, and tells what is left", () => {
    let told: readonly Fault[] = [];
    const faults = new FaultSwitches([], (left) => {
      told = left;
    });
    faults.add(
      { kind: "stuck-restoring", ref: REF },
      { kind: "html", match: { ref: REF } },
      { kind: "hang" },
    );
    faults.clear(REF);
    assert.deepEqual(told, [{ kind: "hang" }]);
    faults.clear();
    assert.deepEqual(told, []);
  });

  it("finds a project's fault without using it, and takes one that has its times", () => {
    const faults = new FaultSwitches([{ kind: "restore-failed", ref: REF, times: 1 }], () => undefined);
    assert.ok(faults.findForProject(REF, "restore-failed"));
    assert.equal(faults.takeForProject("x".repeat(20), "restore-failed"), undefined);
    assert.ok(faults.takeForProject(REF, "restore-failed"));
    assert.equal(faults.takeForProject(REF, "restore-failed"), undefined);
  });
});

describe("faults of requests", () => {
  let supabase: TestSupabase;
  let ref: string;
  const path = "/v1/projects/{ref}";
  const get = () => ask(supabase, "GET", `/v1/projects/${ref}`);

  before(async () => {
    supabase = await createSupabase();
    ref = await supabase.add();
  });
  afterEach(() => supabase.faults.clear());

  it("throttle: 429 with the seconds to wait", async () => {
    supabase.faults.add({ kind: "throttle", match: { path }, times: 1 });
    const answer = await get();
    assert.equal(answer.status, 429);
    assert.equal(messageOf(answer), "ThrottlerException: Too Many Requests");
    assert.equal(answer.headers.get("retry-after"), "60");
    assert.equal((await get()).status, 200);
  });

  it("html, status, empty: an answer that is none of the API's", async () => {
    supabase.faults.add(
      { kind: "html", times: 1 },
      { kind: "status", status: 503, body: { message: "x" }, times: 1 },
    );
    supabase.faults.add({ kind: "empty", times: 1 });
    const html = await get();
    assert.equal(html.status, 502);
    assert.match(html.headers.get("content-type") ?? "", /text\/html/);
    assert.equal((await get()).status, 503);
    const empty = await get();
    assert.deepEqual([empty.status, empty.body], [200, ""]);
    assert.equal((await get()).status, 200);
  });

  it("reset and lost-answer: a broken connection, before and after the work", async () => {
    const rename = (name: string) => ask(supabase, "PATCH", `/v1/projects/${ref}`, { name });
    const named = async () => (await get()).body;
    supabase.faults.add({ kind: "reset", match: { method: "PATCH" }, times: 1 });
    await assert.rejects(rename("before"));
    assert.notEqual(Object(await named()).name, "before");
    supabase.faults.add({ kind: "lost-answer", match: { method: "PATCH" }, times: 1 });
    await assert.rejects(rename("after"));
    assert.equal(Object(await named()).name, "after");
  });

  it("hang: no answer", async () => {
    supabase.faults.add({ kind: "hang", times: 1 });
    const headers = { authorization: `Bearer ${supabase.token}` };
    const signal = AbortSignal.timeout(100);
    await assert.rejects(fetch(`${supabase.endpoint}/v1/projects/${ref}`, { headers, signal }), {
      name: "TimeoutError",
    });
  });

  it("hang for some seconds: a broken connection afterwards, and nothing is done", async () => {
    supabase.faults.add({ kind: "hang", seconds: 0.2, match: { method: "PATCH" }, times: 1 });
    const since = performance.now();
    await assert.rejects(ask(supabase, "PATCH", `/v1/projects/${ref}`, { name: "hung" }));
    assert.ok(performance.now() - since >= 190);
    assert.notEqual(Object((await get()).body).name, "hung");
  });

  it("wrong-schema: the true answer with members replaced and removed, in each of a list", async () => {
    supabase.faults.add({ kind: "wrong-schema", patch: { status: 7, name: null }, times: 2 });
    const one = Object((await get()).body);
    assert.deepEqual([one.status, "name" in one, one.ref], [7, false, ref]);
    const [first] = Object((await ask(supabase, "GET", "/v1/projects")).body);
    assert.equal(first.status, 7);
  });

  it("slow and token-expired", async () => {
    supabase.faults.add({ kind: "slow", seconds: 0.05, times: 1 });
    const before = performance.now();
    assert.equal((await get()).status, 200);
    assert.ok(performance.now() - before >= 45);
    supabase.faults.add({ kind: "token-expired", times: 1 });
    assert.equal((await get()).status, 401);
    assert.equal((await get()).status, 200);
  });

  it("are switched by HTTP too, by whoever has the token, and never meet the switch itself", async () => {
    const fault = { kind: "status", status: 500, body: {}, match: { ref } };
    assert.equal((await ask(supabase, "PUT", "/sandbox/faults", fault)).status, 200);
    assert.equal((await get()).status, 500);
    assert.deepEqual((await ask(supabase, "GET", "/sandbox/faults")).body, [fault]);
    assert.equal(
      (await ask({ ...supabase, token: `sbp_${"0".repeat(40)}` }, "DELETE", "/sandbox/faults")).status,
      401,
    );
    assert.equal((await ask(supabase, "DELETE", `/sandbox/faults?ref=${ref}`)).status, 200);
    assert.equal((await get()).status, 200);
    const wrong = await ask(supabase, "PUT", "/sandbox/faults", { kind: "earthquake" });
    assert.equal(wrong.status, 400);
  });
});
