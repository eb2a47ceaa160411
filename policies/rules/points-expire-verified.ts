import type { StackValidationPolicy } from "@pulumi/policy";
import { isAboutBucket, lockedBuckets } from "../support/locked-buckets.ts";

const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";

interface LifecycleRule {
  readonly id?: string;
  readonly expiration?: { readonly days?: number; readonly date?: string };
  readonly filter?: {
    readonly tag?: { readonly key: string; readonly value: string };
    readonly and?: { readonly tags?: Readonly<Record<string, string>> };
  };
}

/** No recovery point expires before it was restored at least once. */
export const pointsExpireVerified: StackValidationPolicy = {
  name: "points-expire-verified",
  description:
    "Where recovery points are kept, a lifecycle rule that deletes current objects asks for the tag verified=true.",
  enforcementLevel: "mandatory",
  validateStack: ({ resources }, report) => {
    const vaults = lockedBuckets(resources);
    const lifecycles = resources.filter(
      (one) => one.type === LIFECYCLE && vaults.some((bucket) => isAboutBucket(one, bucket)),
    );
    for (const { props, urn } of lifecycles)
      for (const { id } of ((props.rules ?? []) as LifecycleRule[]).filter(expiresUnverified))
        report(`add the tag verified=true to the filter of the lifecycle rule "${id ?? "without id"}"`, urn);
  },
};

function expiresUnverified({ expiration, filter }: LifecycleRule): boolean {
  if (expiration?.days === undefined && expiration?.date === undefined) return false;
  const byTag = filter?.tag?.key === "verified" && filter.tag.value === "true";
  return !byTag && filter?.and?.tags?.verified !== "true";
}
