import { rule } from "../support/rule.ts";

/** SSE-KMS beneath the encryption of the jobs: whoever copies the bucket needs the key too. */
export const bucketIsEncrypted = rule(
  "bucket-is-encrypted",
  "Default encryption of a bucket is SSE-KMS with a bucket key, or SSE-S3 where a service writes access logs.",
  ["aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"],
  ({ props }) => {
    const rules: unknown[] = props.rules ?? [];
    if (rules.length === 0) return ["add a rule with `sseAlgorithm: aws:kms`"];
    return rules.flatMap((each) => {
      const { applyServerSideEncryptionByDefault: by, bucketKeyEnabled } = each as {
        readonly applyServerSideEncryptionByDefault?: { readonly sseAlgorithm?: string };
        readonly bucketKeyEnabled?: boolean;
      };
      if (by?.sseAlgorithm === "AES256") return [];
      if (by?.sseAlgorithm !== "aws:kms") return ["set `sseAlgorithm` to aws:kms"];
      return bucketKeyEnabled === true
        ? []
        : ["set `bucketKeyEnabled: true`: without it every object costs a call of the key"];
    });
  },
);
