import type { ReplicationRule } from "@aws-sdk/client-s3";
import { z } from "zod";
import { lowerKeys, upperKeys } from "../key-case.ts";
import { bucketSetting } from "./bucket-setting.ts";
import { fromFilter, toFilter } from "./rule-filter.ts";

const status = z.enum(["Enabled", "Disabled"]);
const minutes = z.strictObject({ minutes: z.literal(15) });

const rule = z.strictObject({
  /** AWS makes one up where it is left out; here it is to be given, so that rules can be told apart. */
  id: z.string().min(1).max(255),
  status,
  priority: z.number().int().min(0).optional(),
  filter: z
    .strictObject({
      prefix: z.string().optional(),
      tag: z.strictObject({ key: z.string(), value: z.string() }).optional(),
      and: z
        .strictObject({ prefix: z.string().optional(), tags: z.record(z.string(), z.string()).optional() })
        .optional(),
    })
    .optional(),
  deleteMarkerReplication: z.strictObject({ status }).optional(),
  existingObjectReplication: z.strictObject({ status }).optional(),
  sourceSelectionCriteria: z
    .strictObject({
      sseKmsEncryptedObjects: z.strictObject({ status }).optional(),
      replicaModifications: z.strictObject({ status }).optional(),
    })
    .optional(),
  destination: z.strictObject({
    bucket: z.string(),
    account: z.string().optional(),
    storageClass: z.string().optional(),
    accessControlTranslation: z.strictObject({ owner: z.literal("Destination") }).optional(),
    encryptionConfiguration: z.strictObject({ replicaKmsKeyId: z.string() }).optional(),
    metrics: z.strictObject({ status, eventThreshold: minutes.optional() }).optional(),
    replicationTime: z.strictObject({ status, time: minutes }).optional(),
  }),
});

/** @see https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucketreplicationconfig/ */
export const bucketReplicationConfig = bucketSetting({
  type: "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
  inputs: { role: z.string(), rules: z.array(rule).min(1).max(1000) },
  absent: "ReplicationConfigurationNotFoundError",
  put: (s3, Bucket, { role, rules }) =>
    s3.putBucketReplication({ Bucket, ReplicationConfiguration: { Role: role, Rules: rules.map(toRule) } }),
  async get(s3, Bucket) {
    const { ReplicationConfiguration: found } = await s3.getBucketReplication({ Bucket });
    return found && { role: found.Role, rules: (found.Rules ?? []).map(fromRule) };
  },
  remove: (s3, Bucket) => s3.deleteBucketReplication({ Bucket }),
});

function toRule({ id, filter, destination, ...rest }: z.infer<typeof rule>): ReplicationRule {
  const { encryptionConfiguration, ...others } = destination;
  const key = encryptionConfiguration?.replicaKmsKeyId;
  return {
    ...upperKeys<Pick<ReplicationRule, "Status">>(rest),
    ID: id,
    Destination: {
      ...upperKeys<{ Bucket: string }>(others),
      ...(key === undefined ? {} : { EncryptionConfiguration: { ReplicaKmsKeyID: key } }),
    },
    ...(filter ? { Filter: toFilter(filter) } : {}),
  };
}

function fromRule({ ID, Filter, Destination, ...rest }: ReplicationRule): object {
  const { EncryptionConfiguration: encryption, ...others } = Destination ?? { Bucket: undefined };
  const key = encryption?.ReplicaKmsKeyID;
  return {
    ...lowerKeys(rest),
    id: ID,
    destination: {
      ...lowerKeys(others),
      ...(key === undefined ? {} : { encryptionConfiguration: { replicaKmsKeyId: key } }),
    },
    ...(Filter ? { filter: fromFilter(Filter) } : {}),
  };
}
