import assert from "node:assert/strict";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { readWatchState, writeWatchState } from "../../../jobs/watch/watch-state.ts";
import type { WatchReport } from "../../../jobs/watch.ts";
import { HoldfastError } from "../../../plan/holdfast-error.ts";
import { evidenceSince } from "../../../vault/evidence/evidence-since.ts";
import { watchStateKey } from "../../../vault/layout.ts";
import { CHAT_SECRET } from "../measure/support/chat-server.ts";
import { createEnvironmentBench, type EnvironmentBench } from "../measure/support/environment-bench.ts";
import { createScriptedWindow, REF, type ScriptedWindow } from "../measure/support/scripted-window.ts";

const MINUTE = 60_000;
const PROJECT = {
  ...{ name: "shop", ref: REF, connection: { env: "URL" }, pitr: { windowDays: 7 }, compute: "small" },
  tiers: { nightly: { schedule: "0 2 * * *", retain: { days: 30 } } },
};

describe("a pass of the watch", function () {
  this.timeout(60_000);
  let bench: EnvironmentBench;
  let window: ScriptedWindow;

  /** An environment that began on Tuesday, its first pass at noon of Wednesday, the last day of a leap February. */
  beforeEach(async () => {
    window = await createScriptedWindow();
    bench = await createEnvironmentBench({ now: "2028-02-29T12:00:00Z", projects: [PROJECT] });
    await bench.addEvidence("backup", "2028-02-28T02:00:00Z", passed("nightly_20280228_020000"), "shop");
    await bench.addPoint("shop", "nightly", "2028-02-29T02:00:00Z");
    covered();
  });
  afterEach(async () => {
    await bench.close();
    await window.scripted.close();
  });

  const passed = (point: string, durationSeconds = 10) => ({ tier: "nightly", point, durationSeconds });
  const error = new HoldfastError({
    code: "SOURCE_NOT_READABLE",
    message: "A role may not read",
    hint: "Grant.",
  });
  const failed = { tier: "nightly", verdict: "FAIL", error };
  const pass = (overrides: Parameters<EnvironmentBench["watch"]>[0] = {}): Promise<WatchReport> =>
    bench.watch({ api: async () => window.api, ...overrides });
  const ids = ({ alerts }: WatchReport) => alerts.map(({ severity, id }) => `${severity} ${id}`);
  const later = (minutes: number) => {
    bench.now = new Date(bench.now.getTime() + minutes * MINUTE);
  };
  /** The window ends so many seconds before the test's time, and something was written since the pass before. */
  let written = 0;
  function covered(lagSeconds = 60): void {
    const at = (seconds: number) => new Date(bench.now.getTime() - seconds * 1000).toISOString();
    window.window({ earliest: at(7 * 86_400 - 1), latest: at(lagSeconds) });
    written += 1;
    window.position(`0/${written}`);
  }
  const messages = () => bench.chat.messages.map((message) => message.split("\n").slice(1));

  it("publishes what jobs cannot, and finds nothing where all is well", async () => {
    const report = await pass();
    assert.deepEqual([ids(report), report.told, report.unseen], [[], [], {}]);
    const figures = bench.published.map((line) => line.replace(/VaultBytes(.*) \d+$/, "VaultBytes$1 N"));
    assert.deepEqual(figures, [
      "CanarySent{Environment=test} 1",
      "CanaryAgeSeconds{Environment=test} 104400",
      "RecoveryPointAgeSeconds{Environment=test,Project=shop,Tier=nightly} 36000",
      "PitrLagSeconds{Environment=test,Project=shop} 60",
      "PitrGapSeconds{Environment=test,Project=shop} 60",
      "VaultBytes{Environment=test} N",
    ]);
    assert.deepEqual(messages(), []);
  });

  it("raises each threshold just above it, and not at it", async () => {
    covered(300);
    bench.now = new Date("2028-03-01T04:00:00Z");
    covered(300);
    await bench.addEvidence("backup", "2028-02-29T02:20:00Z", passed("nightly_20280229_020000", 900), "shop");
    assert.deepEqual(ids(await pass()), []);
    later(5);
    covered(301);
    await bench.addEvidence("backup", bench.now.toISOString(), passed("nightly_x", 901), "shop");
    const slow = await pass();
    assert.deepEqual(ids(slow), [
      "critical shop/nightly/newest/too-old",
      "warning shop/nightly/backup-slow",
      "warning shop/pitr/lag",
    ]);
    assert.deepEqual(
      slow.alerts.map(({ says }) => says),
      [
        "The newest nightly point of shop is nightly_20280229_020000; that of 2028-03-01T02:00:00.000Z is missing",
        "The nightly backup of shop, nightly_x, took 15m1s; 15m is allowed",
        "Point-in-time recovery of shop is 5m1s behind, 5m allowed",
      ],
    );
    later(5);
    covered(3_600);
    assert.deepEqual(ids(await pass()).includes("critical shop/pitr/gap"), false);
    later(5);
    covered(3_901);
    assert.deepEqual(ids(await pass()).includes("critical shop/pitr/gap"), true);
  });

  it("tells the chat that a backup failed, once, and that the next one mended it", async () => {
    await pass();
    later(5);
    covered();
    await bench.addEvidence("backup", bench.now.toISOString(), failed, "shop");
    const raised = await pass();
    assert.deepEqual(ids(raised), ["critical shop/nightly/backup-failed"]);
    const says = "The nightly backup of shop failed at 2028-02-29T12:05:00.000Z (SOURCE_NOT_READABLE)";
    assert.deepEqual(messages(), [[`CRITICAL: ${says}.`]]);
    for (const minutes of [5, 5, 60]) {
      later(minutes);
      covered();
      assert.deepEqual(ids(await pass()), ["critical shop/nightly/backup-failed"]);
    }
    assert.equal(bench.chat.messages.length, 1);
    await bench.addEvidence("backup", bench.now.toISOString(), passed("nightly_20280229_131000"), "shop");
    later(5);
    covered();
    const mended = await pass();
    assert.deepEqual([ids(mended), mended.told.map(({ kind }) => kind)], [[], ["mended"]]);
    assert.deepEqual(messages().at(-1), [`Mended (was critical): ${says}.`]);
  });

  it("says of a tier that leaves the plan while its backup fails that it is watched no more, and not mended", async () => {
    await bench.addEvidence("backup", bench.now.toISOString(), failed, "shop");
    await pass();
    const [shop] = bench.plan.projects;
    assert.ok(shop);
    later(5);
    covered();
    const dropped = await pass({ plan: { ...bench.plan, projects: [{ ...shop, tiers: {} }] } });
    assert.deepEqual([ids(dropped), dropped.told.map(({ kind }) => kind)], [[], ["dropped"]]);
    assert.match(
      messages().at(-1)?.join() ?? "",
      /^No longer in the plan \(was critical\): The nightly backup/,
    );
  });

  it("is not stopped by a chat that is down, tells it later, and never of what came and went meanwhile", async () => {
    await pass();
    bench.chat.answer = 503;
    later(5);
    covered();
    await bench.addEvidence("backup", bench.now.toISOString(), failed, "shop");
    const down = await pass();
    assert.deepEqual(
      [ids(down).length, down.told, down.chatProblem],
      [1, [], "The chat was not told: HTTP 503"],
    );
    later(10);
    covered(400);
    assert.equal(ids(await pass({ chatUrl: async () => `http://127.0.0.1:9/${CHAT_SECRET}` })).length, 2);
    // The lag is gone before anybody heard of it.
    later(5);
    covered();
    bench.chat.answer = 200;
    bench.chat.messages.length = 0;
    const told = await pass();
    assert.deepEqual(
      told.told.map(({ kind, alert }) => `${kind} ${alert.id}`),
      ["raised shop/nightly/backup-failed"],
    );
    assert.equal(bench.chat.messages.length, 1);
    later(5);
    covered();
    await pass();
    assert.equal(bench.chat.messages.length, 1);
    const { state } = await readWatchState(bench.vault);
    assert.deepEqual(state?.told, state?.alerts);
    assert.ok(!JSON.stringify([state, down]).includes("SECRET"));
  });

  it("tells a chat that was down what became worse and what was mended, though the opposite was untold", async () => {
    const lag = (seconds: number) => {
      later(5);
      covered(seconds);
    };
    lag(400);
    await bench.addEvidence("backup", bench.now.toISOString(), failed, "shop");
    assert.equal((await pass()).told.length, 2);
    // What was told as critical is mended, raised again and mended; what was told as a warning gets critical, less, critical.
    bench.chat.answer = 503;
    for (const [seconds, point] of [
      [4_000, passed("nightly_1")],
      [400, failed],
      [4_000, passed("nightly_2")],
    ] as const) {
      lag(seconds);
      await bench.addEvidence("backup", bench.now.toISOString(), point, "shop");
      assert.deepEqual((await pass()).told, []);
    }
    bench.chat.answer = 200;
    lag(4_000);
    assert.deepEqual(
      (await pass()).told.map(({ kind, alert: { id } }) => `${kind} ${id}`),
      ["raised shop/pitr/gap", "mended shop/nightly/backup-failed"],
    );
  });

  it("owes nothing yet of a tier that is added to an old environment, and a day later does", async () => {
    await pass();
    const [shop] = bench.plan.projects;
    assert.ok(shop);
    const weekly = { ...shop.tiers.nightly, schedule: "0 3 * * *" } as NonNullable<typeof shop.tiers.weekly>;
    const plan = { ...bench.plan, projects: [{ ...shop, tiers: { ...shop.tiers, weekly } }] };
    const late = async (now: string, projects = plan.projects) => {
      bench.now = new Date(now);
      covered();
      return ids(await pass({ plan: { ...plan, projects } })).filter((id) => id.includes("weekly"));
    };
    assert.deepEqual(await late("2028-03-01T12:00:00Z"), []);
    assert.deepEqual(await late("2028-03-02T05:00:00Z"), []);
    assert.deepEqual(await late("2028-03-02T05:00:01Z"), ["critical shop/weekly/newest/too-old"]);
    // Taken out and added again, with a point of before.
    await bench.addPoint("shop", "weekly", "2028-02-20T03:00:00Z");
    assert.deepEqual(await late("2028-03-02T06:00:00Z", bench.plan.projects as typeof plan.projects), []);
    assert.deepEqual(await late("2028-03-02T06:05:00Z"), []);
    assert.deepEqual(await late("2028-03-03T08:05:01Z"), ["critical shop/weekly/newest/too-old"]);
  });

  it("goes on without a chat, and when its secret is missing", async () => {
    await pass({ chatUrl: async () => undefined });
    await bench.addEvidence("backup", bench.now.toISOString(), failed, "shop");
    const without = await pass({ chatUrl: async () => undefined });
    assert.deepEqual([ids(without).length, without.chatProblem], [1, undefined]);
    const { state } = await readWatchState(bench.vault);
    assert.deepEqual([state?.told.length, state?.told], [1, state?.alerts]);
  });

  it("tells once and tests the alert path once when passes overlap", async () => {
    await pass();
    bench.published.length = 0;
    const { alerts } = bench.plan;
    const plan = { ...bench.plan, alerts: { ...alerts, canary: { schedule: "0 13 * * *" } } };
    later(65);
    covered();
    await bench.addEvidence("backup", bench.now.toISOString(), failed, "shop");
    const reports = await Promise.all([1, 2, 3, 4].map(() => pass({ plan })));
    assert.deepEqual(bench.chat.messages.length, 1);
    assert.equal(reports.filter(({ canary }) => canary.isSent).length, 1);
    assert.equal(bench.published.filter((line) => line.startsWith("CanarySent")).length, 1);
    for (const report of reports) assert.equal(ids(report).length, 1);
    later(5);
    covered();
    const after = await pass({ plan });
    assert.deepEqual([after.canary.isSent, bench.chat.messages.length], [false, 1]);
  });

  it("leaves what another pass is telling to that pass, and takes over when it died", async () => {
    await pass();
    const { state, eTag } = await readWatchState(bench.vault);
    assert.ok(state);
    const alert = { id: "shop/pitr/off", severity: "critical", says: "It was off" } as const;
    const tellingUntil = new Date(bench.now.getTime() + MINUTE);
    const claimed = { ...state, tellingUntil, alerts: [alert], told: [] };
    assert.ok(await writeWatchState(bench.vault, claimed, eTag));
    assert.equal(await writeWatchState(bench.vault, claimed, eTag), undefined);
    covered();
    assert.deepEqual((await pass()).told, []);
    assert.deepEqual((await readWatchState(bench.vault)).state?.tellingUntil, tellingUntil);
    later(10);
    covered(400);
    // What the dead pass had to tell is mended by now, so that only the new alert is news.
    assert.deepEqual(
      (await pass()).told.map(({ kind, alert: { id } }) => `${kind} ${id}`),
      ["raised shop/pitr/lag"],
    );
  });

  it("remembers nothing of a state that makes no sense, and goes on", async () => {
    await pass();
    await bench.vault.s3.send(
      new PutObjectCommand({ Bucket: bench.vault.bucket, Key: watchStateKey("test"), Body: '{"version":' }),
    );
    later(5);
    covered();
    assert.deepEqual(ids(await pass()), []);
    assert.equal((await readWatchState(bench.vault)).state?.version, 1);
  });

  it("keeps what stood of a service that does not answer, and warns when it is silent for an hour", async () => {
    covered(400);
    assert.deepEqual(ids(await pass()), ["warning shop/pitr/lag"]);
    const silent = () => pass({ api: () => Promise.reject(refusal()) });
    later(5);
    const first = await silent();
    assert.deepEqual([ids(first), Object.keys(first.unseen)], [["warning shop/pitr/lag"], ["shop/pitr"]]);
    later(59);
    assert.deepEqual(ids(await silent()), ["warning shop/pitr/lag"]);
    later(1);
    assert.deepEqual(ids(await silent()), ["warning shop/pitr/lag", "warning shop/pitr/unseen"]);
    assert.equal(bench.chat.messages.length, 2);
    later(5);
    covered();
    assert.deepEqual(ids(await pass()), []);
  });

  it("lists the vault in the first pass of each hour, and judges it by that in the others", async () => {
    const { vault } = bench.plan;
    const plan = { ...bench.plan, vault: { ...vault, budget: { storageBytes: 1_000 } } };
    const listed = () => bench.published.filter((line) => line.startsWith("VaultBytes")).length;
    assert.deepEqual(ids(await pass({ plan })), ["warning Vault/storage"]);
    later(59);
    covered();
    assert.deepEqual([ids(await pass({ plan })), listed()], [["warning Vault/storage"], 1]);
    later(1);
    covered();
    assert.deepEqual([ids(await pass({ plan })), listed()], [["warning Vault/storage"], 2]);
  });

  it("owes no point before the first one was due and had its time", async () => {
    const young = await createEnvironmentBench({ now: "2026-12-31T23:30:00Z", projects: [PROJECT] });
    try {
      const look = async (now: string) => {
        young.now = new Date(now);
        return ids(await young.watch({ api: async () => window.api })).filter((id) => id.includes("nightly"));
      };
      assert.deepEqual(await look("2026-12-31T23:30:00Z"), []);
      // The way of alerts is tried at once, and the alarm on old points hears of one that grows from now on.
      const ages = () => young.published.filter((line) => /^(Canary|RecoveryPointAge)/.test(line));
      const canary = (seconds: number) => `CanaryAgeSeconds{Environment=test} ${seconds}`;
      const age = "RecoveryPointAgeSeconds{Environment=test,Project=shop,Tier=nightly}";
      assert.deepEqual(ages(), ["CanarySent{Environment=test} 1", canary(0), `${age} 0`]);
      assert.deepEqual(await look("2027-01-01T04:00:00Z"), []);
      assert.deepEqual(ages().slice(3), [canary(16_200), `${age} 16200`]);
      assert.deepEqual(await look("2027-01-01T04:00:01Z"), ["critical shop/nightly/newest/too-old"]);
    } finally {
      await young.close();
    }
  });

  it("looks at the rest when the test alert cannot be recorded, and sends it with a later pass", async () => {
    bench.now = new Date("2028-02-28T07:02:00Z");
    covered();
    const denied = new HoldfastError({ code: "SIGNING_DENIED", message: "no", hint: "yes" });
    const signer = { keyId: "k", sign: () => Promise.reject(denied), publicKeyPem: async () => "" };
    const blind = await pass({ vault: { ...bench.vault, signer } });
    assert.equal(blind.canary.isSent, false);
    assert.deepEqual(Object.keys(blind.unseen), ["Canary"]);
    assert.ok(bench.published.some((line) => line.startsWith("RecoveryPointAgeSeconds")));
    later(5);
    covered();
    const after = await pass();
    assert.deepEqual([after.canary.isSent, Object.keys(after.unseen)], [true, []]);
  });

  it("sends the test alert once for each time it was due, also after missed passes and a lost state", async () => {
    const sent = () => bench.published.filter((line) => line === "CanarySent{Environment=test} 1").length;
    const look = async (now: string) => {
      bench.now = new Date(now);
      covered();
      return (await pass()).canary;
    };
    // Monday at seven; the environment began on a Monday at two.
    assert.deepEqual(await look("2028-02-29T12:00:00Z"), {
      firedAt: new Date("2028-02-28T07:00:00Z"),
      isSent: true,
    });
    assert.equal((await look("2028-03-06T07:00:00Z")).isSent, false);
    assert.deepEqual(await look("2028-03-06T07:04:10Z"), {
      firedAt: new Date("2028-03-06T07:00:00Z"),
      isSent: true,
    });
    assert.equal((await look("2028-03-06T07:09:10Z")).isSent, false);
    await bench.vault.s3.send(
      new PutObjectCommand({ Bucket: bench.vault.bucket, Key: watchStateKey("test"), Body: "lost" }),
    );
    assert.equal((await look("2028-03-06T07:14:10Z")).isSent, false);
    // Nobody watched from before one Monday until after the next, over the end of a year.
    await look("2028-12-24T12:00:00Z");
    assert.deepEqual(await look("2029-01-02T00:00:00Z"), {
      firedAt: new Date("2029-01-01T07:00:00Z"),
      isSent: true,
    });
    const records = await evidenceSince(bench.vault, { since: new Date("2028-01-01"), kinds: ["canary"] });
    assert.deepEqual(
      records.map(({ body }) => String(body.firedAt).slice(0, 10)),
      ["2029-01-01", "2028-12-18", "2028-03-06", "2028-02-28"],
    );
    assert.equal(sent(), 4);
  });
});

function refusal(): Error {
  return new HoldfastError({
    code: "SECRET_MISSING",
    message: "The token is not there",
    hint: "Put it there.",
  });
}
