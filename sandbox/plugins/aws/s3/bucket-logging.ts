import { z } from "zod";
import { bucketSetting } from "./bucket-setting.ts";

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucketlogging/ */
export const bucketLogging = bucketSetting({
  type: "aws:s3/bucketLogging:BucketLogging",
  inputs: { targetBucket: z.string(), targetPrefix: z.string() },
  put: (s3, Bucket, { targetBucket, targetPrefix }) =>
    s3.putBucketLogging({
      Bucket,
      BucketLoggingStatus: { LoggingEnabled: { TargetBucket: targetBucket, TargetPrefix: targetPrefix } },
    }),
  async get(s3, Bucket) {
    const { LoggingEnabled: found } = await s3.getBucketLogging({ Bucket });
    return found && { targetBucket: found.TargetBucket, targetPrefix: found.TargetPrefix };
  },
  remove: (s3, Bucket) => s3.putBucketLogging({ Bucket, BucketLoggingStatus: {} }),
});
