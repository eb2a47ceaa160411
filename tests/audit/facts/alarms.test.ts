import assert from "node:assert/strict";
import type { MetricAlarm, PutMetricAlarmCommandInput } from "@aws-sdk/client-cloudwatch";
import type { Target } from "@aws-sdk/client-eventbridge";
import { alarmsSource } from "../../../audit/facts/alarms.ts";
import { type AuditedStack, auditedStack } from "../support/audited-stack.ts";
import { type Drift, testDrifts } from "../support/drifts.ts";

const nameOf = ({ plan }: Pick<AuditedStack, "plan">) =>
  `holdfast-${plan.environment}_orders-nightly-backup-failed`;
const ID = "orders/holdfast-<env>_orders-nightly-backup-failed";
const RULE = "holdfast-<env>-tasks";
const ruleOf = ({ plan }: AuditedStack) => `holdfast-${plan.environment}-tasks`;
const topicOf = ({ plan }: AuditedStack, severity: string) =>
  `arn:aws:sns:eu-west-2:000000000000:holdfast-${plan.environment}-${severity}`;

async function read(stack: AuditedStack): Promise<PutMetricAlarmCommandInput> {
  const { MetricAlarms = [] } = await stack.cloudwatch.describeAlarms({ AlarmNames: [nameOf(stack)] });
  const [found] = MetricAlarms;
  assert.ok(found);
  const { AlarmName, ComparisonOperator, EvaluationPeriods } = found;
  return { ...pick(found), AlarmName, ComparisonOperator, EvaluationPeriods };
}

/** What an alarm is made of, without what CloudWatch adds. */
const pick = (alarm: MetricAlarm) => ({
  ...{ ActionsEnabled: alarm.ActionsEnabled, AlarmActions: alarm.AlarmActions, OKActions: alarm.OKActions },
  ...{ AlarmDescription: alarm.AlarmDescription, DatapointsToAlarm: alarm.DatapointsToAlarm },
  ...{ Namespace: alarm.Namespace, MetricName: alarm.MetricName, Dimensions: alarm.Dimensions },
  ...{ Period: alarm.Period, Statistic: alarm.Statistic, Threshold: alarm.Threshold },
  TreatMissingData: alarm.TreatMissingData,
});

function changed(
  what: string,
  findings: readonly string[],
  change: (alarm: PutMetricAlarmCommandInput, stack: AuditedStack) => PutMetricAlarmCommandInput,
): Drift {
  let was: PutMetricAlarmCommandInput;
  return {
    what,
    findings,
    async make(stack) {
      was = await read(stack);
      await stack.cloudwatch.putMetricAlarm(change(was, stack));
    },
    back: (stack) => stack.cloudwatch.putMetricAlarm(was),
  };
}

const METRIC = "Sum of Holdfast BackupFailed {Environment=<env>, Project=orders, Tier=nightly} over 300 s";
const CRITICAL = "arn:aws:sns:eu-west-2:000000000000:holdfast-<env>-critical";
/** The server here keeps no calculations, and the plan names nobody for news. */
const ALWAYS = [
  "alarms.condition/orders/holdfast-<env>_orders-completion: as declared but for the calculation, which CloudWatch does not tell",
  "alarms.subscribers/info: nobody",
];

describe("audit of alarms", () => {
  let brought: Target[] = [];
  let gone: PutMetricAlarmCommandInput;
  let subscription: string | undefined;
  let topic: Record<string, string> = {};
  testDrifts(
    alarmsSource,
    [
      changed("an alarm that does nothing", [`alarms.enabled/${ID}: off`], (alarm) => ({
        ...alarm,
        ActionsEnabled: false,
      })),
      changed(
        "another threshold",
        [
          `alarms.condition/${ID}: ${METRIC} GreaterThanOrEqualToThreshold 5 in 1 of 1; silence: notBreaching`,
        ],
        (alarm) => ({ ...alarm, Threshold: 5 }),
      ),
      changed(
        "another comparison",
        [`alarms.condition/${ID}: ${METRIC} LessThanThreshold 1 in 1 of 1; silence: notBreaching`],
        (alarm) => ({ ...alarm, ComparisonOperator: "LessThanThreshold" }),
      ),
      changed(
        "another period, and more of them",
        [
          `alarms.condition/${ID}: ${METRIC.replace("300", "3600")} GreaterThanOrEqualToThreshold 1 in 3 of 4; silence: ignore`,
        ],
        (alarm) => ({
          ...alarm,
          ...{ Period: 3600, EvaluationPeriods: 4, DatapointsToAlarm: 3, TreatMissingData: "ignore" },
        }),
      ),
      changed(
        "another metric",
        [
          `alarms.condition/${ID}: ${METRIC.replace("nightly", "weekly")} GreaterThanOrEqualToThreshold 1 in 1 of 1; silence: notBreaching`,
        ],
        (alarm) => ({
          ...alarm,
          Dimensions: alarm.Dimensions?.map((one) =>
            one.Name === "Tier" ? { ...one, Value: "weekly" } : one,
          ),
        }),
      ),
      changed(
        "an alarm that tells others",
        [`alarms.actions/${ID}: ${CRITICAL.replace("critical", "info")}; when it is over nobody`],
        (alarm, stack) => ({ ...alarm, AlarmActions: [topicOf(stack, "info")], OKActions: [] }),
      ),
      {
        what: "an alarm that is gone",
        findings: [`alarms.enabled/${ID}: absent`],
        async make(stack) {
          gone = await read(stack);
          await stack.cloudwatch.deleteAlarms({ AlarmNames: [nameOf(stack)] });
        },
        back: (stack) => stack.cloudwatch.putMetricAlarm(gone),
      },
      {
        what: "a rule that is off",
        findings: [`alarms.rule/${RULE}: DISABLED`],
        make: (stack) => stack.events.disableRule({ Name: ruleOf(stack) }),
        back: (stack) => stack.events.enableRule({ Name: ruleOf(stack) }),
      },
      {
        what: "a rule that tells nobody",
        findings: [`alarms.rule-targets/${RULE}: nobody`],
        make: (stack) => stack.events.removeTargets({ Rule: ruleOf(stack), Ids: ["critical"] }),
        back: (stack) =>
          stack.events.putTargets({
            Rule: ruleOf(stack),
            Targets: [{ Id: "critical", Arn: topicOf(stack, "critical") }],
          }),
      },
      {
        what: "a rule of the replica's region that is off",
        findings: ["alarms.rule/holdfast-<env>-replica: DISABLED"],
        make: ({ replicaEvents, plan }) =>
          replicaEvents.disableRule({ Name: `holdfast-${plan.environment}-replica` }),
        back: ({ replicaEvents, plan }) =>
          replicaEvents.enableRule({ Name: `holdfast-${plan.environment}-replica` }),
      },
      {
        what: "calls of the replica's region that are brought elsewhere, in another role",
        findings: [
          "alarms.rule-targets/holdfast-<env>-replica: arn:aws:events:eu-west-2:000000000000:event-bus/own by other",
        ],
        async make({ replicaEvents, plan }) {
          const Rule = `holdfast-${plan.environment}-replica`;
          ({ Targets: brought = [] } = await replicaEvents.listTargetsByRule({ Rule }));
          const [target] = brought;
          await replicaEvents.putTargets({
            Rule,
            Targets: [
              {
                ...{ Id: target?.Id, RoleArn: target?.RoleArn?.replace(/[^/]+$/, "other") },
                Arn: target?.Arn?.replace(/[^/]+$/, "own"),
              },
            ],
          });
        },
        back: ({ replicaEvents, plan }) =>
          replicaEvents.putTargets({ Rule: `holdfast-${plan.environment}-replica`, Targets: brought }),
      },
      {
        what: "a topic whose reader is gone",
        findings: ["alarms.subscribers/critical: on-call@example.com is not subscribed"],
        async make(stack) {
          const TopicArn = topicOf(stack, "critical");
          const { Subscriptions = [] } = await stack.sns.listSubscriptionsByTopic({ TopicArn });
          subscription = Subscriptions[0]?.SubscriptionArn;
          await stack.sns.unsubscribe({ SubscriptionArn: subscription });
        },
        back: (stack) =>
          stack.sns.subscribe({
            TopicArn: topicOf(stack, "critical"),
            Protocol: "email",
            Endpoint: "on-call@example.com",
          }),
      },
      {
        what: "a topic that is gone",
        findings: ["alarms.subscribers/critical: there is no topic"],
        async make(stack) {
          const TopicArn = topicOf(stack, "critical");
          ({ Attributes: topic = {} } = await stack.sns.getTopicAttributes({ TopicArn }));
          await stack.sns.deleteTopic({ TopicArn });
        },
        async back(stack) {
          const { Policy = "", KmsMasterKeyId = "", DisplayName = "" } = topic;
          const { TopicArn } = await stack.sns.createTopic({
            Name: topicOf(stack, "critical").split(":").at(-1),
            Attributes: { Policy, KmsMasterKeyId, DisplayName },
          });
          await stack.sns.subscribe({ TopicArn, Protocol: "email", Endpoint: "on-call@example.com" });
        },
      },
    ],
    ALWAYS,
  );

  it("finds a rule that listens to something else", async () => {
    const stack = await auditedStack();
    const found = await stack.events.describeRule({ Name: ruleOf(stack) });
    const EventPattern = JSON.stringify({ source: ["aws.ec2"] });
    const { Description } = found;
    await stack.events.putRule({ Name: ruleOf(stack), Description, EventPattern });
    try {
      assert.deepEqual(await stack.findings(alarmsSource), [
        ...ALWAYS.slice(0, 1),
        `alarms.rule-pattern/${RULE}: {"source":["aws.ec2"]}`,
        ...ALWAYS.slice(1),
      ]);
    } finally {
      await stack.events.putRule({ Name: ruleOf(stack), Description, EventPattern: found.EventPattern });
    }
    assert.deepEqual(await stack.findings(alarmsSource), ALWAYS);
  });

  it("finds an address that has not confirmed, and a plan's own topic that nobody reads", async () => {
    const stack = await auditedStack();
    const { topics } = stack.plan.alerts;
    const { TopicArn = "" } = await stack.sns.createTopic({ Name: `${stack.plan.environment}-own` });
    const alerts = { ...stack.plan.alerts, topics: { ...topics, info: { arn: TopicArn, emails: [] } } };
    const base = stack.context().aws;
    // No server here leaves an address unconfirmed: SNS says it by this word in place of the ARN.
    const client = async (service: string, region?: string) => {
      const real = await base.client(service as "sns", region);
      if (service !== "sns") return real;
      return {
        getTopicAttributes: (input: { TopicArn: string }) => real.getTopicAttributes(input),
        async listSubscriptionsByTopic(input: { TopicArn: string }) {
          const page = await real.listSubscriptionsByTopic(input);
          const Subscriptions = page.Subscriptions?.map((one) => ({
            ...one,
            SubscriptionArn: "PendingConfirmation",
          }));
          return { ...page, Subscriptions };
        },
      };
    };
    const facts = await stack.facts(alarmsSource, {
      plan: { ...stack.plan, alerts },
      aws: { ...base, client: client as typeof base.client },
    });
    const told = facts.filter(({ id }) => id.startsWith("alarms.subscribers/"));
    assert.deepEqual(
      told.map(({ verdict, actual }) => `${verdict} ${actual}`),
      [
        "FAIL on-call@example.com has not confirmed",
        "FAIL team@example.com has not confirmed",
        "FAIL nobody",
      ],
    );
  });
});
