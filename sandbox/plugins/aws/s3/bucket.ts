import type { S3 } from "@aws-sdk/client-s3";
import { z } from "zod";
import { awsResource } from "../aws-resource.ts";
import { ignoring } from "../ignoring.ts";
import { tagList, tagsOf } from "../tag-list.ts";

const NONE = ["NotFound", "NoSuchBucket"];

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucket/ */
export const bucket = awsResource({
  type: "aws:s3/bucket:Bucket",
  inputs: {
    bucket: z.string().optional(),
    forceDestroy: z.boolean().default(false),
    objectLockEnabled: z.boolean().optional(),
  },
  replaces: ["bucket", "objectLockEnabled"],
  computed: ["objectLockEnabled"],
  unread: ["forceDestroy"],
  unique: ["bucket"],
  autoName: { longest: 63, lowerCase: true },
  tagged: true,
  absent: NONE,

  async create({ aws, inputs, tags, exists }) {
    const { bucket: Bucket = "", objectLockEnabled = false } = inputs;
    const s3 = await aws.client("s3");
    // In us-east-1 S3 "makes" a bucket that the account has already: that would be taken over unasked.
    if (await ignoring(NONE, s3.headBucket({ Bucket })))
      throw new Error(`BucketAlreadyExists: ${Bucket} exists already`);
    const LocationConstraint = aws.region as "eu-west-1";
    const made = s3.createBucket({
      Bucket,
      ObjectLockEnabledForBucket: objectLockEnabled,
      ...(aws.region === "us-east-1" ? {} : { CreateBucketConfiguration: { LocationConstraint } }),
    });
    // There was none a moment ago: an answer was lost, and the call sent again.
    await ignoring(["BucketAlreadyOwnedByYou"], made);
    exists(Bucket);
    if (Object.keys(tags).length > 0)
      await s3.putBucketTagging({ Bucket, Tagging: { TagSet: tagList(tags) } });
    return Bucket;
  },

  async read({ aws, id: Bucket }) {
    const s3 = await aws.client("s3");
    await s3.headBucket({ Bucket });
    const [lock, tagging] = await Promise.all([
      ignoring(["ObjectLockConfigurationNotFoundError"], s3.getObjectLockConfiguration({ Bucket })),
      ignoring(["NoSuchTagSet"], s3.getBucketTagging({ Bucket })),
    ]);
    const suffix = aws.partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
    return {
      bucket: Bucket,
      arn: `arn:${aws.partition}:s3:::${Bucket}`,
      bucketDomainName: `${Bucket}.s3.${suffix}`,
      bucketRegionalDomainName: `${Bucket}.s3.${aws.region}.${suffix}`,
      bucketRegion: aws.region,
      objectLockEnabled: lock?.ObjectLockConfiguration?.ObjectLockEnabled === "Enabled",
      tagsAll: tagsOf(tagging?.TagSet),
    };
  },

  async update({ aws, id: Bucket, tags, changed }) {
    if (!changed("tags")) return;
    const s3 = await aws.client("s3");
    if (Object.keys(tags).length === 0) await s3.deleteBucketTagging({ Bucket });
    else await s3.putBucketTagging({ Bucket, Tagging: { TagSet: tagList(tags) } });
  },

  async delete({ aws, id: Bucket, inputs }) {
    const s3 = await aws.client("s3");
    if (inputs.forceDestroy) await emptyBucket(s3, Bucket);
    await s3.deleteBucket({ Bucket });
  },
});

/** Removes every version of every object, also under a lock of the governance mode. */
async function emptyBucket(s3: S3, Bucket: string): Promise<void> {
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.listObjectVersions({ Bucket });
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) return;
    const { Errors = [] } = await s3.deleteObjects({
      Bucket,
      Delete: { Objects },
      BypassGovernanceRetention: true,
    });
    const [error] = Errors;
    if (error) throw new Error(`${error.Code}: ${error.Key}: ${error.Message}`);
  }
}
