import { BUCKET, isVault } from "../support/is-vault.ts";
import { type JudgedResource, rule, unless } from "../support/rule.ts";

/** A lock that ends at once is none. How long each object is locked, its job says: as long as the plan keeps it. */
export const objectLockStaysOn = rule(
  "object-lock-stays-on",
  "A bucket of recovery points has object lock, which stays enabled; where it has a default, that is a mode with at least one day.",
  [BUCKET, "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"],
  (resource) => (resource.type === BUCKET ? bucketProblems(resource) : configurationProblems(resource)),
);

/** Also where the plan's lock mode is `none`: such a vault has no default lock, and can be locked all the same. */
function bucketProblems(bucket: JudgedResource): string[] {
  return unless([
    !isVault(bucket) || bucket.props.objectLockEnabled === true,
    "set `objectLockEnabled: true`: the bucket holds recovery points, which nothing could lock",
  ]);
}

function configurationProblems({ props }: JudgedResource): string[] {
  const byDefault = props.rule?.defaultRetention;
  return [
    ...unless([(props.objectLockEnabled ?? "Enabled") === "Enabled", 'set `objectLockEnabled` to "Enabled"']),
    ...(byDefault
      ? unless(
          [/^(?:COMPLIANCE|GOVERNANCE)$/.test(byDefault.mode), "set `mode` to COMPLIANCE or GOVERNANCE"],
          [(byDefault.days ?? 0) >= 1 || (byDefault.years ?? 0) >= 1, "set `days` to 1 or more"],
        )
      : []),
  ];
}
