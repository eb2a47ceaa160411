import type { types } from "@pulumi/aws";
import * as s3 from "@pulumi/aws/s3/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { type PolicyStatement, policyDocument } from "../iam/policy-document.ts";

export interface BucketInput {
  /** The bucket's own name, as the plan says it. */
  readonly bucket: string;
  readonly region: string;
  /** @default false: what S3 itself writes, it cannot lock */
  readonly lockable?: boolean;
  /** SSE-KMS with this key; S3's own encryption when absent. */
  readonly keyArn?: pulumi.Input<string> | undefined;
  readonly policy: (bucketArn: pulumi.Output<string>) => readonly PolicyStatement[];
  readonly tags: Readonly<Record<string, string>>;
}

export interface DeclaredBucket {
  readonly bucket: s3.Bucket;
  readonly versioning: s3.BucketVersioning;
  /** What later settings of the bucket wait for: S3 refuses two changes of one bucket at once. */
  readonly settled: pulumi.Resource;
}

/**
 * A bucket that is private, versioned, encrypted, owned by its account alone, and stays when the stack goes.
 */
export function declareBucket(
  name: string,
  input: BucketInput,
  parent: pulumi.ComponentResource,
): DeclaredBucket {
  const { region, lockable = false, keyArn, tags } = input;
  const kept = { parent, protect: true, retainOnDelete: true };
  const bucket = new s3.Bucket(
    name,
    // Lock can be switched on for new buckets at once, and never off.
    { bucket: input.bucket, region, objectLockEnabled: lockable, forceDestroy: false, tags },
    kept,
  );
  const of = { bucket: bucket.bucket, region };
  const own = { parent, protect: false, retainOnDelete: true };
  const versioning = new s3.BucketVersioning(
    `${name}-versioning`,
    { ...of, versioningConfiguration: { status: "Enabled" } },
    own,
  );
  new s3.BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    { ...of, rules: [encryptionRule(keyArn)] },
    own,
  );
  const settled = new s3.BucketPolicy(
    `${name}-policy`,
    { ...of, policy: policyDocument(input.policy(bucket.arn)) },
    { ...own, dependsOn: [closeBucket(name, of, own)] },
  );
  return { bucket, versioning, settled };
}

function encryptionRule(
  keyArn: pulumi.Input<string> | undefined,
): types.input.s3.BucketServerSideEncryptionConfigurationRule {
  if (keyArn === undefined) return { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } };
  return {
    applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn },
    // One call of the key for many objects, in place of one for each.
    bucketKeyEnabled: true,
  };
}

/** To the public, and to other owners of objects. The last of it, which S3 must have taken before the next change. */
function closeBucket(
  name: string,
  of: { readonly bucket: pulumi.Input<string>; readonly region: string },
  own: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const blocked = new s3.BucketPublicAccessBlock(
    `${name}-public-access`,
    {
      ...of,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    own,
  );
  return new s3.BucketOwnershipControls(
    `${name}-ownership`,
    { ...of, rule: { objectOwnership: "BucketOwnerEnforced" } },
    { ...own, dependsOn: [blocked] },
  );
}
