import { checkBucketName } from "../key-rules.ts";
import { createBucket, findBucket, listBuckets, removeBucket } from "../rows/bucket-rows.ts";
import { type S3Operation, xmlAnswer } from "./s3-call.ts";
import { element, textElement, xmlDocument } from "./xml-text.ts";

/** What S3 does with buckets. @see https://supabase.com/docs/guides/storage/s3/compatibility */
export const bucketOperations = {
  async list({ context }) {
    const buckets = await listBuckets(context);
    const items = buckets.map(({ name, createdAt }) =>
      element("Bucket", textElement("Name", name), textElement("CreationDate", createdAt.toISOString())),
    );
    return xmlAnswer(xmlDocument("ListAllMyBucketsResult", element("Buckets", ...items)));
  },

  async head({ context, bucket }) {
    await findBucket(context, bucket);
    return { status: 200, headers: { "x-amz-bucket-region": context.region } };
  },

  async create({ context, bucket, headers }) {
    checkBucketName(bucket);
    await createBucket(context, bucket, headers["x-amz-acl"] === "public-read");
    return { status: 200, headers: { location: `/${encodeURIComponent(bucket)}` } };
  },

  async remove({ context, bucket }) {
    await removeBucket(context, bucket);
    return { status: 204 };
  },

  async location({ context, bucket }) {
    await findBucket(context, bucket);
    return xmlAnswer(xmlDocument("LocationConstraint", context.region));
  },

  /** Objects have no versions, whatever is asked. */
  async versioning({ context, bucket }) {
    await findBucket(context, bucket);
    const status = textElement("Status", "Suspended");
    return xmlAnswer(xmlDocument("VersioningConfiguration", status, textElement("MfaDelete", "Disabled")));
  },
} satisfies Record<string, S3Operation>;
