import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { ProtectionPlan } from "../../plan/protection-plan.ts";
import type { StackFacts } from "../stack-facts.ts";
import type { VaultKeys } from "../vault/vault-keys.ts";
import { alarmName } from "./alarm-name.ts";
import { callPattern } from "./call-pattern.ts";
import { weakeningCalls } from "./weakening-calls.ts";

export interface ReplicaCallsArgs {
  readonly plan: ProtectionPlan;
  readonly replicaRegion: string;
  readonly keys: Pick<VaultKeys, "keyArn" | "replicaKeyArn" | "signingKeyArn">;
  /** May put events on the vault region's bus. */
  readonly forwarderRoleArn: pulumi.Input<string>;
  readonly facts: StackFacts;
}

/**
 * Brings calls that weaken the replica or its key to the vault's region, where the rules of `Alarms` listen: a rule
 * hears the calls of its own region alone, and tells no topic of another. One US dollar for a million of such calls.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html
 */
export class ReplicaCalls extends pulumi.ComponentResource {
  constructor(name: string, args: ReplicaCallsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("holdfast:monitoring:ReplicaCalls", name, {}, opts);
    const { plan, replicaRegion: region, keys, forwarderRoleArn, facts } = args;
    const { keys: ofKeys, buckets } = weakeningCalls(plan.vault, keys);
    // With one alternative, `$or` would be the name of a field.
    const weakening = ofKeys === undefined ? buckets : { $or: [ofKeys, buckets] };
    const rule = new cloudwatch.EventRule(
      `${name}-rule`,
      {
        name: alarmName(plan.environment, { name: "replica" }),
        description: `Holdfast ${plan.environment}: The replica or its key is weakened`,
        region,
        eventPattern: pulumi.jsonStringify(callPattern(["kms", "s3"], weakening)),
        state: "ENABLED",
        tags: { ...facts.tags, "holdfast:component": "ReplicaCalls" },
      },
      { parent: this },
    );
    new cloudwatch.EventTarget(
      `${name}-target`,
      {
        ...{ rule: rule.name, region, targetId: "home", roleArn: forwarderRoleArn },
        arn: pulumi.interpolate`arn:${facts.partition}:events:${facts.region}:${facts.accountId}:event-bus/default`,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
