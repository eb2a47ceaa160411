import type { StackValidationPolicy } from "@pulumi/policy";
import { LIFECYCLE, type LifecycleRule, prefixOf } from "../support/lifecycle-rule.ts";
import { type Statement, statementsOf } from "../support/statements.ts";
import { isAboutBucket, type Judged, vaultBuckets } from "../support/vault-buckets.ts";

const LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const LONGEST_LOCK = "s3:object-lock-remaining-retention-days";
/** S3 counts begun days, so that a role is allowed one more than it locks for: with this one it locks nothing. */
const BEGUN_DAYS = 1;

/** Who may lock objects, which, and for how many days at most. */
interface Locker {
  readonly urn: string;
  /** Of objects, as IAM writes them. */
  readonly resources: readonly string[];
  readonly mostDays: number;
}

/**
 * Each point is locked by the job that writes it, for its tier's retention. What a stack shows of that: the days after
 * which the lifecycle lets points go, and the days that roles may lock for. A plan of lock mode `none` gives roles no
 * days and buckets no default lock; then nothing is promised.
 */
export const lockCoversRetention: StackValidationPolicy = {
  name: "lock-covers-retention",
  description:
    "Where points are locked, each bucket of them has a default lock, and who locks them may do so for as long as the lifecycle keeps them.",
  enforcementLevel: "mandatory",
  validateStack: ({ resources }, report) => {
    const vaults = vaultBuckets(resources);
    const withoutLock = vaults.filter((bucket) => !hasDefaultLock(bucket, resources));
    const lockers = resources.flatMap(lockersOf);
    const ofPoints = vaults.flatMap((bucket) => promisesOf(bucket, resources)).map(({ object }) => object);
    const isLocked =
      withoutLock.length < vaults.length ||
      lockers.some((one) => one.mostDays > BEGUN_DAYS && ofPoints.some((object) => reaches(one, object)));
    if (!isLocked) return;
    for (const { name, urn } of withoutLock)
      report(`give the bucket "${name}" a default lock, as its points are to be locked`, urn);
    for (const bucket of vaults)
      for (const { id, object, days } of promisesOf(bucket, resources))
        for (const { urn, mostDays } of lockers.filter((one) => reaches(one, object)))
          if (mostDays < days + BEGUN_DAYS)
            report(
              `raise ${LONGEST_LOCK} to ${days + BEGUN_DAYS}: so long keeps the lifecycle rule "${id}"`,
              urn,
            );
  },
};

function hasDefaultLock(bucket: Judged, resources: readonly Judged[]): boolean {
  return resources.some(
    (one) => one.type === LOCK && isAboutBucket(one, bucket) && Boolean(one.props.rule?.defaultRetention),
  );
}

/** The lifecycle's rules that delete current objects, each with the ARN of one that it is about. */
function promisesOf(bucket: Judged, resources: readonly Judged[]) {
  return resources
    .filter((one) => one.type === LIFECYCLE && isAboutBucket(one, bucket))
    .flatMap(({ props }) => (props.rules ?? []) as LifecycleRule[])
    .flatMap((rule) => {
      const days = rule.expiration?.days;
      if (!days) return [];
      const object = `arn:aws:s3:::${bucket.props.bucket}/${prefixOf(rule)}x`;
      return [{ id: rule.id ?? "without id", object, days }];
    });
}

/** Who may lock without a bound locks as long as it likes, such as break-glass. */
function lockersOf({ type, props, urn }: Judged): Locker[] {
  if (type !== ROLE_POLICY) return [];
  return statementsOf(props.policy)
    .filter(({ effect, actions }) => effect === "Allow" && actions.includes("s3:PutObjectRetention"))
    .flatMap((statement) => mostDaysOf(statement).map((mostDays) => ({ urn, mostDays, ...statement })));
}

function mostDaysOf({ condition }: Statement): number[] {
  return Object.entries(condition)
    .filter(([operator]) => operator.startsWith("NumericLessThanEquals"))
    .flatMap(([, keys]) => (keys[LONGEST_LOCK] === undefined ? [] : [Number(keys[LONGEST_LOCK])]));
}

function reaches({ resources }: Locker, object: string): boolean {
  return resources.some((pattern) => toExpression(pattern).test(object));
}

/** IAM's wildcards; ARNs of every partition are read as those of the first. */
function toExpression(pattern: string): RegExp {
  const inFirst = pattern.replace(/^arn:aws[a-z-]*:/, "arn:aws:");
  const escaped = inFirst.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`);
}
