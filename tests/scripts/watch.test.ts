import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { listBackups } from "../../supabase/calls/list-backups.ts";
import { setAddon } from "../../supabase/calls/set-addon.ts";
import { openManagementApi } from "../../supabase/open-management-api.ts";
import { evidenceSince } from "../../vault/evidence/evidence-since.ts";
import { CHAT_SECRET } from "../jobs/measure/support/chat-server.ts";
import { createEnvironmentBench, type EnvironmentBench } from "../jobs/measure/support/environment-bench.ts";
import { runScript, startScript } from "../support/run-script.ts";
import { testDirectory } from "../support/servers.ts";
import { getSupabase, type TestSupabase } from "../support/supabase.ts";

const DAY = 86_400_000;

describe("npm run watch", function () {
  this.timeout(120_000);
  let bench: EnvironmentBench;
  let supabase: TestSupabase;
  let plan: string;

  before(async () => {
    supabase = await getSupabase();
    const ref = await supabase.add({ compute: "ci_small" });
    const { token, endpoint } = supabase;
    const api = openManagementApi({ token, endpoint, clock: () => new Date() });
    await setAddon(api, ref, { type: "pitr", variant: "pitr_7" });
    // Its first seconds are not covered yet.
    await until(async () => (await listBackups(api, ref)).window !== undefined);
    const projects = [
      { name: "shop", ref, connection: { env: "SHOP_URL" }, pitr: { windowDays: 7 }, compute: "small" },
    ];
    bench = await createEnvironmentBench({ now: new Date().toISOString(), projects });
    await bench.addEvidence("verify", new Date(Date.now() - 20 * DAY).toISOString(), {});
    await bench.addPoint("shop", "nightly", new Date(Date.now() - 3_600_000).toISOString());
    plan = join(await testDirectory("watch-plan"), "plan.yaml");
    const { environment, ...vault } = bench.settings;
    writeFileSync(
      plan,
      JSON.stringify({
        ...{ environment, vault, projects, supabase: { endpoint } },
        alerts: { chatWebhook: { env: "CHAT_URL" } },
      }),
    );
  });
  after(() => bench.close());

  const variables = () => ({
    ...{ CHAT_URL: bench.chat.url, SUPABASE_ACCESS_TOKEN: supabase.token, HOLDFAST_METRICS: "emf" },
  });
  const run = (args: readonly string[] = [], more: NodeJS.ProcessEnv = {}) =>
    runScript("watch", ["--plan", plan, ...args], { ...variables(), ...more });
  /** The metrics of a log, as CloudWatch would read them. */
  const metrics = (log: string) =>
    log
      .split("\n")
      .filter((line) => line.startsWith("{") && line.includes("_aws"))
      .flatMap((line) => {
        const { _aws, ...values } = JSON.parse(line);
        const [{ Namespace, Dimensions, Metrics }] = _aws.CloudWatchMetrics;
        return Metrics.map(({ Name, Unit }: { Name: string; Unit: string }) => {
          assert.equal(typeof values[Name], "number");
          return `${Namespace} ${Name} ${Unit} ${Dimensions[0].map((key: string) => values[key]).join("/")}`;
        });
      });

  it("publishes its metrics in the log, sends the test alert once, and ends with 0 where all is well", async () => {
    const first = await run();
    assert.equal(first.exitCode, 0, first.stdout + first.stderr);
    assert.deepEqual(metrics(first.stdout), [
      "Holdfast CanarySent Count test",
      "Holdfast CanaryAgeSeconds Seconds test",
      "Holdfast RecoveryPointAgeSeconds Seconds test/shop/nightly",
      "Holdfast PitrLagSeconds Seconds test/shop",
      "Holdfast PitrGapSeconds Seconds test/shop",
      "Holdfast VaultBytes Bytes test",
    ]);
    assert.match(first.stdout, /Sent the test alert that was due at .*\n.*: 0 critical, 0 warning\.\n$/);
    const second = await run(["--json"]);
    assert.deepEqual([second.exitCode, JSON.parse(second.stdout).canary.isSent], [0, false]);
    assert.ok(!metrics(second.stderr).some((line: string) => line.includes("CanarySent")));
  });

  it("ends with 3 when something stands, says it, and tells the chat once, with no secret anywhere", async () => {
    bench.now = new Date();
    await bench.addEvidence("backup", bench.now.toISOString(), { tier: "nightly", verdict: "FAIL" }, "shop");
    const raised = await run();
    assert.equal(raised.exitCode, 3);
    assert.match(raised.stdout, /^CRITICAL: The nightly backup of shop failed at .*\.$/m);
    assert.match(raised.stdout, /^told the chat: raised shop\/nightly\/backup-failed$/m);
    const again = await run();
    assert.equal(again.exitCode, 3);
    assert.doesNotMatch(again.stdout, /told the chat/);
    assert.equal(bench.chat.messages.length, 1);
    const all = JSON.stringify([raised, again, bench.chat.messages]);
    for (const secret of [CHAT_SECRET, supabase.token]) assert.ok(!all.includes(secret));
  });

  it("goes on when Supabase refuses the token or the chat's secret is missing, and says so", async () => {
    const refused = await run([], { SUPABASE_ACCESS_TOKEN: `sbp_${"0".repeat(40)}`, CHAT_URL: "" });
    assert.equal(refused.exitCode, 3);
    assert.match(refused.stdout, /^not looked at: shop\/pitr, since .*: /m);
    assert.ok(metrics(refused.stdout).some((line: string) => line.includes("RecoveryPointAgeSeconds")));
  });

  it("fails when the vault is not there, whose silence the alarms hear", async () => {
    const { endpoint = "" } = bench.settings;
    const { exitCode, stderr } = await runScript("watch", ["--plan", "env:PLAN"], {
      ...variables(),
      PLAN: JSON.stringify({
        environment: "test",
        vault: { ...bench.settings, environment: undefined, endpoint: endpoint.replace(/\d+$/, "9") },
        projects: [{ name: "shop", kind: "postgres", connection: { env: "SHOP_URL" } }],
      }),
    });
    assert.equal(exitCode, 1);
    assert.match(stderr, /^error STORE_/m);
  });

  it("tells again what a killed pass told without an answer, once, and not while that pass may still live", async () => {
    bench.chat.messages.length = 0;
    bench.chat.answer = "hang";
    bench.now = new Date();
    await bench.addEvidence("backup", bench.now.toISOString(), { tier: "nightly", point: "n" }, "shop");
    const { kill, ended } = await startScript("watch", ["--plan", plan], variables());
    await until(async () => bench.chat.messages.length > 0);
    kill();
    assert.equal((await ended).signal, "SIGKILL");
    bench.chat.answer = 200;
    // The dead pass may have been heard; another one takes over after a minute.
    const next = JSON.parse((await run(["--json"])).stdout);
    assert.deepEqual([next.alerts, next.told, bench.chat.messages.length], [[], [], 1]);
    bench.now = new Date(Date.now() + 120_000);
    assert.deepEqual(
      (await bench.watch()).told.map(({ kind }) => kind),
      ["mended"],
    );
    await bench.watch();
    assert.equal(bench.chat.messages.length, 2);
  });

  it("sends no second test alert, and no half state, when it is killed at any moment", async () => {
    for (const milliseconds of [500, 900]) {
      const { kill, ended } = await startScript("watch", ["--plan", plan], variables());
      await sleep(milliseconds);
      kill();
      await ended;
    }
    const last = await run(["--json"]);
    assert.deepEqual([last.exitCode, JSON.parse(last.stdout).alerts], [0, []]);
    const canaries = await evidenceSince(bench.vault, { since: new Date(0), kinds: ["canary"] });
    assert.equal(canaries.length, 1);
  });
});

/** Looks again and again, for a minute at most. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let look = 0; look < 1_200; look += 1) {
    if (await holds()) return;
    await sleep(50);
  }
  throw new Error("what the test waits for did not come within a minute");
}
