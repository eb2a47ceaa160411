import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as pulumi from "@pulumi/pulumi";
import { declaresVault } from "../../plan/declares-vault.ts";
import { METRIC_NAMESPACE } from "../../plan/metric.ts";
import type { ProtectionPlan } from "../../plan/protection-plan.ts";
import { roleArn } from "../iam/role-name.ts";
import type { StackFacts } from "../stack-facts.ts";
import type { VaultKeys } from "../vault/vault-keys.ts";
import { alarmName } from "./alarm-name.ts";
import type { AlarmSpec, MetricSource } from "./alarm-spec.ts";
import { callPattern } from "./call-pattern.ts";
import { environmentAlarms } from "./environment-alarms.ts";
import { failedTasks } from "./failed-tasks.ts";
import { projectAlarms } from "./project-alarms.ts";
import type { Severity } from "./severity.ts";
import { tamperingCall } from "./tampering.ts";
import { weakeningCalls } from "./weakening-calls.ts";

export interface AlarmsArgs {
  readonly plan: ProtectionPlan;
  readonly topicArns: Readonly<Record<Severity, pulumi.Input<string>>>;
  readonly keys: Pick<VaultKeys, "keyArn" | "replicaKeyArn" | "signingKeyArn">;
  /** The queue of jobs that could not be started; a fixed name. */
  readonly deadLetterQueueName?: string | undefined;
  /** Where jobs run; without one nobody is told of tasks that die. */
  readonly clusterArn?: pulumi.Input<string>;
  readonly facts: StackFacts;
}

const COMPARISONS = {
  ">": "GreaterThanThreshold",
  ">=": "GreaterThanOrEqualToThreshold",
  "<": "LessThanThreshold",
} as const;

/**
 * The plan's thresholds as alarms, each to the topic of its severity. Dead-man alarms fire on silence, so a job that
 * never started, or cannot report, is heard of too; AWS evaluates them, not the job. Tasks that die, and calls that
 * weaken vault or keys, go to the critical topic within minutes, those of the replica's region by `ReplicaCalls`; of
 * calls CloudTrail tells: the account needs a trail of management events.
 *
 * About 0.10 US dollars a month for each alarm, 0.10 for each metric of an expression.
 * @see https://aws.amazon.com/cloudwatch/pricing/
 */
export class Alarms extends pulumi.ComponentResource {
  /** Names of the alarms, sorted. */
  readonly names: readonly string[];
  readonly #name: string;
  readonly #args: AlarmsArgs;
  readonly #tags: Readonly<Record<string, string>>;

  constructor(name: string, args: AlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:monitoring:Alarms", name, {}, opts);
    this.#name = name;
    this.#args = args;
    this.#tags = { ...args.facts.tags, "holdfast:component": "Alarms" };
    const { plan } = args;
    const specs = [
      ...plan.projects.flatMap((project) => projectAlarms(plan, project)),
      ...environmentAlarms(plan, args.deadLetterQueueName),
    ];
    for (const spec of specs) this.#alarm(spec);
    this.names = specs.map((spec) => alarmName(plan.environment, spec)).sort();
    if (declaresVault(plan.vault)) this.#tampering();
    const { clusterArn } = args;
    if (clusterArn !== undefined)
      this.#rule("failed", "tasks", "A job died", failedTasks(plan.environment, clusterArn));
    this.registerOutputs({ names: this.names });
  }

  #alarm(spec: AlarmSpec): void {
    const { name, severity, says, periods = 1, silenceIsBad = false, heardBy = [severity] } = spec;
    const { topicArns } = this.#args;
    new cloudwatch.MetricAlarm(
      `${this.#name}-${name}`,
      {
        name: alarmName(this.#args.plan.environment, spec),
        alarmDescription: says,
        ...measured(spec),
        comparisonOperator: COMPARISONS[spec.comparison],
        threshold: spec.threshold,
        evaluationPeriods: periods,
        datapointsToAlarm: periods,
        treatMissingData: silenceIsBad ? "breaching" : "notBreaching",
        alarmActions: heardBy.map((one) => topicArns[one]),
        // Good news of what was an emergency is news too.
        okActions: severity === "critical" ? [topicArns.critical] : [],
        tags: this.#tags,
      },
      { parent: this },
    );
  }

  #tampering(): void {
    const { plan, keys, facts } = this.#args;
    const { vault } = plan;
    const weakening = weakeningCalls(vault, keys);
    if (weakening.keys)
      this.#rule("tampering", "keys", "A key of the vault is weakened", callPattern(["kms"], weakening.keys));
    this.#rule(
      "tampering",
      "buckets",
      "The vault's bucket is weakened",
      callPattern(["s3"], weakening.buckets),
    );
    const roles = [roleArn(facts, plan.environment, "break-glass"), ...vault.keyAdmins];
    this.#rule(
      "tampering",
      "break-glass",
      "Somebody takes on break-glass",
      callPattern(["sts"], tamperingCall("sts", { requestParameters: { roleArn: roles } })),
    );
  }

  #rule(kind: "tampering" | "failed", role: string, description: string, pattern: object): void {
    const { plan, topicArns } = this.#args;
    const name = `${this.#name}-${kind}-${role}`;
    const rule = new cloudwatch.EventRule(
      name,
      {
        // EventBridge takes 64 characters; the environment may have 40 of them.
        name: alarmName(plan.environment, { name: role }),
        description: `Holdfast ${plan.environment}: ${description}`,
        eventPattern: pulumi.jsonStringify(pattern),
        state: "ENABLED",
        tags: this.#tags,
      },
      { parent: this },
    );
    new cloudwatch.EventTarget(
      `${name}-target`,
      { rule: rule.name, targetId: "critical", arn: topicArns.critical },
      { parent: this },
    );
  }
}

function measured({ of, statistic, periodSeconds }: AlarmSpec): Partial<cloudwatch.MetricAlarmArgs> {
  const metric = ({ namespace = METRIC_NAMESPACE, metric, dimensions }: MetricSource) => ({
    namespace,
    metricName: metric,
    dimensions,
    period: periodSeconds,
  });
  if (!("expression" in of)) return { ...metric(of), statistic };
  return {
    metricQueries: [
      { id: "rate", expression: of.expression, label: "percent", returnData: true },
      ...Object.entries(of.metrics).map(([id, source]) => ({
        id,
        metric: { ...metric(source), stat: statistic },
        returnData: false,
      })),
    ],
  };
}
