import { rule, unless } from "../support/rule.ts";

/** A lock that ends at once is none. How long each object is locked, its job says: as long as the plan keeps it. */
export const objectLockStaysOn = rule(
  "object-lock-stays-on",
  "Object lock of a bucket stays enabled; where it has a default, that is a mode with at least one day.",
  ["aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"],
  ({ props }) => {
    const byDefault = props.rule?.defaultRetention;
    return [
      ...unless([
        (props.objectLockEnabled ?? "Enabled") === "Enabled",
        'set `objectLockEnabled` to "Enabled"',
      ]),
      ...(byDefault
        ? unless(
            [/^(?:COMPLIANCE|GOVERNANCE)$/.test(byDefault.mode), "set `mode` to COMPLIANCE or GOVERNANCE"],
            [(byDefault.days ?? 0) >= 1 || (byDefault.years ?? 0) >= 1, "set `days` to 1 or more"],
          )
        : []),
    ];
  },
);
