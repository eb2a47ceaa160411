/** Calls that weaken the vault or its keys, as CloudTrail names them; by the service that they go to. */
const TAMPERING = {
  kms: [
    "DisableKey",
    "ScheduleKeyDeletion",
    "DisableKeyRotation",
    "PutKeyPolicy",
    "CreateGrant",
    "DeleteAlias",
    "UpdateAlias",
  ],
  s3: [
    "DeleteBucket",
    "DeleteBucketEncryption",
    "DeleteBucketLifecycle",
    "DeleteBucketPolicy",
    "DeleteBucketPublicAccessBlock",
    "DeleteBucketReplication",
    "PutBucketAcl",
    "PutBucketEncryption",
    "PutBucketLifecycle",
    "PutBucketLogging",
    "PutBucketObjectLockConfiguration",
    "PutBucketPolicy",
    "PutBucketPublicAccessBlock",
    "PutBucketReplication",
    "PutBucketVersioning",
  ],
  sts: ["AssumeRole"],
} as const;

export type TamperedService = keyof typeof TAMPERING;

/** Those of one service, as the detail of an event: of certain keys, buckets or roles. */
export function tamperingCall(service: TamperedService, of: object): object {
  return { eventSource: [`${service}.amazonaws.com`], eventName: TAMPERING[service], ...of };
}
