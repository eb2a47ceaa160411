import * as pulumi from "@pulumi/pulumi";
import type { PolicyStatement } from "./policy-document.ts";
import type { RoleScope } from "./role-scope.ts";

/** What tells how a bucket protects; none of it shows an object. */
const BUCKET_SETTINGS = [
  "s3:GetBucketLocation",
  "s3:GetBucketVersioning",
  "s3:GetBucketObjectLockConfiguration",
  "s3:GetEncryptionConfiguration",
  "s3:GetBucketPolicy",
  "s3:GetBucketPolicyStatus",
  "s3:GetBucketPublicAccessBlock",
  "s3:GetBucketOwnershipControls",
  "s3:GetBucketLogging",
  "s3:GetLifecycleConfiguration",
  "s3:GetReplicationConfiguration",
  "s3:GetBucketTagging",
  "s3:ListBucketMultipartUploads",
] as const;

const KEY_SETTINGS = [
  "kms:DescribeKey",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListResourceTags",
  "kms:ListGrants",
] as const;

/**
 * Compares what is declared with what is there: settings of buckets, keys, schedules, alarms and roles, names, locks
 * and tags of objects, manifests and evidence, and what policies of the account let anybody do. It reads no data and
 * opens nothing that a job has encrypted.
 */
export function auditorPolicy(scope: RoleScope): PolicyStatement[] {
  const { buckets, openingKeys, logBuckets } = scope;
  const { signingKeyArn } = scope.keys;
  const keys = [...openingKeys, ...(signingKeyArn === undefined ? [] : [signingKeyArn])];
  return [
    { ...scope.listing(["*"], { versions: true, buckets }) },
    { Sid: "SeeBuckets", Effect: "Allow", Action: BUCKET_SETTINGS, Resource: [...buckets, ...logBuckets] },
    { Sid: "SeeThatLogsAreKept", Effect: "Allow", Action: ["s3:ListBucket"], Resource: logBuckets },
    {
      Sid: "SeeLocksAndTags",
      Effect: "Allow",
      Action: [
        "s3:GetObjectRetention",
        "s3:GetObjectLegalHold",
        "s3:GetObjectTagging",
        "s3:GetObjectVersionTagging",
      ],
      Resource: scope.objects(["*"], buckets),
    },
    {
      Sid: "ReadManifestsAndEvidence",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Resource: [...scope.objects(["points/*/manifest.json"], buckets), ...scope.evidenceObjects(buckets)],
    },
    ...(keys.length === 0
      ? []
      : [{ Sid: "SeeKeys", Effect: "Allow" as const, Action: KEY_SETTINGS, Resource: keys }]),
    ...(signingKeyArn === undefined
      ? []
      : [
          {
            Sid: "CheckSignatures",
            Effect: "Allow" as const,
            Action: ["kms:GetPublicKey", "kms:Verify"],
            Resource: [signingKeyArn],
          },
        ]),
    {
      Sid: "SeeAlarms",
      Effect: "Allow",
      Action: [
        "cloudwatch:DescribeAlarms",
        "cloudwatch:GetMetricData",
        "scheduler:ListSchedules",
        "ecs:DescribeTaskDefinition",
        "iam:GetAccountAuthorizationDetails",
      ],
      // These know no resource.
      Resource: ["*"],
    },
    ...seeingTheEnvironment(scope),
    ...scope.throughS3({ buckets }),
  ];
}

/** What has the environment's name: rules, schedules, topics, roles. */
function seeingTheEnvironment({ environment, facts, replicaRegion }: RoleScope): PolicyStatement[] {
  const name = `holdfast-${environment}`;
  const own = (service: string, rest: string, region: string = facts.region) =>
    pulumi.interpolate`arn:${facts.partition}:${service}:${region}:${facts.accountId}:${rest}`;
  return [
    {
      Sid: "SeeSchedulesAndRules",
      Effect: "Allow",
      Action: [
        "scheduler:GetSchedule",
        "events:DescribeRule",
        "events:ListTargetsByRule",
        "states:DescribeStateMachine",
      ],
      Resource: [
        own("scheduler", `schedule/${name}/*`),
        own("events", `rule/${name}-*`),
        ...(replicaRegion === undefined ? [] : [own("events", `rule/${name}-replica`, replicaRegion)]),
        own("states", `stateMachine:${name}_*`),
      ],
    },
    {
      // Roles that start tasks name it; its ARN is known by its alias alone.
      Sid: "SeeOperationsKey",
      Effect: "Allow",
      Action: KEY_SETTINGS,
      Resource: [own("kms", "key/*")],
      Condition: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": [`alias/${name}-operations`] } },
    },
    {
      Sid: "SeeWhatAlarmsDid",
      Effect: "Allow",
      Action: ["cloudwatch:DescribeAlarmHistory"],
      Resource: [own("cloudwatch", `alarm:${name}-*`)],
    },
    {
      Sid: "SeeWhoHearsOfAlerts",
      Effect: "Allow",
      Action: ["sns:ListSubscriptionsByTopic"],
      // A plan may name topics of its own.
      Resource: [pulumi.interpolate`arn:${facts.partition}:sns:*:*:*`],
    },
    {
      Sid: "SeeTopics",
      Effect: "Allow",
      Action: ["sns:GetTopicAttributes"],
      Resource: [own("sns", `${name}-*`)],
    },
    {
      Sid: "SeeRoles",
      Effect: "Allow",
      Action: ["iam:GetRole", "iam:GetRolePolicy", "iam:ListRolePolicies", "iam:ListAttachedRolePolicies"],
      Resource: [own("iam", `role/${name}-*`, "")],
    },
  ];
}
