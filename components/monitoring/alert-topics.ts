import * as sns from "@pulumi/aws/sns/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { ProtectionPlan } from "../../plan/protection-plan.ts";
import { policyDocument } from "../iam/policy-document.ts";
import type { StackFacts } from "../stack-facts.ts";
import { SEVERITIES, type Severity } from "./severity.ts";

export interface AlertTopicsArgs {
  /** Name of the environment, a slug; part of each topic's name. */
  readonly environment: string;
  readonly alerts: ProtectionPlan["alerts"];
  /** Messages name projects and errors: they are encrypted with it. */
  readonly operationsKeyArn: pulumi.Input<string>;
  readonly facts: StackFacts;
}

/**
 * Where alerts of each severity go: a topic of the stack, or one that the plan names, with the plan's e-mail addresses
 * subscribed. Each address gets one message to confirm; until then it hears nothing, and the weekly canary is missed.
 *
 * The first 1,000 e-mails a month are free.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html
 */
export class AlertTopics extends pulumi.ComponentResource {
  readonly topicArns: Readonly<Record<Severity, pulumi.Output<string>>>;
  readonly #name: string;
  readonly #args: AlertTopicsArgs;

  constructor(name: string, args: AlertTopicsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:monitoring:AlertTopics", name, {}, opts);
    this.#name = name;
    this.#args = args;
    const of = (severity: Severity) => this.#topic(severity);
    this.topicArns = { critical: of("critical"), warning: of("warning"), info: of("info") };
    for (const severity of SEVERITIES) {
      for (const [index, endpoint] of args.alerts.topics[severity].emails.entries()) {
        new sns.TopicSubscription(
          `${name}-${severity}-email-${index}`,
          { topic: this.topicArns[severity], protocol: "email", endpoint },
          { parent: this },
        );
      }
    }
    this.registerOutputs({ topicArns: this.topicArns });
  }

  #topic(severity: Severity): pulumi.Output<string> {
    const { alerts, environment, facts, operationsKeyArn } = this.#args;
    const { arn } = alerts.topics[severity];
    if (arn !== undefined) return pulumi.output(arn);
    const name = `${this.#name}-${severity}`;
    const topic = new sns.Topic(
      name,
      {
        name: `holdfast-${environment}-${severity}`,
        displayName: `Holdfast ${environment} ${severity}`,
        kmsMasterKeyId: operationsKeyArn,
        tags: { ...facts.tags, "holdfast:component": "AlertTopics" },
      },
      { parent: this },
    );
    new sns.TopicPolicy(
      `${name}-policy`,
      { arn: topic.arn, policy: topicPolicy(topic.arn, facts) },
      { parent: this },
    );
    return topic.arn;
  }
}

/** Alarms and rules publish; who else does has it in a policy of IAM. */
function topicPolicy(topicArn: pulumi.Output<string>, { accountId }: StackFacts): pulumi.Output<string> {
  const publish = { Effect: "Allow", Action: ["sns:Publish"], Resource: [topicArn] } as const;
  return policyDocument([
    {
      ...publish,
      Sid: "AlarmsPublish",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Condition: { StringEquals: { "aws:SourceAccount": accountId } },
    },
    {
      ...publish,
      Sid: "RulesPublish",
      Principal: { Service: "events.amazonaws.com" },
      // AWS said for years that EventBridge meets no condition here; whether it does now is UNVERIFIED, and an alert
      // that is refused is lost. What it costs: a rule of a stranger who knows the topic's name may write to it.
    },
  ]);
}
