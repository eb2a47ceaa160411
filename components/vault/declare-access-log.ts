import * as s3 from "@pulumi/aws/s3/index.js";
import type * as pulumi from "@pulumi/pulumi";
import type { StackFacts } from "../stack-facts.ts";
import { logBucketPolicy } from "./bucket-policy.ts";
import { type DeclaredBucket, declareBucket } from "./declare-bucket.ts";
import { logBucketName } from "./log-bucket-name.ts";

/** As long as an audit looks back. */
const KEPT_DAYS = 400;

export interface AccessLogInput {
  /** The bucket whose log it is. */
  readonly source: s3.Bucket;
  readonly bucket: string;
  readonly region: string;
  /** ARNs that may delete a log. */
  readonly guardians: readonly pulumi.Input<string>[];
  readonly facts: StackFacts;
  readonly tags: Readonly<Record<string, string>>;
}

/** The bucket of a bucket's access log. S3 delivers logs to buckets with its own encryption alone. */
export function declareAccessLog(
  name: string,
  { source, bucket, region, guardians, facts, tags }: AccessLogInput,
  parent: pulumi.ComponentResource,
): DeclaredBucket {
  const declared = declareBucket(
    name,
    {
      ...{ bucket: logBucketName(bucket), region },
      // What tells it from the vault: policies judge a bucket of the vault without it as one of recovery points.
      tags: { ...tags, "holdfast:purpose": "access-log" },
      policy: (bucketArn) => logBucketPolicy(bucketArn, { sourceArn: source.arn, guardians, facts }),
    },
    parent,
  );
  new s3.BucketLifecycleConfiguration(
    `${name}-lifecycle`,
    {
      ...{ bucket: declared.bucket.bucket, region },
      rules: [
        {
          id: "expire",
          status: "Enabled",
          filter: { prefix: "" },
          expiration: { days: KEPT_DAYS },
          noncurrentVersionExpiration: { noncurrentDays: 1 },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
        },
      ],
    },
    {
      parent,
      protect: false,
      retainOnDelete: true,
      dependsOn: [declared.versioning, declared.settled],
    },
  );
  return declared;
}
