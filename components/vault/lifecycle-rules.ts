import type { types } from "@pulumi/aws";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { ProjectPlan } from "../../plan/protection-plan.ts";
import { retentionDays } from "../../plan/retention-days.ts";
import { TIERS } from "../../plan/tier.ts";
import { tierPrefix, WATCH_PREFIX } from "../../vault/layout.ts";
import { mirrorPrefix } from "../../vault/mirror/mirror-layout.ts";

type LifecycleRule = types.input.s3.BucketLifecycleConfigurationRule;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html */
const MOST_RULES = 1_000;
/** An upload of one chunk takes hours at most; what is older was left by a dead run. */
const UNFINISHED_UPLOAD_DAYS = 2;
/** What the lifecycle hid can be brought back for so long: also the newest point, when backups stopped unseen. */
const GRACE_DAYS = 14;
/** Smaller objects are billed as if they had this size in the cheaper classes, and cost a request to move. */
const SMALLEST_MOVED_BYTES = 128 * 1_024;
/** What Standard-IA asks for before and after the move; a drill reads points that are younger. */
const MOVE_AFTER_DAYS = 30;
const INFREQUENT_MINIMUM_DAYS = 30;
const INSTANT_MINIMUM_DAYS = 90;

/**
 * What the vault lets go by itself: of each tier, points that are older than their retention and tagged
 * `verified=true`, so that nothing expires that was not restored once; of each mirrored bucket, versions that were
 * replaced longer ago than the bucket's days; replaced states of the watch; unfinished uploads. Locks outrank all of it. Evidence, reports, and the
 * mirror's index and newest versions stay.
 *
 * @throws HoldfastError VAULT_TOO_MANY_RULES (exit 2) when S3's 1,000 rules do not suffice
 */
export function lifecycleRules(projects: readonly ProjectPlan[]): LifecycleRule[] {
  const rules = [
    tidyRule(),
    WATCH_STATE_RULE,
    ...projects.flatMap((project) => [...pointRules(project), ...mirrorRules(project)]),
  ];
  if (rules.length <= MOST_RULES) return rules;
  throw new HoldfastError({
    code: "VAULT_TOO_MANY_RULES",
    message: `The tiers and buckets of ${projects.length} projects need ${rules.length} lifecycle rules; S3 takes ${MOST_RULES} for a bucket.`,
    hint: "Split the plan into environments with a vault each.",
    exitCode: 2,
  });
}

/** The watch leaves a new version of its small state every five minutes, and reads the newest alone. */
const WATCH_STATE_RULE: LifecycleRule = {
  id: "watch-state",
  status: "Enabled",
  filter: { prefix: WATCH_PREFIX },
  noncurrentVersionExpiration: { noncurrentDays: 1 },
};

function tidyRule(): LifecycleRule {
  return {
    id: "tidy",
    status: "Enabled",
    filter: { prefix: "" },
    abortIncompleteMultipartUpload: { daysAfterInitiation: UNFINISHED_UPLOAD_DAYS },
    expiration: { expiredObjectDeleteMarker: true },
  };
}

function pointRules({ name, tiers }: ProjectPlan): LifecycleRule[] {
  return TIERS.flatMap((tier) => {
    const rule = tiers[tier];
    if (rule === undefined) return [];
    const prefix = tierPrefix(name, tier);
    const days = retentionDays(rule);
    const expire: LifecycleRule = {
      id: `${name}-${tier}-expire`,
      status: "Enabled",
      filter: { and: { prefix, tags: { verified: "true" } } },
      expiration: { days },
      noncurrentVersionExpiration: { noncurrentDays: GRACE_DAYS },
    };
    const storageClass = cheaperClass(days);
    if (storageClass === undefined) return [expire];
    const move: LifecycleRule = {
      id: `${name}-${tier}-move`,
      status: "Enabled",
      filter: { and: { prefix, objectSizeGreaterThan: SMALLEST_MOVED_BYTES } },
      transitions: [{ days: MOVE_AFTER_DAYS, storageClass }],
    };
    return [expire, move];
  });
}

/**
 * The class that is cheaper for what is left of a point's life; both answer in milliseconds, so objectives hold.
 * Undefined where the minimum days of a class would be paid for nothing. Mirrors are never moved: drills read all of
 * them, and reading costs more than a month of either class saves.
 * @see https://aws.amazon.com/s3/pricing/
 */
function cheaperClass(days: number): "GLACIER_IR" | "STANDARD_IA" | undefined {
  if (days >= MOVE_AFTER_DAYS + INSTANT_MINIMUM_DAYS) return "GLACIER_IR";
  return days >= MOVE_AFTER_DAYS + INFREQUENT_MINIMUM_DAYS ? "STANDARD_IA" : undefined;
}

function mirrorRules({ name, storage }: ProjectPlan): LifecycleRule[] {
  return storage.map(({ bucket, retain }, index) => ({
    // Names of buckets may hold what an id may not.
    id: `${name}-storage-${index}-replaced`,
    status: "Enabled",
    filter: { prefix: mirrorPrefix(name, bucket) },
    noncurrentVersionExpiration: { noncurrentDays: retain.days },
  }));
}
