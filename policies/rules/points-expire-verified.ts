import { rule } from "../support/rule.ts";

interface LifecycleRule {
  readonly id?: string;
  readonly expiration?: { readonly days?: number; readonly date?: string };
  readonly filter?: {
    readonly tag?: { readonly key: string; readonly value: string };
    readonly and?: { readonly tags?: Readonly<Record<string, string>> };
  };
}

/** No recovery point expires before it was restored at least once. */
export const pointsExpireVerified = rule(
  "points-expire-verified",
  "A lifecycle rule that deletes current objects asks for the tag verified=true.",
  ["aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"],
  ({ props }) =>
    ((props.rules ?? []) as LifecycleRule[])
      .filter(({ expiration }) => expiration?.days !== undefined || expiration?.date !== undefined)
      .filter((each) => !asksForVerified(each))
      .map(
        ({ id }) => `add the tag verified=true to the filter of the lifecycle rule "${id ?? "without id"}"`,
      ),
);

const asksForVerified = ({ filter }: LifecycleRule): boolean =>
  filter?.and?.tags?.verified === "true" || (filter?.tag?.key === "verified" && filter.tag.value === "true");
