import { z } from "zod";
import { ignoring } from "../ignoring.ts";
import { bucketSetting } from "./bucket-setting.ts";

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucketversioning/ */
export const bucketVersioning = bucketSetting({
  type: "aws:s3/bucketVersioning:BucketVersioning",
  inputs: { versioningConfiguration: z.strictObject({ status: z.enum(["Enabled", "Suspended"]) }) },
  put: (s3, Bucket, { versioningConfiguration: { status: Status } }) =>
    s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status } }),
  async get(s3, Bucket) {
    const { Status } = await s3.getBucketVersioning({ Bucket });
    return Status && { versioningConfiguration: { status: Status } };
  },
  // A bucket never becomes unversioned again, and one with object lock keeps its versioning.
  remove: (s3, Bucket) =>
    ignoring(
      ["InvalidBucketState"],
      s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Suspended" } }),
    ),
});
