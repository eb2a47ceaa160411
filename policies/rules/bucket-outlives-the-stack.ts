import { BUCKET, isVault } from "../support/is-vault.ts";
import { rule, unless } from "../support/rule.ts";

/** Backups must survive a mistaken `pulumi destroy`. */
export const bucketOutlivesTheStack = rule(
  "bucket-outlives-the-stack",
  "A bucket of recovery points is protected, and is never emptied to be deleted.",
  [BUCKET],
  (bucket) =>
    isVault(bucket)
      ? unless(
          [bucket.opts.protect, "set `protect: true`: the bucket holds recovery points"],
          [
            bucket.props.forceDestroy !== true,
            "remove `forceDestroy`: it deletes recovery points with the bucket",
          ],
        )
      : [],
);
