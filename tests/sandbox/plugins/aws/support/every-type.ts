import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as kms from "@pulumi/aws/kms/index.js";
import * as s3 from "@pulumi/aws/s3/index.js";
import * as sns from "@pulumi/aws/sns/index.js";
import * as sqs from "@pulumi/aws/sqs/index.js";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";

/** The program as it is at first, with a change in every resource, and with every resource replaced. */
export type Variant = "first" | "changed" | "replaced";

interface Scene {
  readonly prefix: string;
  readonly isFirst: boolean;
  /** Whether every resource is to be another one. */
  readonly isOther: boolean;
  /** What a name ends in. */
  readonly end: string;
  readonly tags: Readonly<Record<string, string>>;
}

const ROOT = { AWS: "arn:aws:iam::000000000000:root" };

function allow(actions: readonly string[], Resource: string, Principal?: object): string {
  const statement = { Effect: "Allow", Action: actions, Resource, ...(Principal ? { Principal } : {}) };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

/** A program with a resource of every type, named as its type, and what they need; everything begins with the prefix. */
export function everyType(prefix: string, variant: Variant): PulumiFn {
  const isFirst = variant === "first";
  const isOther = variant === "replaced";
  const tags: Readonly<Record<string, string>> = isFirst ? { team: "data", tier: "" } : { team: "platform" };
  const scene: Scene = { prefix, isFirst, isOther, end: isOther ? "-2" : "", tags };
  return async () => {
    const keys = declareKeys(scene);
    declareBucket(scene, keys.standing);
    declareLockedBucket(scene, declareRole(scene), keys.replica);
    const { topic, queue } = declareMessages(scene, keys.standing);
    declareAlarms(scene, topic);
    declareLogs(scene, keys.standing);
    declareEvents(scene, topic, queue);
  };
}

function declareKeys({ prefix, isFirst, isOther, end, tags }: Scene) {
  const standing = new kms.Key("standing", {});
  const replica = new kms.Key("replica", { region: "eu-west-1" });
  const signs = { keyUsage: "SIGN_VERIFY", customerMasterKeySpec: "ECC_NIST_P256" };
  const key = new kms.Key("Key", {
    description: isFirst ? "first" : "changed",
    policy: allow(["kms:*"], "*", ROOT),
    deletionWindowInDays: 7,
    ...(isOther ? signs : { enableKeyRotation: !isFirst }),
    tags,
  });
  const targetKeyId = isFirst ? key.keyId : standing.arn;
  new kms.Alias("Alias", { name: `alias/${prefix}${end}`, targetKeyId });
  return { standing, replica };
}

/** What a bucket of any kind can have. */
function declareBucket({ prefix, isFirst, isOther, end, tags }: Scene, key: kms.Key): void {
  new s3.Bucket("Bucket", { bucket: `${prefix}-bucket${end}`, tags });
  const one = new s3.Bucket("one", { bucket: `${prefix}-one` });
  const two = new s3.Bucket("two", { bucket: `${prefix}-two` });
  const { bucket } = isOther ? two : one;
  new s3.BucketVersioning("BucketVersioning", {
    bucket,
    versioningConfiguration: { status: isFirst ? "Suspended" : "Enabled" },
  });
  new s3.BucketServerSideEncryptionConfiguration("BucketServerSideEncryptionConfiguration", {
    bucket,
    rules: [
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn },
        bucketKeyEnabled: !isFirst,
      },
    ],
  });
  new s3.BucketPublicAccessBlock("BucketPublicAccessBlock", {
    bucket,
    blockPublicAcls: true,
    blockPublicPolicy: !isFirst,
  });
  const objectOwnership = isFirst ? "ObjectWriter" : "BucketOwnerEnforced";
  new s3.BucketOwnershipControls("BucketOwnershipControls", { bucket, rule: { objectOwnership } });
  const actions = isFirst ? ["s3:GetObject"] : ["s3:GetObject", "s3:GetObjectVersion"];
  new s3.BucketPolicy("BucketPolicy", {
    bucket,
    policy: bucket.apply((name) => allow(actions, `arn:aws:s3:::${name}/*`, ROOT)),
  });
  new s3.BucketLogging("BucketLogging", {
    bucket,
    targetBucket: `${prefix}-one`,
    targetPrefix: isFirst ? "log/" : "logs/",
  });
  new s3.BucketLifecycleConfiguration("BucketLifecycleConfiguration", { bucket, rules: lifecycle(isFirst) });
}

/** A rule of every form. */
function lifecycle(isFirst: boolean) {
  return [
    {
      id: "abort",
      status: "Enabled",
      filter: {},
      abortIncompleteMultipartUpload: { daysAfterInitiation: isFirst ? 1 : 2 },
    },
    {
      id: "nightly",
      status: "Enabled",
      filter: { and: { prefix: "nightly/", tags: { verified: "true", "kept-by": "plan" } } },
      expiration: { days: 30 },
      transitions: [{ days: 0, storageClass: "GLACIER_IR" }],
      noncurrentVersionExpiration: { noncurrentDays: 3 },
    },
    {
      id: "marker",
      status: "Disabled",
      filter: { tag: { key: "verified", value: "true" } },
      expiration: { expiredObjectDeleteMarker: true },
    },
  ];
}

function declareRole({ prefix, isFirst, end, tags }: Scene): iam.Role {
  const trust = { Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sts:AssumeRole" };
  const role = new iam.Role("Role", {
    name: `${prefix}-role${end}`,
    // As an object, that the provider makes a text of.
    assumeRolePolicy: { Version: "2012-10-17", Statement: [trust as never] },
    description: isFirst ? "first" : "changed",
    forceDetachPolicies: true,
    tags,
  });
  const actions = isFirst ? ["s3:GetObject"] : ["s3:GetObject", "s3:PutObject"];
  new iam.RolePolicy("RolePolicy", { role, name: `reads${end}`, policy: allow(actions, "*") });
  return role;
}

/** What only a bucket with versions, or with object lock, can have. */
function declareLockedBucket({ prefix, isFirst, isOther }: Scene, role: iam.Role, replicaKey: kms.Key): void {
  const copy = new s3.Bucket("copy", {
    bucket: `${prefix}-copy`,
    objectLockEnabled: true,
    // What is left in the other one is copied.
    forceDestroy: true,
    region: "eu-west-1",
  });
  const three = new s3.Bucket("three", { bucket: `${prefix}-three`, objectLockEnabled: true });
  const four = new s3.Bucket("four", {
    bucket: `${prefix}-four`,
    objectLockEnabled: true,
    forceDestroy: true,
  });
  const { bucket } = isOther ? four : three;
  new s3.BucketObjectLockConfiguration("BucketObjectLockConfiguration", {
    bucket,
    rule: { defaultRetention: { mode: "GOVERNANCE", days: isFirst ? 1 : 2 } },
  });
  const minutes = { minutes: 15 };
  const rule = {
    id: "all",
    status: "Enabled",
    priority: isFirst ? 1 : 2,
    filter: {},
    deleteMarkerReplication: { status: "Disabled" },
    sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
    destination: {
      bucket: copy.arn,
      encryptionConfiguration: { replicaKmsKeyId: replicaKey.arn },
      metrics: { status: "Enabled", eventThreshold: minutes },
      replicationTime: { status: "Enabled", time: minutes },
    },
  };
  new s3.BucketReplicationConfig("BucketReplicationConfig", { bucket, role: role.arn, rules: [rule] });
}

function declareMessages({ prefix, isFirst, end, tags }: Scene, key: kms.Key) {
  const topic = new sns.Topic("Topic", {
    name: `${prefix}-topic${end}`,
    displayName: isFirst ? "first" : "changed",
    kmsMasterKeyId: key.arn,
    tags,
  });
  const publishes = isFirst ? ["SNS:Publish"] : ["SNS:Publish", "SNS:Subscribe"];
  new sns.TopicPolicy("TopicPolicy", {
    arn: topic.arn,
    policy: topic.arn.apply((arn) => allow(publishes, arn, ROOT)),
  });
  const queue = new sqs.Queue("Queue", {
    name: `${prefix}-queue${end}`,
    messageRetentionSeconds: 1_209_600,
    visibilityTimeoutSeconds: isFirst ? 60 : 120,
    kmsMasterKeyId: key.arn,
    tags,
  });
  const sends = isFirst ? ["sqs:SendMessage"] : ["sqs:SendMessage", "sqs:ReceiveMessage"];
  new sqs.QueuePolicy("QueuePolicy", {
    queueUrl: queue.url,
    policy: queue.arn.apply((arn) => allow(sends, arn, ROOT)),
  });
  new sns.TopicSubscription("TopicSubscription", {
    topic,
    protocol: "sqs",
    endpoint: queue.arn,
    rawMessageDelivery: !isFirst,
  });
  return { topic, queue };
}

function declareAlarms({ prefix, isFirst, isOther, end, tags }: Scene, topic: sns.Topic): void {
  const alarm = new cloudwatch.MetricAlarm("MetricAlarm", {
    name: `${prefix}-failed${end}`,
    comparisonOperator: "GreaterThanThreshold",
    evaluationPeriods: isFirst ? 1 : 2,
    threshold: 0,
    namespace: "Holdfast",
    metricName: "BackupFailed",
    dimensions: { Project: "orders" },
    period: 300,
    statistic: "Sum",
    treatMissingData: "notBreaching",
    alarmActions: [topic.arn],
    tags,
  });
  const metric = (metricName: string) => ({ metricName, namespace: "Holdfast", period: 60, stat: "Sum" });
  new cloudwatch.MetricAlarm("calculation", {
    name: `${prefix}-rate`,
    comparisonOperator: "LessThanThreshold",
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    threshold: 0.95,
    metricQueries: [
      { id: "rate", expression: "good / (good + bad)", label: "rate", returnData: true },
      { id: "good", metric: metric("BackupSucceeded") },
      { id: "bad", metric: metric("BackupFailed") },
    ],
  });
  new cloudwatch.CompositeAlarm("CompositeAlarm", {
    alarmName: `${prefix}-any${end}`,
    alarmRule: alarm.name.apply((name) => `ALARM("${name}")`),
    alarmDescription: isFirst ? "first" : "changed",
    alarmActions: [topic.arn],
    tags,
  });
  const properties = { markdown: isOther ? "Other" : "Backups" };
  const text = { type: "text", x: 0, y: 0, width: isFirst ? 3 : 6, height: 3, properties };
  new cloudwatch.Dashboard("Dashboard", {
    dashboardName: `${prefix}${end}`,
    dashboardBody: JSON.stringify({ widgets: [text] }, null, 2),
  });
}

function declareLogs({ prefix, isFirst, end, tags }: Scene, key: kms.Key): void {
  const group = new cloudwatch.LogGroup("LogGroup", {
    name: `/${prefix}/jobs${end}`,
    retentionInDays: isFirst ? 14 : 30,
    kmsKeyId: key.arn,
    tags,
  });
  new cloudwatch.LogMetricFilter("LogMetricFilter", {
    name: `${prefix}-errors`,
    logGroupName: group.name,
    pattern: isFirst ? "ERROR" : "FATAL",
    metricTransformation: { name: "Errors", namespace: "Holdfast", value: "1" },
  });
}

function declareEvents({ prefix, isFirst, end, tags }: Scene, topic: sns.Topic, queue: sqs.Queue): void {
  const rule = new cloudwatch.EventRule("EventRule", {
    name: `${prefix}-keys${end}`,
    description: isFirst ? "first" : "changed",
    eventPattern: JSON.stringify({ source: ["aws.kms"], "detail-type": ["AWS API Call via CloudTrail"] }),
    tags,
  });
  new cloudwatch.EventTarget("EventTarget", {
    rule: rule.name,
    arn: topic.arn,
    retryPolicy: { maximumRetryAttempts: isFirst ? 3 : 5, maximumEventAgeInSeconds: 300 },
    deadLetterConfig: { arn: queue.arn },
  });
}
