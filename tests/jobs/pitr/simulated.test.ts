import assert from "node:assert/strict";
import { join } from "node:path";
import { measurePitrLag } from "../../../jobs/pitr/pitr-lag.ts";
import { recoverToTime } from "../../../jobs/pitr/recover-to-time.ts";
import { testDirectory } from "../../support/run-directory.ts";
import { killRecovery } from "./support/recover-apart.ts";
import { createSimulatedProject, type SimulatedProject } from "./support/simulated-project.ts";

const PROJECT = "/v1/projects/{ref}";

describe("recovering a real cluster behind the Management API", () => {
  let project: SimulatedProject;
  /** A second between the good rows and the bad ones. */
  let target: Date;

  const orders = async () => {
    const rows = await project.run(
      "SELECT count(*)::int AS n, coalesce(sum(amount), 0)::int AS total FROM public.orders",
    );
    return [rows[0]?.n, rows[0]?.total];
  };

  /** Good rows, a quiet second, and the damage. */
  async function damage(): Promise<void> {
    await project.run("DROP TABLE IF EXISTS public.orders");
    await project.run("CREATE TABLE public.orders (id int PRIMARY KEY, amount int NOT NULL)");
    await project.run("INSERT INTO public.orders SELECT n, n FROM generate_series(1, 100) n");
    await project.addOldMarker();
    target = await project.quietSecond();
    await project.run("DELETE FROM public.orders WHERE id % 2 = 0");
    await project.run("UPDATE public.orders SET amount = 0");
  }

  before(async () => {
    project = await createSimulatedProject();
    await damage();
  });

  afterEach(() => project.supabase.faults.clear(project.ref));

  it("brings damaged rows back to the second, with proof, time and loss", async () => {
    assert.deepEqual(await orders(), [50, 0]);
    const seen: string[] = [];
    const outcome = await recoverToTime(
      project.request(target, {
        incidentAt: new Date(target.getTime() + 250),
        onState: (state) => seen.push(state),
      }),
    );
    assert.equal(outcome.verdict, "PASS", JSON.stringify(outcome, undefined, 1));
    assert.deepEqual(await orders(), [100, 5050]);
    assert.equal(outcome.lossSeconds, 0.25);
    assert.ok(outcome.durationSeconds > 1 && outcome.durationSeconds < 30, `${outcome.durationSeconds} s`);
    assert.equal(seen.at(-1), "ACTIVE_HEALTHY");
    assert.ok(seen.includes("RESTORING"));
  });

  it("does it again on the new timeline, with its answer lost, through refused and broken answers, and asks once", async () => {
    await damage();
    const { faults } = project.supabase;
    const before = project.restores();
    const restore = `${PROJECT}/database/backups/restore-pitr`;
    const onBegun = async () => {
      const match = { method: "GET", path: PROJECT, ref: project.ref };
      faults.add({ kind: "lost-answer", match: { path: restore, ref: project.ref }, times: 1 });
      faults.add({ kind: "throttle", retryAfterSeconds: 1, match, times: 1 });
      faults.add({ kind: "wrong-schema", patch: { status: null }, match, times: 1 });
      faults.add({ kind: "reset", match, times: 1 });
    };
    const outcome = await recoverToTime(project.request(target, { onBegun }));
    assert.equal(outcome.verdict, "PASS", JSON.stringify(outcome, undefined, 1));
    assert.deepEqual([await orders(), project.restores() - before], [[100, 5050], 1]);
    await damage();
  });

  it("is not fooled by a project that is back but was not rewound", async () => {
    project.supabase.faults.add({ kind: "restored-wrong", ref: project.ref, times: 1 });
    const outcome = await recoverToTime(project.request(target));
    assert.deepEqual([outcome.verdict, outcome.state], ["FAIL", "failed"]);
    assert.match(outcome.reasons.join(), /it was not rewound/);
    assert.ok(outcome.fallback);
    assert.deepEqual(await orders(), [50, 0]);
  });

  it("refuses a target outside the window, and leaves the project as it was", async () => {
    const before = project.restores();
    const early = new Date(target.getTime() - 3_600_000);
    await assert.rejects(recoverToTime(project.request(early)), { code: "TARGET_BEFORE_WINDOW" });
    const late = new Date(Date.now() + 60_000);
    await assert.rejects(recoverToTime(project.request(late)), { code: "TARGET_IN_FUTURE" });
    await assert.rejects(recoverToTime(project.request(target, { confirm: "yes" })), {
      code: "RECOVERY_NOT_CONFIRMED",
    });
    assert.deepEqual([await orders(), project.restores()], [[50, 0], before]);
  });

  it("killed and stuck, it is followed by the next calls until Supabase goes on, and asked for once", async () => {
    const { supabase, ref } = project;
    const before = project.restores();
    supabase.faults.add({ kind: "stuck-restoring", ref });
    const journal = join(await testDirectory("journal"), "begun.json");
    const { endpoint, token } = supabase;
    const apart = { endpoint, token, ref, target: target.toISOString(), journal };
    const begun = await killRecovery(apart, ({ acceptedAt }) => acceptedAt !== undefined);

    const stuck = await recoverToTime(project.request(target, { begun, deadlineSeconds: 4 }));
    assert.deepEqual([stuck.verdict, stuck.state], ["FAIL", "stuck"]);
    assert.match(stuck.reasons.join(), /is RESTORING [\d.]+s after the request/);
    supabase.faults.clear(ref);
    const outcome = await recoverToTime(project.request(target, { begun: stuck.begun }));
    assert.equal(outcome.verdict, "PASS", JSON.stringify(outcome, undefined, 1));
    assert.deepEqual([await orders(), project.restores() - before], [[100, 5050], 1]);
  });

  it("waits for a late log and for a database that is called healthy too early", async () => {
    await damage();
    project.supabase.faults.add({ kind: "target-refused", ref: project.ref, times: 2 });
    project.supabase.faults.add({ kind: "healthy-but-not-ready", seconds: 2, ref: project.ref });
    const before = project.restores();
    const outcome = await recoverToTime(project.request(target));
    assert.equal(outcome.verdict, "PASS", JSON.stringify(outcome, undefined, 1));
    assert.equal(project.restores() - before, 3);
  });

  it("measures how far the log is behind", async () => {
    const clock = () => new Date();
    const lag = await measurePitrLag(project.api, project.ref, { clock, windowDays: 7 });
    assert.ok(
      lag.lagSeconds !== undefined && lag.lagSeconds >= 0 && lag.lagSeconds < 60,
      `${lag.lagSeconds}`,
    );
    assert.deepEqual([lag.enabled, lag.exposedSeconds, lag.breaks], [true, 0, []]);
  });

  it("fails when Supabase says so, and is refused from then on; both name the way out", async () => {
    project.supabase.faults.add({ kind: "restore-failed", ref: project.ref, times: 1 });
    const failed = await recoverToTime(project.request(target));
    assert.deepEqual([failed.verdict, failed.state], ["FAIL", "failed"]);
    const refused = await recoverToTime(project.request(target));
    assert.deepEqual([refused.verdict, refused.state], ["FAIL", "refused"]);
    for (const { fallback } of [failed, refused]) assert.match(fallback?.why ?? "", /recovery point/);
  });
});
