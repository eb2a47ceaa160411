import type { StackValidationPolicy } from "@pulumi/policy";
import { isAboutBucket, vaultBuckets } from "../support/vault-buckets.ts";

/** What a bucket of recovery points must have beside it. */
const NEEDED: Readonly<Record<string, string>> = {
  "aws:s3/bucketVersioning:BucketVersioning": "versioning",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": "a block of public access",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    "default encryption",
  "aws:s3/bucketPolicy:BucketPolicy": "a policy",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": "a lifecycle",
};

/** A vault without one of its settings passes every rule over that setting. */
export const vaultIsComplete: StackValidationPolicy = {
  name: "vault-is-complete",
  description:
    "A bucket of recovery points has versioning, a block of public access, encryption, a policy, a lifecycle.",
  enforcementLevel: "mandatory",
  validateStack: ({ resources }, report) => {
    for (const bucket of vaultBuckets(resources)) {
      const present = resources.filter((one) => isAboutBucket(one, bucket)).map(({ type }) => type);
      const missing = Object.keys(NEEDED).filter((type) => !present.includes(type));
      if (missing.length > 0)
        report(
          `the bucket "${bucket.name}" lacks ${missing.map((type) => NEEDED[type]).join(", ")}`,
          bucket.urn,
        );
    }
  },
};
