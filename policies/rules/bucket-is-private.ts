import { rule, unless } from "../support/rule.ts";

const SWITCHES = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html */
export const bucketIsPrivate = rule(
  "bucket-is-private",
  "Public access to a bucket is blocked in all four ways.",
  ["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"],
  ({ props }) => SWITCHES.flatMap((name) => unless([props[name] === true, `set \`${name}: true\``])),
);
