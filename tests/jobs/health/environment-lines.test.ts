import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { manifestKey } from "../../../vault/layout.ts";
import { readObject } from "../../../vault/read-object.ts";
import { createDatabase, query } from "../../support/databases.ts";
import { getAws, testDirectory } from "../../support/servers.ts";
import { createBucket } from "../../support/vaults.ts";
import { CHAT_SECRET } from "../measure/support/chat-server.ts";
import {
  createEnvironmentBench,
  type EnvironmentBench,
  lineOf,
} from "../measure/support/environment-bench.ts";
import { createScriptedWindow, REF, type ScriptedWindow } from "../measure/support/scripted-window.ts";

const DAY = 86_400_000;
/** Locks are judged by the store's own clock, so this test lives today. */
const TODAY = new Date();
const daysAgo = (days: number) => new Date(TODAY.getTime() - days * DAY).toISOString();

describe("health: production, recovery window, locks, storage, alerts, replica", function () {
  this.timeout(60_000);
  let bench: EnvironmentBench;
  let window: ScriptedWindow;
  let repository: string;
  let url: string;

  before(async () => {
    const checks = {
      expectedTables: ["public.orders", "public.items"],
      expectedEnums: ["public.stage"],
      migrationsDirectory: "supabase/migrations",
    };
    window = await createScriptedWindow();
    bench = await createEnvironmentBench({
      now: TODAY.toISOString(),
      lockMode: "governance",
      vault: { budget: { storage: "1 MiB" } },
      projects: [
        {
          ...{
            name: "shop",
            ref: REF,
            connection: { env: "URL" },
            pitr: { windowDays: 7 },
            compute: "small",
          },
          ...{ checks, tiers: { nightly: { retain: { days: 30 } } } },
        },
        {
          name: "dark",
          ref: "a".repeat(20),
          connection: { env: "NONE" },
          checks,
          pitr: { windowDays: 7 },
          compute: "small",
        },
      ],
    });
    url = await createDatabase();
    await query(
      url,
      "CREATE TABLE public.orders (id int); CREATE TABLE public.items (id int)",
      "CREATE TYPE public.stage AS ENUM ('Filling', 'Complete')",
      "CREATE SCHEMA supabase_migrations",
      "CREATE TABLE supabase_migrations.schema_migrations (version text PRIMARY KEY)",
      "INSERT INTO supabase_migrations.schema_migrations VALUES ('20260101000000'), ('20260201000000')",
    );
    repository = await testDirectory("repository");
    mkdirSync(join(repository, "supabase/migrations"), { recursive: true });
    for (const name of ["20260101000000_first.sql", "20260201000000_second.sql"])
      writeFileSync(join(repository, "supabase/migrations", name), "");
    await bench.addEvidence("backup", daysAgo(60), { tier: "nightly" }, "shop");
  });
  after(async () => {
    await bench.close();
    await window.scripted.close();
  });

  const check = (overrides: Parameters<EnvironmentBench["health"]>[0] = {}) =>
    bench.health({
      repository,
      api: async () => window.api,
      databaseUrl: async ({ name }) => (name === "shop" ? url : "postgres://nobody:S3cret@127.0.0.1:9/none"),
      ...overrides,
    });
  const lines = async (
    ids: readonly string[],
    overrides?: Parameters<EnvironmentBench["health"]>[0],
    project = "shop",
  ) => {
    const report = await check(overrides);
    return ids.map((id) => lineOf(report, id, project));
  };

  it("finds production as the application expects it, and says what drifted", async () => {
    const ids = ["expected-tables", "expected-enums", "migration"];
    assert.deepEqual(await lines(ids), [
      "PASS 2 of 2",
      "PASS 1 of 1",
      "PASS 20260201000000 is the newest in REPO and applied".replace(
        "REPO",
        join(repository, "supabase/migrations"),
      ),
    ]);
    await query(url, "DROP TABLE public.items", "DROP TYPE public.stage");
    writeFileSync(join(repository, "supabase/migrations/20260301000000_third.sql"), "");
    assert.deepEqual(await lines(ids), [
      "FAIL 1 of 2; public.items: it does not exist",
      "FAIL 0 of 1; public.stage: it does not exist",
      `FAIL ${join(repository, "supabase/migrations")} goes up to 20260301000000; production has applied 20260201000000`,
    ]);
    const missing = await lines(["migration"], { repository: "/nonexistent" });
    assert.match(missing.join(), /^WARN not measured: migrations: there is no directory \/nonexistent/);
  });

  it("hides nothing of a project behind another that cannot be reached, and never its password", async () => {
    const report = await check({
      api: async () => {
        throw new Error("unreachable by mistake");
      },
    }).catch((error: unknown) => error);
    assert.ok(report instanceof Error && report.message === "unreachable by mistake");
    const dark = await lines(
      ["expected-tables", "expected-enums", "migration", "pitr-lag", "recent-backups.nightly"],
      {},
      "dark",
    );
    for (const line of dark.slice(0, 3)) assert.match(line, /^WARN not measured: .*127\.0\.0\.1/);
    assert.match(dark[3] ?? "", /^WARN not measured: /);
    assert.equal(dark[4], "FAIL there is no point");
    assert.ok(!JSON.stringify(dark).includes("S3cret"));
  });

  it("measures the recovery window against its days and bounds", async () => {
    const ids = ["pitr-window", "pitr-lag"];
    const at = (seconds: number) => new Date(TODAY.getTime() - seconds * 1000).toISOString();
    window.position("0/1");
    window.window({ earliest: at(7 * 86_400), latest: at(100) });
    assert.deepEqual(
      (await lines(ids)).map((line) => line.replace(/1m4\ds/, "1m40s")),
      ["PASS reaches back 7d, no gap", "PASS 1m40s"],
    );
    window.window({ earliest: at(5 * 86_400), latest: at(301) });
    assert.deepEqual(
      (await lines(ids)).map((line) => line.replace(/5m\ds/, "5m1s")),
      [
        "WARN reaches back 5d: young, or cut",
        "WARN 5m1s, and whether anything was written since is not known",
      ],
    );
    window.window({ earliest: at(7 * 86_400), latest: at(3_700) });
    assert.match(
      (await lines(ids)).join(),
      /^FAIL reaches back 7d; a gap of 1h1m4\ds: nothing since .*,WARN 1h1m4\ds/,
    );
    // A hole that the watch saw is no edge of today's window.
    window.window({ earliest: at(7 * 86_400), latest: at(20_000) });
    await bench.watch({ api: async () => window.api });
    window.position("0/2");
    window.window({ earliest: at(10_000), latest: at(60) });
    assert.match(
      (await lines(ids)).join(),
      /^FAIL reaches back 2h46m\d+s; a gap of 2h46m40s: nothing from \S+Z to \S+Z,PASS 1m/,
    );
    window.off();
    assert.deepEqual(await lines(ids), [
      "FAIL point-in-time recovery is off",
      "FAIL point-in-time recovery is off",
    ]);
    window.window(undefined);
    assert.match((await lines(ids)).join(), /^FAIL there is nothing to recover to yet,FAIL there is nothing/);
  });

  it("finds points that are locked too short, or not at all", async () => {
    const until = (days: number) => new Date(TODAY.getTime() + days * DAY);
    await bench.addPoint("shop", "nightly", daysAgo(1), { retainUntil: until(29) });
    assert.deepEqual(await lines(["retention.nightly"]), ["PASS 1 kept, 0 may go"]);
    const { id } = await bench.addPoint("shop", "nightly", daysAgo(2), { retainUntil: until(5) });
    const day = until(5).toISOString().slice(0, 10);
    assert.deepEqual(await lines(["retention.nightly"]), [
      `FAIL 1 of 2 locked too short: ${id} only until ${day}`,
    ]);
  });

  it("measures storage against the budget: passing, warning at the plan's percent, failing above all of it", async () => {
    const report = await check();
    assert.match(lineOf(report, "storage"), /^PASS \d+\.\d %: .* KiB of 1 MiB$/);
    const put = (Key: string, bytes: number) =>
      bench.vault.s3.send(
        new PutObjectCommand({
          ...{ Bucket: bench.vault.bucket, Key, Body: Buffer.alloc(bytes), ChecksumAlgorithm: "SHA256" },
        }),
      );
    await put("shop/storage/a", 900_000);
    assert.match(lineOf(await check(), "storage"), /^WARN [89]\d\.\d %: /);
    await put("shop/storage/a", 900_000);
    assert.match(lineOf(await check(), "storage"), /^FAIL 1\d\d\.\d %: /);
  });

  it("asks the chat where AWS carries no alerts, and tells nobody its address", async () => {
    const { kmsEndpoint: _, ...vault } = bench.plan.vault;
    const plan = { ...bench.plan, vault };
    const asked = (more: Parameters<typeof check>[0] = {}) => check({ plan, ...more });
    assert.equal(lineOf(await check(), "alert-path"), "WARN not measured: AWS is not there");
    assert.equal(lineOf(await asked(), "alert-path"), "PASS the chat answered HTTP 200");
    assert.match(bench.chat.messages.at(-1) ?? "", /^Holdfast test: this is the test of the alert path/);
    bench.chat.answer = 410;
    const refused = await asked();
    assert.equal(lineOf(refused, "alert-path"), "FAIL the chat: HTTP 410");
    bench.chat.answer = 302;
    assert.equal(lineOf(await asked(), "alert-path"), "FAIL the chat: HTTP 302");
    bench.chat.answer = 200;
    const gone = await asked({ chatUrl: async () => `http://127.0.0.1:9/${CHAT_SECRET}` });
    assert.match(lineOf(gone, "alert-path"), /^FAIL the chat: /);
    const plain = await asked({ chatUrl: async () => `http://example.com/${CHAT_SECRET}` });
    assert.equal(lineOf(plain, "alert-path"), "FAIL the chat: its URL is none, or not https");
    for (const report of [refused, gone, plain]) assert.ok(!JSON.stringify(report).includes("SECRET"));
    const none = await asked({ chatUrl: async () => undefined });
    assert.match(lineOf(none, "alert-path"), /^WARN not measured: .*names no alerts\.chatWebhook$/);
  });

  it("follows the test alert through CloudWatch and SNS where AWS carries alerts", async () => {
    const { endpoint, region } = await getAws();
    const clients = {
      cloudwatch: new CloudWatchClient({ endpoint, region }),
      sns: new SNSClient({ endpoint, region }),
    };
    const environment = "health-canary";
    const plan = { ...bench.plan, environment };
    const path = async () =>
      lineOf(await check({ plan, alerts: () => clients }), "alert-path").replaceAll(
        /\d{4}-[\d:T-]+Z/g,
        "TIME",
      );
    try {
      assert.equal(await path(), "FAIL there is no alarm holdfast-health-canary-canary");
      const { TopicArn = "" } = await clients.sns.send(
        new CreateTopicCommand({ Name: "health-canary-info" }),
      );
      const AlarmName = "holdfast-health-canary-canary";
      await clients.cloudwatch.send(
        new PutMetricAlarmCommand({
          ...{
            AlarmName,
            Namespace: "HoldfastTest",
            MetricName: "CanarySent",
            Statistic: "Sum",
            Threshold: 1,
          },
          ...{ ComparisonOperator: "GreaterThanOrEqualToThreshold", Period: 300, EvaluationPeriods: 1 },
          AlarmActions: [TopicArn],
        }),
      );
      assert.equal(await path(), "FAIL due TIME, and did not come");
      await clients.cloudwatch.send(
        new SetAlarmStateCommand({ AlarmName, StateValue: "ALARM", StateReason: "test" }),
      );
      assert.equal(await path(), "FAIL due TIME, came TIME; nobody is subscribed, 0 not confirmed");
      await clients.sns.send(
        new SubscribeCommand({ TopicArn, Protocol: "email", Endpoint: "on-call@example.com" }),
      );
      assert.equal(await path(), "PASS due TIME, came TIME; 1 subscribed");
      const critical = await clients.sns.send(new CreateTopicCommand({ Name: "health-canary-critical" }));
      const { MetricAlarms = [] } = await clients.cloudwatch.send(
        new DescribeAlarmsCommand({ AlarmNames: [AlarmName] }),
      );
      const alerts = {
        cloudwatch: {
          send: async (command: DescribeAlarmsCommand) =>
            command instanceof DescribeAlarmsCommand
              ? {
                  MetricAlarms: MetricAlarms.map((one) => ({
                    ...one,
                    AlarmActions: [TopicArn, critical.TopicArn],
                  })),
                }
              : await clients.cloudwatch.send(command),
        } as CloudWatchClient,
        sns: clients.sns,
      };
      const both = async () => lineOf(await check({ plan, alerts: () => alerts }), "alert-path");
      assert.match(await both(), /^FAIL .*; nobody is subscribed to health-canary-critical$/);
      await clients.sns.send(
        new SubscribeCommand({
          ...{ TopicArn: critical.TopicArn, Protocol: "email", Endpoint: "on-call@example.com" },
        }),
      );
      assert.match(await both(), /^PASS .*; 2 subscribed$/);
    } finally {
      clients.cloudwatch.destroy();
      clients.sns.destroy();
    }
  });

  it("compares the newest manifest with the replica's", async () => {
    const bucket = await createBucket({ versioning: true });
    const vault = { ...bench.vault, replica: { bucket, region: bench.vault.region } };
    const options = { vault, replica: () => ({ s3: vault.s3, bucket }) };
    const newest = await bench.addPoint(
      "shop",
      "nightly",
      new Date(TODAY.getTime() - 7_200_000).toISOString(),
      {
        retainUntil: new Date(TODAY.getTime() + 30 * DAY),
      },
    );
    const key = manifestKey("shop", "nightly", newest.id);
    const [missing = ""] = await lines(["replication"], options);
    assert.equal(missing, `FAIL ${key} is not in ${bucket}`);
    const Body = await readObject(vault, key, { maximumBytes: 1_000_000 });
    await vault.s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body, ChecksumAlgorithm: "SHA256" }),
    );
    assert.match((await lines(["replication"], options)).join(), /^PASS nightly_.*, same checksum$/);
    const young = await bench.addPoint("shop", "nightly", new Date(TODAY.getTime() - 60_000).toISOString(), {
      retainUntil: new Date(TODAY.getTime() + 30 * DAY),
    });
    assert.match((await lines(["replication"], options)).join(), new RegExp(`^WARN .*${young.id}.* yet$`));
  });
});
