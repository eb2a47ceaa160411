import type { LifecycleRule, TransitionDefaultMinimumObjectSize } from "@aws-sdk/client-s3";
import { z } from "zod";
import { lowerKeys, upperKeys } from "../key-case.ts";
import { bucketSetting } from "./bucket-setting.ts";
import { fromFilter, toFilter } from "./rule-filter.ts";

const days = z.number().int().min(1);
const storageClass = z.enum([
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING",
  "GLACIER_IR",
  "GLACIER",
  "DEEP_ARCHIVE",
]);
const bytes = z.number().int().min(0).optional();
const sizes = { objectSizeGreaterThan: bytes, objectSizeLessThan: bytes };

const rule = z.strictObject({
  id: z.string().min(1).max(255),
  status: z.enum(["Enabled", "Disabled"]),
  filter: z
    .strictObject({
      ...sizes,
      prefix: z.string().optional(),
      tag: z.strictObject({ key: z.string(), value: z.string() }).optional(),
      and: z
        .strictObject({
          ...sizes,
          prefix: z.string().optional(),
          tags: z.record(z.string(), z.string()).optional(),
        })
        .optional(),
    })
    .optional(),
  abortIncompleteMultipartUpload: z.strictObject({ daysAfterInitiation: days }).optional(),
  expiration: z
    .strictObject({ days: days.optional(), expiredObjectDeleteMarker: z.boolean().optional() })
    .optional(),
  transitions: z.array(z.strictObject({ days: z.number().int().min(0), storageClass })).optional(),
  noncurrentVersionExpiration: z
    .strictObject({ noncurrentDays: days, newerNoncurrentVersions: days.optional() })
    .optional(),
  noncurrentVersionTransitions: z
    .array(z.strictObject({ noncurrentDays: days, newerNoncurrentVersions: days.optional(), storageClass }))
    .optional(),
});

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucketlifecycleconfiguration/ */
export const bucketLifecycleConfiguration = bucketSetting({
  type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  inputs: {
    rules: z.array(rule).min(1).max(1000),
    transitionDefaultMinimumObjectSize: z
      .enum(["all_storage_classes_128K", "varies_by_storage_class"])
      .optional(),
  },
  computed: ["transitionDefaultMinimumObjectSize"],
  absent: "NoSuchLifecycleConfiguration",
  put: (s3, Bucket, { rules, transitionDefaultMinimumObjectSize: smallest }) =>
    s3.putBucketLifecycleConfiguration({
      Bucket,
      LifecycleConfiguration: { Rules: rules.map(toRule) },
      TransitionDefaultMinimumObjectSize: smallest as TransitionDefaultMinimumObjectSize | undefined,
    }),
  async get(s3, Bucket) {
    const { Rules, TransitionDefaultMinimumObjectSize } = await s3.getBucketLifecycleConfiguration({
      Bucket,
    });
    return {
      rules: (Rules ?? []).map(fromRule),
      transitionDefaultMinimumObjectSize: TransitionDefaultMinimumObjectSize,
    };
  },
  remove: (s3, Bucket) => s3.deleteBucketLifecycle({ Bucket }),
});

function toRule({ id, filter = {}, ...rest }: z.infer<typeof rule>): LifecycleRule {
  return {
    ...upperKeys<Omit<LifecycleRule, "ID" | "Filter">>(rest),
    ID: id,
    Filter: toFilter(filter),
  } as LifecycleRule;
}

function fromRule({ ID, Filter, Prefix, ...rest }: LifecycleRule): object {
  return { id: ID, filter: fromFilter(Filter ?? { Prefix }), ...lowerKeys(rest) };
}
