import * as pulumi from "@pulumi/pulumi";
import type { PolicyStatement } from "./policy-document.ts";
import type { RoleScope } from "./role-scope.ts";

/**
 * For the day on which nothing else helps: whoever assumes it, with a second factor and for an hour, may end locks of
 * mode governance, delete, and manage the keys. Its use raises a critical alarm.
 */
export function breakGlassPolicy(scope: RoleScope): PolicyStatement[] {
  const { buckets, openingKeys } = scope;
  const { signingKeyArn } = scope.keys;
  const keys = [...openingKeys, ...(signingKeyArn === undefined ? [] : [signingKeyArn])];
  const objects = buckets.map((bucket) => pulumi.interpolate`${bucket}/*`);
  return [
    {
      Sid: "SeeAndSetBuckets",
      Effect: "Allow",
      Action: [
        "s3:ListBucket",
        "s3:ListBucketVersions",
        "s3:GetBucketPolicy",
        "s3:PutBucketPolicy",
        "s3:DeleteBucketPolicy",
        "s3:GetLifecycleConfiguration",
        "s3:PutLifecycleConfiguration",
        "s3:GetBucketObjectLockConfiguration",
        "s3:PutBucketObjectLockConfiguration",
      ],
      Resource: buckets,
    },
    {
      Sid: "UnlockAndDelete",
      Effect: "Allow",
      Action: [
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:GetObjectRetention",
        "s3:PutObjectRetention",
        "s3:PutObjectLegalHold",
        "s3:BypassGovernanceRetention",
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
      ],
      Resource: objects,
    },
    ...(keys.length === 0
      ? []
      : [
          {
            Sid: "ManageKeys",
            Effect: "Allow" as const,
            Action: [
              "kms:DescribeKey",
              "kms:GetKeyPolicy",
              "kms:PutKeyPolicy",
              "kms:EnableKey",
              "kms:DisableKey",
              "kms:EnableKeyRotation",
              "kms:DisableKeyRotation",
              "kms:ScheduleKeyDeletion",
              "kms:CancelKeyDeletion",
            ],
            Resource: keys,
          },
        ]),
    ...scope.decrypting(),
    ...scope.throughS3({ buckets }),
  ];
}
