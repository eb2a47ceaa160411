import assert from "node:assert/strict";
import {
  CloudWatchClient,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { CreateTopicCommand, SNSClient, SubscribeCommand, type Subscription } from "@aws-sdk/client-sns";
import { type AlertClients, canaryAlarmName, canaryArrival } from "../../../jobs/measure/canary-arrival.ts";
import { getAws } from "../../support/servers.ts";

const SCHEDULE = "0 7 * * 1";

describe("the arrival of the test alert", function () {
  this.timeout(60_000);
  let clients: AlertClients;
  let topic: string;
  const environment = "canary-test";

  before(async () => {
    const { endpoint, region } = await getAws();
    clients = {
      cloudwatch: new CloudWatchClient({ endpoint, region }),
      sns: new SNSClient({ endpoint, region }),
    };
    const made = await clients.sns.send(new CreateTopicCommand({ Name: "canary-test-info" }));
    topic = made.TopicArn ?? "";
  });
  after(() => {
    clients.cloudwatch.destroy();
    clients.sns.destroy();
  });

  const arrival = (now = new Date()) => canaryArrival(clients, { environment, schedule: SCHEDULE, now });
  const subscribe = (Protocol: string, Endpoint: string) =>
    clients.sns.send(new SubscribeCommand({ TopicArn: topic, Protocol, Endpoint }));

  it("looks for the one that was last due and had half an hour to come", async () => {
    const dueAt = async (now: string) => (await arrival(new Date(now))).dueAt.toISOString();
    assert.equal(await dueAt("2027-01-04T07:29:59Z"), "2026-12-28T07:00:00.000Z");
    assert.equal(await dueAt("2027-01-04T07:30:01Z"), "2027-01-04T07:00:00.000Z");
    assert.equal(await dueAt("2028-02-29T12:00:00Z"), "2028-02-28T07:00:00.000Z");
  });

  it("tells of no alarm, of one that did not come, and of nobody who hears it", async () => {
    const none = await arrival();
    assert.deepEqual([none.exists, none.confirmed, none.pending], [false, 0, 0]);
    await clients.cloudwatch.send(
      new PutMetricAlarmCommand({
        ...{ AlarmName: canaryAlarmName(environment), Namespace: "HoldfastTest", MetricName: "CanarySent" },
        ...{ Statistic: "Sum", ComparisonOperator: "GreaterThanOrEqualToThreshold", Threshold: 1 },
        ...{ Period: 300, EvaluationPeriods: 1, TreatMissingData: "notBreaching", AlarmActions: [topic] },
      }),
    );
    const silent = await arrival();
    assert.deepEqual([silent.exists, silent.firedAt, silent.confirmed], [true, undefined, 0]);
    assert.deepEqual(silent.unheard, ["canary-test-info"]);
  });

  it("tells when it came and how many hear it, those that never confirmed apart", async () => {
    await clients.cloudwatch.send(
      new SetAlarmStateCommand({
        ...{ AlarmName: canaryAlarmName(environment), StateValue: "ALARM", StateReason: "test" },
      }),
    );
    await subscribe("email", "on-call@example.com");
    await subscribe("http", "http://127.0.0.1:9/never");
    // AWS says this word in place of an ARN until somebody confirms; the local server gives an ARN at once.
    clients.sns.middlewareStack.add(
      (next) => async (args) => {
        const reply = await next(args);
        const { Subscriptions = [] } = reply.output as { Subscriptions?: Subscription[] };
        for (const one of Subscriptions)
          if (one.Protocol === "http") one.SubscriptionArn = "PendingConfirmation";
        return reply;
      },
      { step: "initialize" },
    );
    const came = await arrival();
    assert.ok(came.firedAt !== undefined && came.firedAt >= came.dueAt, JSON.stringify(came));
    assert.deepEqual([came.confirmed, came.pending, came.refusal, came.unheard], [1, 1, undefined, []]);
  });

  it("says that CloudWatch could not tell the topic, when it could never", async () => {
    const { endpoint, region } = await getAws();
    const cloudwatch = new CloudWatchClient({ endpoint, region });
    const action = (HistorySummary: string) => ({ HistoryItemType: "Action", HistorySummary });
    let actions = [action("Failed to execute action arn:aws:sns:eu-west-2:000000000000:gone")];
    // The local server tells no topic by itself, and so records no action.
    cloudwatch.middlewareStack.add(
      (next) => async (args) => {
        const reply = await next(args);
        const output = reply.output as { AlarmHistoryItems?: object[] };
        output.AlarmHistoryItems?.push(...actions);
        return reply;
      },
      { step: "initialize" },
    );
    const refusal = async () =>
      (await canaryArrival({ ...clients, cloudwatch }, { environment, schedule: SCHEDULE, now: new Date() }))
        .refusal;
    assert.match((await refusal()) ?? "", /^Failed to execute action arn/);
    // That another topic was told says nothing of this one.
    actions = [...actions, action("Successfully executed action arn:aws:sns:eu-west-2:000000000000:info")];
    assert.match((await refusal()) ?? "", /gone$/);
    actions = [...actions, action("Successfully executed action arn:aws:sns:eu-west-2:000000000000:gone")];
    assert.equal(await refusal(), undefined);
    cloudwatch.destroy();
  });

  it("says that nobody is told where the alarm's actions are switched off", async () => {
    const AlarmNames = [canaryAlarmName(environment)];
    assert.equal((await arrival()).refusal, undefined);
    await clients.cloudwatch.send(new DisableAlarmActionsCommand({ AlarmNames }));
    assert.equal((await arrival()).refusal, "the actions of the alarm are switched off");
    await clients.cloudwatch.send(new EnableAlarmActionsCommand({ AlarmNames }));
    assert.equal((await arrival()).refusal, undefined);
  });

  it("does not take last week's for this week's", async () => {
    const later = await arrival(new Date(Date.now() + 14 * 86_400_000));
    assert.ok(later.dueAt.getTime() > Date.now() + 6 * 86_400_000);
    assert.equal(later.firedAt, undefined);
  });
});
