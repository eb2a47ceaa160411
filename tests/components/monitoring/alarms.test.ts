import assert from "node:assert/strict";
import { deadManHours } from "../../../components/monitoring/dead-man.ts";
import { environmentAlarms } from "../../../components/monitoring/environment-alarms.ts";
import { METRICS } from "../../../plan/metric.ts";
import { matchesPattern } from "../../support/matches-pattern.ts";
import { ACCOUNT, REGION } from "../../support/record-stack.ts";
import { Declared, shippedPlan, smallPlan } from "../support/protection.ts";

const topic = (severity: string) => `arn:aws:sns:${REGION}:${ACCOUNT}:holdfast-prod-${severity}`;

/** Of ECS, as far as a rule looks at it. */
const ofJob = (job: string) => ({
  group: `family:holdfast-prod${job}`,
  taskDefinitionArn: `arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/holdfast-prod${job}:7`,
});
const taskEvent = (detail: object) => ({
  source: "aws.ecs",
  "detail-type": "ECS Task State Change",
  detail: {
    clusterArn: `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/holdfast-prod`,
    lastStatus: "STOPPED",
    ...detail,
  },
});

describe("Alarms", () => {
  let declared: Declared;
  before(async () => {
    declared = await Declared.of(shippedPlan("prod"));
  });

  /** What decides an alarm, in one line. */
  function line(name: string): string {
    const { inputs } = declared.get(`alarms-${name}`);
    const severity = String(inputs.alarmActions).split("-").at(-1);
    const what = `${inputs.statistic} ${inputs.metricName} ${inputs.comparisonOperator} ${inputs.threshold}`;
    return `${severity}: ${what} in ${inputs.evaluationPeriods} × ${inputs.period} s, silence ${inputs.treatMissingData}`;
  }

  it("raises the plan's thresholds to the topic of their severity", () => {
    const lines = [
      "coppercore-nightly-backup-failed",
      "coppercore-nightly-backup-slow",
      "coppercore-pitr-gap",
      "coppercore-pitr-lag",
      "ordak-storage-0-sync-failed",
      "ordak-storage-0-mirror-missing",
      "vault-storage",
      "replication-failed",
      "replication-late",
      "job-not-started",
      "canary",
    ].map(line);
    assert.deepEqual(lines, [
      "critical: Sum BackupFailed GreaterThanOrEqualToThreshold 1 in 1 × 300 s, silence notBreaching",
      "warning: Maximum BackupDurationSeconds GreaterThanThreshold 900 in 1 × 300 s, silence notBreaching",
      "critical: Maximum PitrGapSeconds GreaterThanThreshold 3600 in 1 × 300 s, silence notBreaching",
      "warning: Maximum PitrLagSeconds GreaterThanThreshold 300 in 3 × 300 s, silence notBreaching",
      "critical: Sum SyncFailed GreaterThanOrEqualToThreshold 1 in 1 × 300 s, silence notBreaching",
      "warning: Maximum MirrorMissing GreaterThanThreshold 0 in 1 × 300 s, silence notBreaching",
      "warning: Maximum VaultBytes GreaterThanThreshold 429496729600 in 1 × 86400 s, silence notBreaching",
      "critical: Sum OperationsFailedReplication GreaterThanThreshold 0 in 1 × 300 s, silence notBreaching",
      "warning: Maximum ReplicationLatency GreaterThanThreshold 3600 in 1 × 300 s, silence notBreaching",
      "critical: Maximum ApproximateNumberOfMessagesVisible GreaterThanThreshold 0 in 1 × 300 s, silence notBreaching",
      "info: Sum CanarySent GreaterThanOrEqualToThreshold 1 in 1 × 300 s, silence notBreaching",
    ]);
  });

  it("sends the test alert to each topic that the plan names somebody for, and no word that it is over", () => {
    const { inputs } = declared.get("alarms-canary");
    assert.deepEqual(inputs.alarmActions, [topic("critical"), topic("warning"), topic("info")]);
    assert.deepEqual(inputs.okActions, []);
    const { alerts, ...plan } = shippedPlan("prod");
    const none = { emails: [] };
    const heardBy = (topics: Partial<typeof alerts.topics>) => {
      const named = { critical: none, warning: none, info: none, ...topics };
      const specs = environmentAlarms({ ...plan, alerts: { ...alerts, topics: named } });
      return specs.find(({ name }) => name === "canary")?.heardBy;
    };
    assert.deepEqual(heardBy({ critical: { arn: topic("own"), emails: [] } }), ["critical"]);
    assert.deepEqual(heardBy({ warning: { emails: ["team@example.com"] } }), ["warning"]);
    // Of its own severity alone, where nobody is named.
    assert.equal(heardBy({}), undefined);
  });

  it("fires on silence: of backups, syncs, the watch and the canary, and on points that grow old", () => {
    const lines = [
      "coppercore-nightly-backup-silent",
      "coppercore-nightly-point-too-old",
      "ordak-weekly-point-too-old",
      "ordak-monthly-point-too-old",
      "ordak-storage-0-sync-silent",
      "coppercore-watch-silent",
      "canary-silent",
    ].map(line);
    assert.deepEqual(lines, [
      "critical: Sum BackupSucceeded LessThanThreshold 1 in 26 × 3600 s, silence breaching",
      "critical: Maximum RecoveryPointAgeSeconds GreaterThanThreshold 93600 in 2 × 3600 s, silence breaching",
      "critical: Maximum RecoveryPointAgeSeconds GreaterThanThreshold 612000 in 2 × 3600 s, silence breaching",
      "critical: Maximum RecoveryPointAgeSeconds GreaterThanThreshold 2685600 in 2 × 3600 s, silence breaching",
      "critical: Sum SyncSucceeded LessThanThreshold 1 in 26 × 3600 s, silence breaching",
      "critical: SampleCount PitrLagSeconds LessThanThreshold 1 in 1 × 3600 s, silence breaching",
      "critical: Maximum CanaryAgeSeconds GreaterThanThreshold 608400 in 2 × 3600 s, silence breaching",
    ]);
    // CloudWatch looks back a week at most: such tiers have the age of their points alone.
    const names = declared.all.map(({ name }) => name);
    for (const tier of ["weekly", "monthly"])
      assert.ok(!names.includes(`alarms-ordak-${tier}-backup-silent`));
  });

  it("never asks CloudWatch to look back further than a week", () => {
    assert.equal(deadManHours(86_400, 7_200), 26);
    assert.equal(deadManHours(86_400, 1), 25);
    assert.equal(deadManHours(7 * 86_400, 0), 168);
    assert.equal(deadManHours(7 * 86_400, 1), undefined);
    for (const { name, inputs } of declared.of("aws:cloudwatch/metricAlarm:MetricAlarm")) {
      assert.ok(Number(inputs.period ?? 86_400) * Number(inputs.evaluationPeriods) <= 604_800, name);
      assert.equal(inputs.datapointsToAlarm, inputs.evaluationPeriods, name);
    }
  });

  it("computes the rate of completion over all tiers of a project", () => {
    const { inputs } = declared.get("alarms-ordak-completion");
    const metric = (metricName: string, tier: string) => ({
      returnData: false,
      metric: {
        namespace: "Holdfast",
        metricName,
        dimensions: { Environment: "prod", Project: "ordak", Tier: tier },
        period: 86_400,
        stat: "Sum",
      },
    });
    assert.deepEqual(inputs.metricQueries, [
      {
        id: "rate",
        expression:
          "100 * (FILL(ok_weekly, 0) + FILL(ok_monthly, 0)) / (FILL(ok_weekly, 0) + FILL(ok_monthly, 0) + FILL(failed_weekly, 0) + FILL(failed_monthly, 0))",
        label: "percent",
        returnData: true,
      },
      { id: "ok_weekly", ...metric("BackupSucceeded", "weekly") },
      { id: "failed_weekly", ...metric("BackupFailed", "weekly") },
      { id: "ok_monthly", ...metric("BackupSucceeded", "monthly") },
      { id: "failed_monthly", ...metric("BackupFailed", "monthly") },
    ]);
    assert.deepEqual([inputs.comparisonOperator, inputs.threshold], ["LessThanThreshold", 99]);
    assert.deepEqual(inputs.alarmActions, [topic("warning")]);
  });

  it("says to the critical topic that an emergency is over, and watches only what jobs publish", () => {
    for (const { name, inputs } of declared.of("aws:cloudwatch/metricAlarm:MetricAlarm")) {
      const isCritical = String(inputs.alarmActions) === topic("critical");
      assert.deepEqual(inputs.okActions, isCritical ? [topic("critical")] : [], name);
      if (inputs.namespace === "Holdfast") assert.ok(String(inputs.metricName) in METRICS, name);
      assert.match(String(inputs.name), /^holdfast-prod(-|_(coppercore|ordak)-)[a-z0-9-]+$/);
    }
  });

  it("tells the critical topic of calls that weaken a key or the vault, and of break-glass", () => {
    const pattern = (name: string) =>
      JSON.parse(String(declared.get(`alarms-tampering-${name}`).inputs.eventPattern));
    const keys = pattern("keys");
    assert.deepEqual(keys["detail-type"], ["AWS API Call via CloudTrail"]);
    assert.deepEqual(keys.detail.resources.ARN, [
      `arn:aws:kms:${REGION}:${ACCOUNT}:key/keys-vault-1234567`,
      `arn:aws:kms:eu-west-1:${ACCOUNT}:key/keys-replica-1234567`,
      `arn:aws:kms:${REGION}:${ACCOUNT}:key/keys-signing-1234567`,
    ]);
    for (const name of ["DisableKey", "ScheduleKeyDeletion", "PutKeyPolicy"])
      assert.ok(keys.detail.eventName.includes(name), name);
    const buckets = pattern("buckets");
    assert.deepEqual(buckets.detail.requestParameters, {
      bucketName: ["holdfast-prod-vault", "holdfast-prod-vault-replica"].flatMap((name) => [
        name,
        `${name}-logs`,
      ]),
    });
    for (const name of [
      "PutBucketPolicy",
      "PutBucketVersioning",
      "PutBucketObjectLockConfiguration",
      "PutBucketLifecycle",
    ])
      assert.ok(buckets.detail.eventName.includes(name), name);
    assert.deepEqual(pattern("break-glass").detail, {
      eventSource: ["sts.amazonaws.com"],
      eventName: ["AssumeRole"],
      requestParameters: {
        roleArn: [
          `arn:aws:iam::${ACCOUNT}:role/holdfast-prod-break-glass`,
          `arn:aws:iam::${ACCOUNT}:role/holdfast-break-glass`,
        ],
      },
    });
    for (const { name, inputs } of declared.of("aws:cloudwatch/eventTarget:EventTarget"))
      if (name.startsWith("alarms-")) assert.equal(inputs.arn, topic("critical"));
  });

  it("tells the critical topic of tasks that died, and of drills that found something", () => {
    const { name, inputs } = declared.get("alarms-failed-tasks");
    assert.deepEqual(
      [name, inputs.name, inputs.state],
      ["alarms-failed-tasks", "holdfast-prod-tasks", "ENABLED"],
    );
    assert.equal(declared.get("alarms-failed-tasks-target").inputs.arn, topic("critical"));
    const pattern = JSON.parse(String(inputs.eventPattern));
    const told = (task: object) => matchesPattern(pattern, taskEvent(task));
    const ended = (exitCode: number, job = "_ordak-dump") => ({
      stopCode: "EssentialContainerExited",
      containers: [{ name: "job", exitCode }],
      ...ofJob(job),
    });
    assert.deepEqual(
      [0, 1, 2, 3, 137].map((code) => told(ended(code))),
      [false, true, true, false, true],
    );
    assert.deepEqual(
      [0, 3].map((code) => told(ended(code, "_ordak-drill"))),
      [false, true],
    );
    const notStarted = { stopCode: "TaskFailedToStart", containers: [{ name: "job" }] };
    assert.equal(told({ ...notStarted, ...ofJob("_ordak-dump") }), true);
    // The watch would say so every five minutes; its silence says it once.
    assert.deepEqual([told({ ...notStarted, ...ofJob("_watch") }), told(ended(1, "_watch"))], [false, false]);
    assert.equal(told({ ...ended(1), lastStatus: "RUNNING" }), false);
    assert.equal(told({ ...ended(1), clusterArn: `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/other` }), false);
  });

  it("names rules within what EventBridge takes, also of the environment with the longest name", async () => {
    const long = await Declared.of({ ...smallPlan(), environment: "e".repeat(40) });
    for (const { inputs } of long.of("aws:cloudwatch/eventRule:EventRule"))
      assert.ok(String(inputs.name).length <= 64, String(inputs.name));
  });

  it("follows the plan's own thresholds, and watches no point-in-time recovery where there is none", async () => {
    const { alerts, ...plan } = smallPlan();
    const own = { ...alerts, thresholds: { ...alerts.thresholds, backupDurationWarningSeconds: 60 } };
    const small = await Declared.of({ ...plan, alerts: own });
    assert.equal(small.get("alarms-orders-nightly-backup-slow").inputs.threshold, 60);
    assert.ok(!small.all.some(({ name }) => /^alarms-.*(pitr|watch|storage|replication)/.test(name)));
  });
});

describe("AlertTopics", () => {
  it("makes encrypted topics that alarms and rules of the account publish to, and subscribes addresses", async () => {
    const declared = await Declared.of(shippedPlan("prod"));
    for (const severity of ["critical", "warning", "info"]) {
      const { inputs } = declared.get(`alerts-${severity}`);
      assert.equal(inputs.kmsMasterKeyId, `arn:aws:kms:${REGION}:${ACCOUNT}:key/operations-key-1234567`);
      assert.deepEqual(
        declared
          .statements(`alerts-${severity}-policy`)
          .map(({ Principal, Condition }) => ({ Principal, Condition })),
        [
          {
            Principal: { Service: "cloudwatch.amazonaws.com" },
            Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } },
          },
          { Principal: { Service: "events.amazonaws.com" }, Condition: undefined },
        ],
      );
    }
    assert.deepEqual(
      declared.of("aws:sns/topicSubscription:TopicSubscription").map(({ inputs }) => inputs),
      [
        { topic: topic("critical"), protocol: "email", endpoint: "on-call@example.com" },
        { topic: topic("info"), protocol: "email", endpoint: "devops@example.com" },
        { topic: topic("warning"), protocol: "email", endpoint: "devops@example.com" },
      ],
    );
  });

  it("uses a topic that the plan names", async () => {
    const { alerts, ...plan } = smallPlan();
    const arn = `arn:aws:sns:${REGION}:${ACCOUNT}:own`;
    const topics = { ...alerts.topics, critical: { arn, emails: [] } };
    const declared = await Declared.of({ ...plan, alerts: { ...alerts, topics } });
    assert.equal(declared.of("aws:sns/topic:Topic").length, 2);
    assert.deepEqual(declared.get("alarms-job-not-started").inputs.alarmActions, [arn]);
  });
});

describe("Dashboard", () => {
  it("draws each project's backups, ages, lag and mirror, and the vault, on a grid", async () => {
    const declared = await Declared.of(shippedPlan("prod"));
    const { widgets } = JSON.parse(String(declared.get("dashboard-page").inputs.dashboardBody));
    assert.deepEqual(
      widgets.map((widget: { properties: { title: string } }) => widget.properties.title),
      [
        "coppercore: backups",
        "coppercore: duration",
        "coppercore: age of the newest point",
        "coppercore: point-in-time recovery",
        "ordak: backups",
        "ordak: duration",
        "ordak: age of the newest point",
        "ordak: point-in-time recovery",
        "ordak: mirror",
        "Vault",
      ],
    );
    assert.deepEqual(widgets.at(-1).properties.annotations.horizontal, [
      { label: "80 % of budget", value: 429_496_729_600 },
    ]);
    assert.deepEqual(widgets[3].properties.metrics[0], [
      "Holdfast",
      "PitrLagSeconds",
      "Environment",
      "prod",
      "Project",
      "coppercore",
    ]);
    const places = widgets.map(({ x, y }: { x: number; y: number }) => `${x},${y}`);
    assert.equal(new Set(places).size, 10);
  });
});
