import type { MockCallArgs, MockResourceArgs } from "@pulumi/pulumi/runtime/mocks.js";
import { type RecordedResource, type RecordOptions, record } from "./recorder.ts";

export type { RecordedResource } from "./recorder.ts";

export const ACCOUNT = "123456789012";
export const REGION = "eu-central-1";

/** A value that is marked as secret, at any depth of the inputs. */
export interface RecordedSecret {
  readonly secret: unknown;
}

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/**
 * Runs what declares a stack against the SDK without an engine, as AWS would answer in account 123456789012 and
 * region eu-central-1: names and ARNs have AWS's forms. It tells what is asked for, not what AWS makes of it.
 * @returns resources in the order of their names; secrets in their inputs, at any depth, as `{ secret: value }`
 */
export async function recordStack(
  program: () => unknown,
  options: Pick<RecordOptions, "config" | "preview" | "call"> = {},
): Promise<readonly RecordedResource[]> {
  const recorded = await record(program, {
    ...options,
    config: { "aws:region": REGION, ...options.config },
    outputs: (resource) => (resource.type.startsWith("aws:") ? awsOutputs(resource) : {}),
    idOf: awsId,
    call: options.call ?? awsCall,
  });
  return recorded
    .map((resource) => ({ ...resource, inputs: shown({ ...resource.inputs, ...marked(resource) }) }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** The recorder unwraps the inputs themselves: their marks are on the wire. */
function marked({ wire, secretInputs }: RecordedResource): Record<string, unknown> {
  return Object.fromEntries(secretInputs.map((name) => [name, wire[name]]));
}

function shown(inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, show(value)]));
}

function show(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(show);
  if (value === null || typeof value !== "object") return value;
  const record: Readonly<Record<string, unknown>> = { ...value };
  if (record[SIGNATURE] === SECRET) return { secret: show(record.value) } satisfies RecordedSecret;
  return shown(record);
}

/** What follows `<service>:<region>:<account>:` in the ARN of the types that others refer to; their id is the name. */
const ARNS: Readonly<Record<string, (name: string) => string>> = {
  "aws:kms/key:Key": (name) => `kms:{region}:{account}:key/${name}`,
  "aws:kms/alias:Alias": (name) => `kms:{region}:{account}:${name}`,
  "aws:s3/bucket:Bucket": (name) => `s3:::${name}`,
  "aws:iam/role:Role": (name) => `iam::{account}:role/${name}`,
  "aws:sns/topic:Topic": (name) => `sns:{region}:{account}:${name}`,
  "aws:sqs/queue:Queue": (name) => `sqs:{region}:{account}:${name}`,
  "aws:cloudwatch/logGroup:LogGroup": (name) => `logs:{region}:{account}:log-group:${name}`,
  "aws:cloudwatch/eventRule:EventRule": (name) => `events:{region}:{account}:rule/${name}`,
  "aws:cloudwatch/metricAlarm:MetricAlarm": (name) => `cloudwatch:{region}:{account}:alarm:${name}`,
  "aws:secretsmanager/secret:Secret": (name) => `secretsmanager:{region}:{account}:secret:${name}-AbCdEf`,
  "aws:ecs/cluster:Cluster": (name) => `ecs:{region}:{account}:cluster/${name}`,
  "aws:ecs/taskDefinition:TaskDefinition": (name) => `ecs:{region}:{account}:task-definition/${name}:1`,
  "aws:ecr/repository:Repository": (name) => `ecr:{region}:{account}:repository/${name}`,
  "aws:sfn/stateMachine:StateMachine": (name) => `states:{region}:{account}:stateMachine:${name}`,
  "aws:rds/instance:Instance": (name) => `rds:{region}:{account}:db:${name}`,
};

/** Names that AWS knows a resource by; those without one get the logical name and seven digits, as Pulumi gives. */
function physicalName({ inputs, name }: MockResourceArgs): string {
  return inputs.bucket ?? inputs.identifier ?? inputs.name ?? inputs.family ?? `${name}-1234567`;
}

function awsId(resource: MockResourceArgs): string {
  if (resource.type === "aws:sns/topic:Topic") return String(awsOutputs(resource).arn);
  if (resource.type === "aws:sqs/queue:Queue") return String(awsOutputs(resource).url);
  return resource.type in ARNS ? physicalName(resource) : `${resource.name}-id`;
}

function awsOutputs(resource: MockResourceArgs): Record<string, unknown> {
  const { type, inputs } = resource;
  const name = physicalName(resource);
  const region: string = inputs.region ?? REGION;
  const path = ARNS[type]?.(name) ?? `${type.split(/[:/]/)[1]}:{region}:{account}:${name}`;
  return {
    arn: `arn:aws:${path.replace("{region}", region).replace("{account}", ACCOUNT)}`,
    name,
    region,
    ...(type === "aws:kms/key:Key" && { keyId: name }),
    ...(type === "aws:s3/bucket:Bucket" && { bucket: name }),
    ...(type === "aws:sqs/queue:Queue" && { url: `https://sqs.${region}.amazonaws.com/${ACCOUNT}/${name}` }),
    ...(type === "aws:ecr/repository:Repository" && {
      repositoryUrl: `${ACCOUNT}.dkr.ecr.${region}.amazonaws.com/${name}`,
    }),
  };
}

function awsCall({ token }: MockCallArgs): Record<string, unknown> {
  if (/getCallerIdentity/.test(token)) {
    return { accountId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/test`, id: ACCOUNT, userId: "AIDATEST" };
  }
  if (/getPartition/.test(token)) {
    return { partition: "aws", id: "aws", dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" };
  }
  if (/getAvailabilityZones/.test(token)) {
    return {
      names: ["a", "b", "c"].map((zone) => REGION + zone),
      zoneIds: ["euc1-az1", "euc1-az2", "euc1-az3"],
    };
  }
  return {};
}
