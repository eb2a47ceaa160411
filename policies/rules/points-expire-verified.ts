import type { StackValidationPolicy } from "@pulumi/policy";
import { LIFECYCLE, type LifecycleRule, prefixOf } from "../support/lifecycle-rule.ts";
import { isAboutBucket, vaultBuckets } from "../support/vault-buckets.ts";

/** What is replaced by design, so that its older versions may go: mirrored objects, and the state of the watch. */
const REPLACED = /^(?:[^/]+\/storage\/[^/]+\/|reports\/watch\/)/;

/** No recovery point expires before it was restored at least once. */
export const pointsExpireVerified: StackValidationPolicy = {
  name: "points-expire-verified",
  description:
    "Where recovery points are kept, a lifecycle rule that deletes asks for the tag verified=true, but for replaced versions of mirrors and of the watch's state.",
  enforcementLevel: "mandatory",
  validateStack: ({ resources }, report) => {
    const vaults = vaultBuckets(resources);
    const lifecycles = resources.filter(
      (one) => one.type === LIFECYCLE && vaults.some((bucket) => isAboutBucket(one, bucket)),
    );
    for (const { props, urn } of lifecycles)
      for (const { id } of ((props.rules ?? []) as LifecycleRule[]).filter(expiresUnverified))
        report(`add the tag verified=true to the filter of the lifecycle rule "${id ?? "without id"}"`, urn);
  },
};

function expiresUnverified(rule: LifecycleRule): boolean {
  const { expiration, noncurrentVersionExpiration, filter } = rule;
  const byTag = filter?.tag?.key === "verified" && filter.tag.value === "true";
  if (byTag || filter?.and?.tags?.verified === "true") return false;
  // A deletion makes a version noncurrent: such a rule ends what somebody deleted, restored once or not.
  const endsVersions = Boolean(noncurrentVersionExpiration?.noncurrentDays) && !REPLACED.test(prefixOf(rule));
  return endsVersions || Boolean(expiration?.days) || Boolean(expiration?.date);
}
