import type { TestApis } from "./test-apis.ts";

/** A resource of the program in every-type.ts, by its name there. */
export interface TypeCase {
  readonly name: string;
  /** What the API itself shows of it, by the id that is in the state; anything that fails counts as nothing. */
  look(apis: TestApis, id: string): Promise<unknown>;
  /** What it shows of the first program, and of the changed one. */
  readonly first: unknown;
  readonly changed: unknown;
  /** A change made by hand. */
  drift(apis: TestApis, id: string): Promise<unknown>;
  /** The change removes it. */
  readonly isRemoved?: boolean;
}

const READ = { Version: "2012-10-17", Statement: [] };

const actionsOf = (policy: string | undefined): unknown => JSON.parse(policy ?? "{}").Statement?.[0]?.Action;
const teamOf = (
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): unknown => Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key, Value]));
const FIRST_TAGS = { team: "data", tier: "" };
const CHANGED_TAGS = { team: "platform" };

function emptyPolicy(arn: string, action: string): string {
  const statement = { Effect: "Deny", Principal: "*", Action: action, Resource: arn };
  return JSON.stringify({ ...READ, Statement: [statement] });
}

const KMS_CASES: readonly TypeCase[] = [
  {
    name: "Key",
    async look({ kms }, KeyId) {
      const { KeyMetadata } = await kms.describeKey({ KeyId });
      return KeyMetadata?.KeyState === "Enabled" ? KeyMetadata.Description : undefined;
    },
    first: "first",
    changed: "changed",
    drift: ({ kms }, KeyId) => kms.updateKeyDescription({ KeyId, Description: "by hand" }),
  },
  {
    name: "Alias",
    look: async ({ kms }, KeyId) => (await kms.describeKey({ KeyId })).KeyMetadata?.Description,
    first: "first",
    changed: "",
    async drift({ kms }, AliasName) {
      const { KeyMetadata } = await kms.createKey({ Description: "by hand" });
      await kms.updateAlias({ AliasName, TargetKeyId: KeyMetadata?.KeyId });
    },
  },
];

const BUCKET_CASES: readonly TypeCase[] = [
  {
    name: "Bucket",
    look: async ({ s3 }, Bucket) => teamOf((await s3.getBucketTagging({ Bucket })).TagSet),
    first: FIRST_TAGS,
    changed: CHANGED_TAGS,
    drift: ({ s3 }, Bucket) => s3.deleteBucketTagging({ Bucket }),
  },
  {
    name: "BucketVersioning",
    look: async ({ s3 }, Bucket) => (await s3.getBucketVersioning({ Bucket })).Status,
    first: "Suspended",
    changed: "Enabled",
    drift: ({ s3 }, Bucket) =>
      s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
  },
  {
    name: "BucketServerSideEncryptionConfiguration",
    async look({ s3 }, Bucket) {
      const { ServerSideEncryptionConfiguration: found } = await s3.getBucketEncryption({ Bucket });
      return found?.Rules?.[0]?.BucketKeyEnabled ?? false;
    },
    first: false,
    changed: true,
    drift: ({ s3 }, Bucket) =>
      s3.putBucketEncryption({
        Bucket,
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
        },
      }),
  },
  {
    name: "BucketPublicAccessBlock",
    async look({ s3 }, Bucket) {
      const { PublicAccessBlockConfiguration: found } = await s3.getPublicAccessBlock({ Bucket });
      return [found?.BlockPublicAcls, found?.BlockPublicPolicy];
    },
    first: [true, false],
    changed: [true, true],
    drift: ({ s3 }, Bucket) => s3.deletePublicAccessBlock({ Bucket }),
    isRemoved: true,
  },
  {
    name: "BucketOwnershipControls",
    async look({ s3 }, Bucket) {
      const { OwnershipControls: found } = await s3.getBucketOwnershipControls({ Bucket });
      return found?.Rules?.[0]?.ObjectOwnership;
    },
    first: "ObjectWriter",
    changed: "BucketOwnerEnforced",
    drift: ({ s3 }, Bucket) =>
      s3.putBucketOwnershipControls({
        Bucket,
        OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerPreferred" }] },
      }),
  },
  {
    name: "BucketPolicy",
    look: async ({ s3 }, Bucket) => actionsOf((await s3.getBucketPolicy({ Bucket })).Policy),
    first: ["s3:GetObject"],
    changed: ["s3:GetObject", "s3:GetObjectVersion"],
    drift: ({ s3 }, Bucket) =>
      s3.putBucketPolicy({ Bucket, Policy: emptyPolicy(`arn:aws:s3:::${Bucket}/*`, "s3:PutObject") }),
  },
  {
    name: "BucketLogging",
    look: async ({ s3 }, Bucket) => (await s3.getBucketLogging({ Bucket })).LoggingEnabled?.TargetPrefix,
    first: "log/",
    changed: "logs/",
    drift: ({ s3 }, Bucket) => s3.putBucketLogging({ Bucket, BucketLoggingStatus: {} }),
    isRemoved: true,
  },
  {
    name: "BucketLifecycleConfiguration",
    async look({ s3 }, Bucket) {
      const { Rules = [] } = await s3.getBucketLifecycleConfiguration({ Bucket });
      return [Rules.length, Rules[0]?.AbortIncompleteMultipartUpload?.DaysAfterInitiation];
    },
    first: [3, 1],
    changed: [3, 2],
    drift: ({ s3 }, Bucket) => s3.deleteBucketLifecycle({ Bucket }),
    isRemoved: true,
  },
  {
    name: "BucketObjectLockConfiguration",
    async look({ s3 }, Bucket) {
      const { ObjectLockConfiguration: found } = await s3.getObjectLockConfiguration({ Bucket });
      return found?.Rule?.DefaultRetention?.Days;
    },
    first: 1,
    changed: 2,
    drift: ({ s3 }, Bucket) =>
      s3.putObjectLockConfiguration({ Bucket, ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" } }),
  },
  {
    name: "BucketReplicationConfig",
    async look({ s3 }, Bucket) {
      const { ReplicationConfiguration: found } = await s3.getBucketReplication({ Bucket });
      return found?.Rules?.[0]?.Priority;
    },
    first: 1,
    changed: 2,
    async drift({ s3 }, Bucket) {
      const { ReplicationConfiguration: found } = await s3.getBucketReplication({ Bucket });
      const Rules = found?.Rules?.map((rule) => ({ ...rule, Status: "Disabled" as const }));
      await s3.putBucketReplication({ Bucket, ReplicationConfiguration: { Role: found?.Role, Rules } });
    },
  },
];

const MESSAGE_CASES: readonly TypeCase[] = [
  {
    name: "Role",
    async look({ iam }, RoleName) {
      const { Role } = await iam.getRole({ RoleName });
      return [Role?.Description, teamOf(Role?.Tags)];
    },
    first: ["first", FIRST_TAGS],
    changed: ["changed", CHANGED_TAGS],
    drift: ({ iam }, RoleName) => iam.updateRole({ RoleName, Description: "by hand" }),
  },
  {
    name: "RolePolicy",
    async look({ iam }, id) {
      const [RoleName, PolicyName] = id.split(":");
      const { PolicyDocument = "" } = await iam.getRolePolicy({ RoleName, PolicyName });
      return actionsOf(decodeURIComponent(PolicyDocument));
    },
    first: ["s3:GetObject"],
    changed: ["s3:GetObject", "s3:PutObject"],
    drift({ iam }, id) {
      const [RoleName, PolicyName] = id.split(":");
      return iam.deleteRolePolicy({ RoleName, PolicyName });
    },
    isRemoved: true,
  },
  {
    name: "Topic",
    look: async ({ sns }, TopicArn) => (await sns.getTopicAttributes({ TopicArn })).Attributes?.DisplayName,
    first: "first",
    changed: "changed",
    drift: ({ sns }, TopicArn) =>
      sns.setTopicAttributes({ TopicArn, AttributeName: "DisplayName", AttributeValue: "by hand" }),
  },
  {
    name: "TopicPolicy",
    look: async ({ sns }, TopicArn) =>
      actionsOf((await sns.getTopicAttributes({ TopicArn })).Attributes?.Policy),
    first: ["SNS:Publish"],
    changed: ["SNS:Publish", "SNS:Subscribe"],
    drift: ({ sns }, TopicArn) =>
      sns.setTopicAttributes({
        TopicArn,
        AttributeName: "Policy",
        AttributeValue: emptyPolicy(TopicArn, "SNS:Publish"),
      }),
  },
  {
    name: "TopicSubscription",
    look: async ({ sns }, SubscriptionArn) =>
      (await sns.getSubscriptionAttributes({ SubscriptionArn })).Attributes?.RawMessageDelivery,
    first: "false",
    changed: "true",
    drift: ({ sns }, SubscriptionArn) => sns.unsubscribe({ SubscriptionArn }),
    isRemoved: true,
  },
  {
    name: "Queue",
    async look({ sqs }, QueueUrl) {
      const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["All"] });
      return [Attributes?.VisibilityTimeout, (await sqs.listQueueTags({ QueueUrl })).Tags];
    },
    first: ["60", FIRST_TAGS],
    changed: ["120", CHANGED_TAGS],
    drift: ({ sqs }, QueueUrl) =>
      sqs.setQueueAttributes({ QueueUrl, Attributes: { VisibilityTimeout: "1" } }),
  },
  {
    name: "QueuePolicy",
    async look({ sqs }, QueueUrl) {
      const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["All"] });
      return actionsOf(Attributes?.Policy);
    },
    first: ["sqs:SendMessage"],
    changed: ["sqs:SendMessage", "sqs:ReceiveMessage"],
    drift: ({ sqs }, QueueUrl) => sqs.setQueueAttributes({ QueueUrl, Attributes: { Policy: "" } }),
    isRemoved: true,
  },
];

const WATCHING_CASES: readonly TypeCase[] = [
  {
    name: "MetricAlarm",
    async look({ cloudwatch }, name) {
      const { MetricAlarms = [] } = await cloudwatch.describeAlarms({ AlarmNames: [name] });
      return MetricAlarms[0]?.EvaluationPeriods;
    },
    first: 1,
    changed: 2,
    drift: ({ cloudwatch }, name) => cloudwatch.disableAlarmActions({ AlarmNames: [name] }),
  },
  {
    name: "CompositeAlarm",
    async look({ cloudwatch }, name) {
      const AlarmTypes = ["CompositeAlarm"] as const;
      const { CompositeAlarms = [] } = await cloudwatch.describeAlarms({
        AlarmNames: [name],
        AlarmTypes: [...AlarmTypes],
      });
      return CompositeAlarms[0]?.AlarmDescription;
    },
    first: "first",
    changed: "changed",
    drift: ({ cloudwatch }, name) => cloudwatch.putCompositeAlarm({ AlarmName: name, AlarmRule: "FALSE" }),
  },
  {
    name: "Dashboard",
    async look({ cloudwatch }, DashboardName) {
      const { DashboardBody = "{}" } = await cloudwatch.getDashboard({ DashboardName });
      return JSON.parse(DashboardBody).widgets[0].width;
    },
    first: 3,
    changed: 6,
    drift: ({ cloudwatch }, DashboardName) =>
      cloudwatch.putDashboard({ DashboardName, DashboardBody: '{"widgets":[]}' }),
  },
  {
    name: "LogGroup",
    async look({ logs }, logGroupNamePrefix) {
      const { logGroups = [] } = await logs.describeLogGroups({ logGroupNamePrefix });
      return logGroups.find(({ logGroupName }) => logGroupName === logGroupNamePrefix)?.retentionInDays;
    },
    first: 14,
    changed: 30,
    drift: ({ logs }, logGroupName) => logs.deleteRetentionPolicy({ logGroupName }),
  },
  {
    name: "LogMetricFilter",
    async look({ logs }, id) {
      const { metricFilters = [] } = await logs.describeMetricFilters({ filterNamePrefix: id });
      return metricFilters[0]?.filterPattern;
    },
    first: "ERROR",
    changed: "FATAL",
    async drift({ logs }, filterName) {
      const { metricFilters = [] } = await logs.describeMetricFilters({ filterNamePrefix: filterName });
      await logs.deleteMetricFilter({ filterName, logGroupName: metricFilters[0]?.logGroupName });
    },
    isRemoved: true,
  },
  {
    name: "EventRule",
    async look({ events }, Name) {
      const { Description, State } = await events.describeRule({ Name });
      return [Description, State];
    },
    first: ["first", "ENABLED"],
    changed: ["changed", "ENABLED"],
    drift: ({ events }, Name) => events.disableRule({ Name }),
  },
  {
    name: "EventTarget",
    async look({ events }, id) {
      const { Targets = [] } = await events.listTargetsByRule({ Rule: ruleOf(id) });
      return Targets[0]?.RetryPolicy?.MaximumRetryAttempts;
    },
    first: 3,
    changed: 5,
    async drift({ events }, id) {
      const Rule = ruleOf(id);
      const { Targets = [] } = await events.listTargetsByRule({ Rule });
      await events.removeTargets({ Rule, Ids: Targets.flatMap(({ Id }) => Id ?? []) });
    },
    isRemoved: true,
  },
];

/** The id is the rule's name and the target's, which begins with its name in the program. */
function ruleOf(id: string): string {
  return id.slice(0, id.indexOf("-EventTarget-"));
}

export const TYPE_CASES: readonly TypeCase[] = [
  ...KMS_CASES,
  ...BUCKET_CASES,
  ...MESSAGE_CASES,
  ...WATCHING_CASES,
];
