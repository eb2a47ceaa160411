import type { FactKind } from "../audit-fact.ts";
import { UP } from "../aws/ask-aws.ts";

/** What is asked of a bucket; `what` stands before each id, such as `vault`. */
export function bucketKinds(what: string, whose: string) {
  const kind = (id: string, setting: string, call: string, fix = UP): FactKind => ({
    id: `${what}.${id}`,
    setting: `${setting} of ${whose}`,
    source: `S3 ${call}`,
    fix,
  });
  return {
    exists: kind(
      "exists",
      "existence",
      "HeadBucket",
      `${UP}, then bring its objects back from the other copy`,
    ),
    versioning: kind("versioning", "versioning", "GetBucketVersioning"),
    lockEnabled: kind(
      "object-lock.enabled",
      "object lock",
      "GetObjectLockConfiguration",
      "aws s3api put-object-lock-configuration --bucket {subject} --object-lock-configuration ObjectLockEnabled=Enabled, then: pulumi up --refresh --stack {stack}",
    ),
    lockMode: kind("object-lock.mode", "default lock's mode", "GetObjectLockConfiguration"),
    lockDays: kind("object-lock.days", "default lock's days", "GetObjectLockConfiguration"),
    rule: kind("lifecycle.rule", "lifecycle rule", "GetBucketLifecycleConfiguration"),
    otherRules: kind("lifecycle.others", "further lifecycle rules", "GetBucketLifecycleConfiguration"),
    algorithm: kind("encryption.algorithm", "encryption", "GetBucketEncryption"),
    key: kind("encryption.key", "encrypting key", "GetBucketEncryption"),
    bucketKey: kind("encryption.bucket-key", "bucket key", "GetBucketEncryption"),
    policy: kind("policy", "policy", "GetBucketPolicy"),
    publicAccess: kind("public-access", "block of public access", "GetPublicAccessBlock"),
    ownership: kind("ownership", "ownership of objects", "GetBucketOwnershipControls"),
    logging: kind("logging", "access log", "GetBucketLogging"),
  };
}
export type BucketKinds = ReturnType<typeof bucketKinds>;
