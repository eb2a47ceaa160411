import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { createSupabase, type TestSupabase } from "../../support/supabase.ts";
import { ask, messageOf } from "./support/ask.ts";
import { statusOf, waitForStatus } from "./support/wait-for.ts";

describe("a simulated project with point-in-time recovery", () => {
  let supabase: TestSupabase;
  let ref: string;
  let target: number;

  const sql = (query: string) => ask(supabase, "POST", `/v1/projects/${ref}/database/query`, { query });
  const words = async () =>
    Object((await sql("SELECT word FROM said ORDER BY at")).body).map?.((row: { word: string }) => row.word);
  const say = (word: string) => sql(`INSERT INTO said VALUES ('${word}', clock_timestamp())`);
  const backups = async () =>
    Object((await ask(supabase, "GET", `/v1/projects/${ref}/database/backups`)).body);
  const restore = (recovery_time_target_unix: number) =>
    ask(supabase, "POST", `/v1/projects/${ref}/database/backups/restore-pitr`, { recovery_time_target_unix });

  async function waitForWindow(second: number): Promise<void> {
    for (let tries = 0; tries < 60; tries++) {
      if ((await backups()).physical_backup_data.latest_physical_backup_date_unix >= second) return;
      await sleep(250);
    }
    assert.fail(`the window did not reach ${second}`);
  }

  before(async () => {
    // Faults and states are looked at often: the limit has tests of its own.
    supabase = await createSupabase({
      limitPerMinute: 10_000,
      timing: { pitrRestoreSeconds: 0.2, restorePointSeconds: 0 },
      organizations: [{ slug: "few", id: "few", name: "Of the few", plan: "pro", restorePoints: true }],
    });
    ref = await supabase.add({ organization: "few", database: "cluster", compute: "ci_small" });
    await sql("CREATE TABLE said (word text, at timestamptz)");
    await say("before");
    await sleep(1000);
    target = Math.floor(Date.now() / 1000);
    await sleep(1000);
    await say("after");
  });
  afterEach(() => supabase.faults.clear());

  it("lists its first physical backup, then, with PITR, none but a window, at once", async () => {
    const before = await backups();
    assert.equal(before.pitr_enabled, false);
    assert.equal(before.backups.length, 1);
    assert.deepEqual(before.physical_backup_data, {});
    assert.equal(messageOf(await restore(target)), "PITR is not enabled for this project.");
    const pitr = { addon_type: "pitr", addon_variant: "pitr_7" };
    assert.equal((await ask(supabase, "PATCH", `/v1/projects/${ref}/billing/addons`, pitr)).status, 200);
    const after = await backups();
    assert.equal(after.pitr_enabled, true);
    assert.deepEqual(after.backups, []);
    assert.equal(typeof after.physical_backup_data.earliest_physical_backup_date_unix, "number");
  });

  it("refuses a target outside the window, naming its edges", async () => {
    const window = (await backups()).physical_backup_data;
    const earliest = window.earliest_physical_backup_date_unix;
    for (const second of [0, earliest - 1, Math.floor(Date.now() / 1000) + 60]) {
      const answer = await restore(second);
      assert.equal(answer.status, 400);
      assert.match(
        messageOf(answer),
        new RegExp(`^Recovery time target must be within range: ${earliest} <= t <= \\d+$`),
      );
    }
    assert.equal(messageOf(await restore(1.5)).startsWith("recovery_time_target_unix: Invalid input"), true);
    assert.equal(await statusOf(supabase, ref), "ACTIVE_HEALTHY");
  });

  it("refuses a target that it was told to refuse", async () => {
    await waitForWindow(target);
    supabase.faults.add({ kind: "target-refused", ref, times: 1 });
    assert.match(messageOf(await restore(target)), new RegExp(`<= t <= ${target - 1}$`));
  });

  it("says ACTIVE_HEALTHY with the rows unchanged when it was told to restore wrong", async () => {
    supabase.faults.add({ kind: "restored-wrong", ref, times: 1 });
    assert.equal((await restore(target)).status, 201);
    await waitForStatus(supabase, ref, "ACTIVE_HEALTHY");
    assert.deepEqual(await words(), ["before", "after"]);
  });

  it("stays RESTORING and unreachable while it was told to be stuck, then goes on", async () => {
    supabase.faults.add({ kind: "stuck-restoring", ref }, { kind: "restored-wrong", ref, times: 1 });
    assert.equal((await restore(target)).status, 201);
    await sleep(600);
    assert.equal(await statusOf(supabase, ref), "RESTORING");
    assert.match(messageOf(await sql("SELECT 1")), /^Failed to run sql query/);
    assert.match(messageOf(await restore(target)), /Database appears to be unreachable/);
    assert.equal(
      messageOf(await ask(supabase, "DELETE", `/v1/projects/${ref}`)),
      "Project not ready for deletion.",
    );
    supabase.faults.clear(ref);
    await waitForStatus(supabase, ref, "ACTIVE_HEALTHY");
  });

  it("takes no statement for a while when it was told to be healthy but not ready", async () => {
    supabase.faults.add({ kind: "healthy-but-not-ready", ref, seconds: 3600 });
    assert.equal(await statusOf(supabase, ref), "ACTIVE_HEALTHY");
    assert.equal((await sql("SELECT 1")).status, 400);
    supabase.faults.clear(ref);
    assert.equal((await sql("SELECT 1")).status, 201);
  });

  it("takes one recovery at a time, and none while its database is down", async () => {
    supabase.faults.add({ kind: "restored-wrong", ref });
    const [one, other] = await Promise.all([restore(target), restore(target)]);
    assert.deepEqual([one.status, other.status].sort(), [201, 400]);
    await waitForStatus(supabase, ref, "ACTIVE_HEALTHY");
    await supabase.cluster(ref)?.kill();
    assert.match(messageOf(await restore(target)), /Database appears to be unreachable/);
    assert.equal((await sql("SELECT 1")).status, 500);
    const health = await ask(supabase, "GET", `/v1/projects/${ref}/health?services=db`);
    assert.equal(Object(health.body)[0].status, "UNHEALTHY");
    await supabase.cluster(ref)?.start();
    assert.equal((await sql("SELECT 1")).status, 201);
  });

  it("recovers to the second: 201 {}, RESTORING, ACTIVE_HEALTHY, rows after the target gone", async () => {
    const answer = await restore(target);
    assert.deepEqual([answer.status, answer.body], [201, {}]);
    assert.deepEqual(await waitForStatus(supabase, ref, "ACTIVE_HEALTHY"), ["RESTORING", "ACTIVE_HEALTHY"]);
    assert.deepEqual(await words(), ["before"]);
    await say("again");
    assert.deepEqual(await words(), ["before", "again"]);
  });

  it("goes back to a restore point, although nobody wrote since", async () => {
    const path = `/v1/projects/${ref}/database/backups`;
    assert.equal((await ask(supabase, "POST", `${path}/restore-point`, { name: "release" })).status, 201);
    const shown = async () =>
      Object((await ask(supabase, "GET", `${path}/restore-point?name=release`)).body).status;
    while ((await shown()) === "PENDING") await sleep(100);
    await say("after the point");
    await sleep(1000);
    await say("much later");
    assert.equal((await ask(supabase, "POST", `${path}/undo`, { name: "release" })).status, 201);
    await waitForStatus(supabase, ref, "ACTIVE_HEALTHY");
    assert.equal((await words()).includes("again"), true);
    assert.equal((await words()).includes("much later"), false);
  });

  it("ends as RESTORE_FAILED when it was told to fail, and can then only be deleted, backups too", async () => {
    supabase.faults.add({ kind: "restore-failed", ref, times: 1 });
    assert.equal((await restore(target)).status, 201);
    await waitForStatus(supabase, ref, "RESTORE_FAILED");
    assert.equal((await sql("SELECT 1")).status, 400);
    assert.equal((await ask(supabase, "DELETE", `/v1/projects/${ref}`)).status, 200);
    assert.equal((await ask(supabase, "GET", `/v1/projects/${ref}`)).status, 404);
    assert.equal(supabase.cluster(ref), undefined);
  });
});
