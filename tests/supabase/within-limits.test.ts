import assert from "node:assert/strict";
import { getBackupSchedule } from "../../supabase/calls/get-backup-schedule.ts";
import { getProject } from "../../supabase/calls/get-project.ts";
import { listAddons } from "../../supabase/calls/list-addons.ts";
import { runQuery } from "../../supabase/calls/run-query.ts";
import type { ManagementApi } from "../../supabase/management-api.ts";
import { openManagementApi } from "../../supabase/open-management-api.ts";
import { createSupabase, type TestSupabase } from "../support/supabase.ts";
import { type VirtualTime, virtualTime } from "../support/virtual-time.ts";

const LIMIT = 12;
/** Nobody gives up in these tests. */
const PATIENT = { deadlineSeconds: 86_400 };

describe("the client, with a server that counts every request", () => {
  let supabase: TestSupabase;
  let time: VirtualTime;
  let refs: readonly string[];
  const open = (limitPerMinute: number): ManagementApi =>
    openManagementApi({
      token: supabase.token,
      endpoint: supabase.endpoint,
      clock: time.clock,
      sleep: time.sleep,
      limitPerMinute,
    });
  const refusals = () => supabase.requests().filter(({ status }) => status === 429).length;

  beforeEach(async () => {
    // The server's minutes are those of the client.
    time = virtualTime(new Date());
    supabase = await createSupabase({ clock: time.clock, limitPerMinute: LIMIT });
    refs = [await supabase.add(), await supabase.add(), await supabase.add()];
  });
  afterEach(() => supabase.close());

  it("is never refused, however much it is asked for at once", async () => {
    const api = open(LIMIT);
    const work = refs.flatMap((ref) =>
      Array.from({ length: 50 }, (_, index) =>
        index % 2 === 0 ? getProject(api, ref, PATIENT) : listAddons(api, ref, PATIENT),
      ),
    );
    await Promise.all(work);
    assert.equal(refusals(), 0);
    assert.equal(supabase.requests().filter(({ status }) => status === 200).length, 150);
    // 25 of each kind and project, 12 a minute: two waits.
    assert.ok(time.elapsedSeconds() >= 120);
  });

  it("finds its way to the end beside others who use up the same account's limit", async () => {
    const clients = [open(LIMIT), open(120), open(120)];
    const [ref = ""] = refs;
    const work = clients.flatMap((api) => Array.from({ length: 15 }, () => getProject(api, ref, PATIENT)));
    await Promise.all(work);
    assert.equal(supabase.requests().filter(({ status }) => status === 200).length, 45);
  });

  it("spends a request on what is refused as on anything else", async () => {
    const api = open(LIMIT);
    const [ref = ""] = refs;
    const work = Array.from({ length: 30 }, () =>
      getBackupSchedule(api, ref, PATIENT).catch(() => undefined),
    );
    await Promise.all(work);
    assert.equal(refusals(), 0);
  });

  it("gets through a storm of every kind of fault", async () => {
    const api = open(LIMIT);
    const [ref = ""] = refs;
    for (const kind of ["throttle", "html", "reset", "empty", "lost-answer"] as const) {
      supabase.faults.add({ kind, match: { method: "GET", ref }, times: 1 });
    }
    assert.equal((await getProject(api, ref)).ref, ref);
    assert.equal(supabase.requests().length, 6);
  });

  it("does not send a write again whose answer was lost", async () => {
    const api = open(LIMIT);
    const [ref = ""] = refs;
    supabase.faults.add({ kind: "lost-answer", match: { method: "POST", ref }, times: 1 });
    await assert.rejects(runQuery(api, ref, "select 1"), { code: "SUPABASE_OUTCOME_UNKNOWN" });
    assert.equal(supabase.requests().length, 1);
  });

  it("says so when the token has expired, and when a field is missing", async () => {
    const api = open(LIMIT);
    const [ref = ""] = refs;
    supabase.faults.add({ kind: "token-expired", times: 1 });
    await assert.rejects(getProject(api, ref), { code: "SUPABASE_TOKEN_REFUSED" });
    supabase.faults.add({ kind: "wrong-schema", patch: { status: null }, times: 1 });
    await assert.rejects(getProject(api, ref), {
      code: "SUPABASE_REPLY_UNEXPECTED",
      message: /GET \/v1\/projects\/\{ref\} .* status: expected string, found (?:nothing|null)/,
    });
  });
});
