import type { MockResourceArgs, MockResourceResult } from "@pulumi/pulumi/runtime/mocks.js";

/** Whose account a stack is in. */
export interface StackAccount {
  /** Twelve digits. */
  readonly accountId: string;
  /** `aws`, or that of a sovereign cloud. */
  readonly partition: string;
  /** The stack's home. */
  readonly region: string;
}

/** Stands for the six letters that Secrets Manager puts behind a secret's name. */
export const SECRET_ENDING = "-??????";

/** What follows `<service>:<region>:<account>:` in the ARN of the types that others refer to; each has a fixed name. */
const ARNS: Readonly<Record<string, (name: string) => string>> = {
  "aws:kms/key:Key": (name) => `kms:{region}:{account}:key/${name}`,
  "aws:s3/bucket:Bucket": (name) => `s3:::${name}`,
  "aws:iam/role:Role": (name) => `iam::{account}:role/${name}`,
  "aws:sns/topic:Topic": (name) => `sns:{region}:{account}:${name}`,
  "aws:sqs/queue:Queue": (name) => `sqs:{region}:{account}:${name}`,
  "aws:cloudwatch/eventRule:EventRule": (name) => `events:{region}:{account}:rule/${name}`,
  "aws:secretsmanager/secret:Secret": (name) =>
    `secretsmanager:{region}:{account}:secret:${name}${SECRET_ENDING}`,
  "aws:ecs/cluster:Cluster": (name) => `ecs:{region}:{account}:cluster/${name}`,
  "aws:sfn/stateMachine:StateMachine": (name) => `states:{region}:{account}:stateMachine:${name}`,
  // A revision is AWS's to give.
  "aws:ecs/taskDefinition:TaskDefinition": (name) => `ecs:{region}:{account}:task-definition/${name}`,
};

/**
 * What AWS would make of a resource, as far as names tell it. A key's ARN holds the key's logical name in place of its
 * id, which only AWS knows.
 */
export function mockedResource(
  { type, name, inputs }: MockResourceArgs,
  { accountId, partition, region: home }: StackAccount,
): MockResourceResult {
  const own: string = inputs.bucket ?? inputs.name ?? inputs.family ?? name;
  const region: string = inputs.region ?? home;
  const path = ARNS[type]?.(own) ?? `${type.split(/[:/]/)[1]}:{region}:{account}:${own}`;
  const arn = `arn:${partition}:${path.replace("{region}", region).replace("{account}", accountId)}`;
  const registry = `${accountId}.dkr.ecr.${region}.amazonaws.com${partition === "aws-cn" ? ".cn" : ""}`;
  const repositoryUrl = `${registry}/${own}`;
  return { id: own, state: { ...inputs, arn, name: own, region, keyId: own, url: own, repositoryUrl } };
}
