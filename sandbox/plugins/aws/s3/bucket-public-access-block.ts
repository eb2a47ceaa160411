import { z } from "zod";
import { lowerKeys, upperKeys } from "../key-case.ts";
import { bucketSetting } from "./bucket-setting.ts";

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucketpublicaccessblock/ */
export const bucketPublicAccessBlock = bucketSetting({
  type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  inputs: {
    blockPublicAcls: z.boolean().default(false),
    blockPublicPolicy: z.boolean().default(false),
    ignorePublicAcls: z.boolean().default(false),
    restrictPublicBuckets: z.boolean().default(false),
  },
  absent: "NoSuchPublicAccessBlockConfiguration",
  put(s3, Bucket, { blockPublicAcls, blockPublicPolicy, ignorePublicAcls, restrictPublicBuckets }) {
    const block = { blockPublicAcls, blockPublicPolicy, ignorePublicAcls, restrictPublicBuckets };
    return s3.putPublicAccessBlock({ Bucket, PublicAccessBlockConfiguration: upperKeys(block) });
  },
  async get(s3, Bucket) {
    const { PublicAccessBlockConfiguration } = await s3.getPublicAccessBlock({ Bucket });
    return PublicAccessBlockConfiguration && lowerKeys(PublicAccessBlockConfiguration);
  },
  remove: (s3, Bucket) => s3.deletePublicAccessBlock({ Bucket }),
});
