import { z } from "zod";
import { bucketSetting } from "./bucket-setting.ts";

const rule = z.strictObject({
  applyServerSideEncryptionByDefault: z.strictObject({
    sseAlgorithm: z.enum(["AES256", "aws:kms", "aws:kms:dsse"]),
    kmsMasterKeyId: z.string().optional(),
  }),
  bucketKeyEnabled: z.boolean().optional(),
});

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucketserversideencryptionconfiguration/ */
export const bucketServerSideEncryptionConfiguration = bucketSetting({
  type: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  inputs: { rules: z.array(rule).length(1) },
  absent: "ServerSideEncryptionConfigurationNotFoundError",
  put: (s3, Bucket, { rules }) =>
    s3.putBucketEncryption({
      Bucket,
      ServerSideEncryptionConfiguration: {
        Rules: rules.map(({ applyServerSideEncryptionByDefault: byDefault, bucketKeyEnabled }) => ({
          ApplyServerSideEncryptionByDefault: {
            SSEAlgorithm: byDefault.sseAlgorithm,
            KMSMasterKeyID: byDefault.kmsMasterKeyId,
          },
          BucketKeyEnabled: bucketKeyEnabled,
        })),
      },
    }),
  async get(s3, Bucket) {
    const { ServerSideEncryptionConfiguration } = await s3.getBucketEncryption({ Bucket });
    const rules = (ServerSideEncryptionConfiguration?.Rules ?? []).map((found) => ({
      applyServerSideEncryptionByDefault: {
        sseAlgorithm: found.ApplyServerSideEncryptionByDefault?.SSEAlgorithm,
        kmsMasterKeyId: found.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID,
      },
      bucketKeyEnabled: found.BucketKeyEnabled ?? false,
    }));
    return { rules };
  },
  remove: (s3, Bucket) => s3.deleteBucketEncryption({ Bucket }),
});
