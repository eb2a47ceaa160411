import {
  type AlarmHistoryItem,
  type CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
} from "@aws-sdk/client-cloudwatch";
import { ListSubscriptionsByTopicCommand, type SNSClient } from "@aws-sdk/client-sns";
import { previousDue } from "../../plan/schedule.ts";

/** The alarm that comes each time, so that the whole way of an alert is walked. */
export const canaryAlarmName = (environment: string): string => `holdfast-${environment}-canary`;

/** What became of the test alert that was last due. */
export interface CanaryArrival {
  /** When it was due. */
  readonly dueAt: Date;
  /** Whether the alarm exists at all; the rest is of one that does. */
  readonly exists: boolean;
  /** When the alarm came, by its history; absent when it did not. */
  readonly firedAt?: Date;
  /** What CloudWatch says of telling a topic, when it never could. */
  readonly refusal?: string;
  /** Subscriptions of its topics. */
  readonly confirmed: number;
  readonly pending: number;
  /** Names of its topics that nobody is subscribed to. */
  readonly unheard: readonly string[];
}

const ACTIONS_OFF = "the actions of the alarm are switched off";

/** A watch comes every five minutes, and CloudWatch looks every five minutes: until then it may be on its way. */
const ON_ITS_WAY_SECONDS = 1_800;

export interface AlertClients {
  readonly cloudwatch: CloudWatchClient;
  readonly sns: SNSClient;
}

/**
 * Follows the test alert that was last due: did the alarm come, could CloudWatch tell the topic, and does anybody hear
 * it. CloudWatch keeps the history of alarms for 30 days.
 *
 * @param options.schedule cron, UTC, of the test alert
 * @throws errors of CloudWatch and SNS
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html
 */
export async function canaryArrival(
  { cloudwatch, sns }: AlertClients,
  {
    environment,
    schedule,
    now,
  }: { readonly environment: string; readonly schedule: string; readonly now: Date },
): Promise<CanaryArrival> {
  const dueAt = previousDue(schedule, new Date(now.getTime() - ON_ITS_WAY_SECONDS * 1000));
  const AlarmName = canaryAlarmName(environment);
  const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [AlarmName] }));
  const [alarm] = MetricAlarms;
  if (alarm === undefined) return { dueAt, exists: false, confirmed: 0, pending: 0, unheard: [] };
  const history = await historySince(cloudwatch, AlarmName, dueAt);
  const fired = history.filter(isFiring).at(-1)?.Timestamp;
  const actions = history.filter(({ HistoryItemType }) => HistoryItemType === "Action");
  const refusal = alarm.ActionsEnabled === false ? ACTIONS_OFF : neverTold(actions);
  return {
    dueAt,
    exists: true,
    ...(fired && { firedAt: fired }),
    ...(refusal && { refusal }),
    ...(await hearers(sns, alarm.AlarmActions ?? [])),
  };
}

/** Newest first, as CloudWatch gives it. */
async function historySince(
  cloudwatch: CloudWatchClient,
  AlarmName: string,
  StartDate: Date,
): Promise<AlarmHistoryItem[]> {
  const items: AlarmHistoryItem[] = [];
  let NextToken: string | undefined;
  do {
    const page = await cloudwatch.send(
      new DescribeAlarmHistoryCommand({ AlarmName, StartDate, ...(NextToken && { NextToken }) }),
    );
    items.push(...(page.AlarmHistoryItems ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return items;
}

function isFiring({ HistoryItemType, HistorySummary = "" }: AlarmHistoryItem): boolean {
  return HistoryItemType === "StateUpdate" && /\bto ALARM\b/.test(HistorySummary);
}

/** Of a topic that could not be told, and was told at no other time. */
function neverTold(actions: readonly AlarmHistoryItem[]): string | undefined {
  const summaries = actions.map(({ HistorySummary = "" }) => HistorySummary);
  const topicOf = (summary: string) => /arn:\S+/.exec(summary)?.[0];
  const isFailed = (summary: string) => /^Failed/i.test(summary);
  const told = new Set(summaries.filter((summary) => !isFailed(summary)).map(topicOf));
  return summaries.find((summary) => isFailed(summary) && !told.has(topicOf(summary)));
}

async function hearers(
  sns: SNSClient,
  topics: readonly string[],
): Promise<Pick<CanaryArrival, "confirmed" | "pending" | "unheard">> {
  const count = { confirmed: 0, pending: 0, unheard: [] as string[] };
  for (const TopicArn of topics) {
    const before = count.confirmed;
    let NextToken: string | undefined;
    do {
      const page = await sns.send(
        new ListSubscriptionsByTopicCommand({ TopicArn, ...(NextToken && { NextToken }) }),
      );
      for (const { SubscriptionArn } of page.Subscriptions ?? []) {
        if (SubscriptionArn === "PendingConfirmation") count.pending += 1;
        else if (SubscriptionArn?.startsWith("arn:")) count.confirmed += 1;
      }
      NextToken = page.NextToken;
    } while (NextToken);
    if (count.confirmed === before) count.unheard.push(TopicArn.split(":").at(-1) ?? TopicArn);
  }
  return count;
}
