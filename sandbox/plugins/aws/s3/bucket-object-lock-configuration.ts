import { z } from "zod";
import { lowerKeys, upperKeys } from "../key-case.ts";
import { bucketSetting } from "./bucket-setting.ts";

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucketobjectlockconfiguration/ */
export const bucketObjectLockConfiguration = bucketSetting({
  type: "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
  inputs: {
    objectLockEnabled: z.literal("Enabled").default("Enabled"),
    rule: z
      .strictObject({
        defaultRetention: z.strictObject({
          mode: z.enum(["COMPLIANCE", "GOVERNANCE"]),
          days: z.number().int().min(1).optional(),
          years: z.number().int().min(1).optional(),
        }),
      })
      .optional(),
  },
  absent: "ObjectLockConfigurationNotFoundError",
  put: (s3, Bucket, { objectLockEnabled, rule }) =>
    s3.putObjectLockConfiguration({
      Bucket,
      ObjectLockConfiguration: upperKeys({ objectLockEnabled, ...(rule ? { rule } : {}) }),
    }),
  async get(s3, Bucket) {
    const { ObjectLockConfiguration } = await s3.getObjectLockConfiguration({ Bucket });
    return ObjectLockConfiguration && lowerKeys(ObjectLockConfiguration);
  },
  // Object lock itself stays for as long as the bucket does.
  remove: (s3, Bucket) =>
    s3.putObjectLockConfiguration({ Bucket, ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" } }),
});
