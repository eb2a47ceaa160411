import { declaresVault } from "../../plan/declares-vault.ts";
import { metricDimensions } from "../../plan/metric.ts";
import type { ProtectionPlan } from "../../plan/protection-plan.ts";
import { longestGapSeconds } from "../../plan/schedule.ts";
import { REPLICATION_RULE } from "../vault/replication-rule.ts";
import type { AlarmSpec } from "./alarm-spec.ts";
import { SEVERITIES } from "./severity.ts";

const FIVE_MINUTES = 300;
const HOUR = 3_600;
const DAY = 86_400;
/** S3 copies within 15 minutes; an hour is no passing delay. */
const REPLICATION_LATE_SECONDS = HOUR;

/** What is watched of the environment as a whole: budget, alert path, replication, jobs that never started. */
export function environmentAlarms(plan: ProtectionPlan, deadLetterQueueName?: string): AlarmSpec[] {
  return [
    ...budgetAlarms(plan),
    ...canaryAlarms(plan),
    ...replicationAlarms(plan),
    ...(deadLetterQueueName === undefined ? [] : [deadLetterAlarm(deadLetterQueueName)]),
  ];
}

function budgetAlarms({ environment, vault, alerts }: ProtectionPlan): AlarmSpec[] {
  const { storageBytes } = vault.budget;
  if (storageBytes === undefined) return [];
  const { storagePercent } = alerts.thresholds;
  return [
    {
      name: "vault-storage",
      severity: "warning",
      says: `The vault holds more than ${storagePercent} % of the plan's storage budget.`,
      of: { metric: "VaultBytes", dimensions: metricDimensions({ environment }) },
      ...{
        statistic: "Maximum",
        comparison: ">",
        threshold: Math.floor((storageBytes * storagePercent) / 100),
      },
      periodSeconds: DAY,
    },
  ];
}

/**
 * The canary itself is an alarm that comes each time, so that the whole way to the mail box is walked: of each severity
 * that the plan names somebody for, since a topic has its own policy and its own subscribers. Its name and what it says
 * tell it from what it stands for.
 */
function canaryAlarms({ environment, alerts }: ProtectionPlan): AlarmSpec[] {
  const dimensions = metricDimensions({ environment });
  const gapSeconds = longestGapSeconds(alerts.canary.schedule);
  const named = SEVERITIES.filter((one) => alerts.topics[one].arn ?? alerts.topics[one].emails.length > 0);
  return [
    {
      name: "canary",
      severity: "info",
      ...(named.length > 0 && { heardBy: named }),
      says: "This is the test of the alert path. All is well: nothing is to be done.",
      of: { metric: "CanarySent", dimensions },
      ...{ statistic: "Sum", comparison: ">=", threshold: 1, periodSeconds: FIVE_MINUTES },
    },
    {
      // Not by the silence of a week, which is as far as CloudWatch looks back: it would ring in the minutes in which
      // the next one is due.
      name: "canary-silent",
      severity: "critical",
      says: "The test alert was not sent when it was due, or nobody watches: alerts of real failures may not come either.",
      of: { metric: "CanaryAgeSeconds", dimensions },
      ...{ statistic: "Maximum", comparison: ">", threshold: gapSeconds + HOUR },
      ...{ periodSeconds: HOUR, periods: 2, silenceIsBad: true },
    },
  ];
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/viewing-replication-metrics.html */
function replicationAlarms({ vault }: ProtectionPlan): AlarmSpec[] {
  if (!declaresVault(vault) || vault.replicaBucket === undefined) return [];
  const dimensions = {
    SourceBucket: vault.bucket,
    DestinationBucket: vault.replicaBucket,
    RuleId: REPLICATION_RULE,
  };
  const of = (metric: string) => ({ namespace: "AWS/S3", metric, dimensions });
  return [
    {
      name: "replication-failed",
      severity: "critical",
      says: "Objects of the vault could not be copied to its replica. Check the replicator's role and the replica's key.",
      of: of("OperationsFailedReplication"),
      ...{ statistic: "Sum", comparison: ">", threshold: 0, periodSeconds: FIVE_MINUTES },
    },
    {
      name: "replication-late",
      severity: "warning",
      says: "The replica is more than an hour behind the vault.",
      of: of("ReplicationLatency"),
      ...{ statistic: "Maximum", comparison: ">", threshold: REPLICATION_LATE_SECONDS },
      periodSeconds: FIVE_MINUTES,
    },
  ];
}

function deadLetterAlarm(QueueName: string): AlarmSpec {
  return {
    name: "job-not-started",
    severity: "critical",
    says: "A scheduled job could not be started: the dead-letter queue says which and why.",
    of: { namespace: "AWS/SQS", metric: "ApproximateNumberOfMessagesVisible", dimensions: { QueueName } },
    ...{ statistic: "Maximum", comparison: ">", threshold: 0, periodSeconds: FIVE_MINUTES },
  };
}
