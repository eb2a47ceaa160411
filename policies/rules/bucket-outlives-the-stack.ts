import { rule, unless } from "../support/rule.ts";

/** Backups must survive a mistaken `pulumi destroy`. */
export const bucketOutlivesTheStack = rule(
  "bucket-outlives-the-stack",
  "A bucket with object lock is protected, and is never emptied to be deleted.",
  ["aws:s3/bucket:Bucket"],
  ({ props, opts }) =>
    props.objectLockEnabled === true
      ? unless(
          [opts.protect, "set `protect: true`: the bucket holds recovery points"],
          [props.forceDestroy !== true, "remove `forceDestroy`: it deletes recovery points with the bucket"],
        )
      : [],
);
