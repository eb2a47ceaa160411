import { asPolicy } from "../canonical.ts";
import { document } from "../document.ts";
import { bucketSetting } from "./bucket-setting.ts";

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucketpolicy/ */
export const bucketPolicy = bucketSetting({
  type: "aws:s3/bucketPolicy:BucketPolicy",
  inputs: { policy: document },
  canonical: { policy: asPolicy },
  absent: "NoSuchBucketPolicy",
  put: (s3, Bucket, { policy }) => s3.putBucketPolicy({ Bucket, Policy: policy }),
  async get(s3, Bucket) {
    const { Policy } = await s3.getBucketPolicy({ Bucket });
    return { policy: Policy };
  },
  remove: (s3, Bucket) => s3.deleteBucketPolicy({ Bucket }),
});
