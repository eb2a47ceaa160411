import { ASSUMED } from "./forecast-assumptions.ts";
import type { ProjectPlan } from "./protection-plan.ts";
import { firingsPerMonth } from "./schedule.ts";
import type { StorageBucket } from "./schema/storage.ts";

const DAYS_PER_MONTH = 30.4375;

/** What mirroring buckets moves, keeps and asks for. */
export interface StorageVolumes {
  /** Leaves the project's storage once, by the first copy, in bytes. */
  readonly firstBytes: number;
  /** Is written once, by the first copy: one request each. */
  readonly firstObjects: number;
  /** Leaves the project's storage in a month, in bytes. */
  readonly changedBytes: number;
  /** Lies in the vault when retention has run for long enough, in bytes. */
  readonly keptBytes: number;
  /** Objects put, lists, and what each sync writes beside them, in a month. */
  readonly writeRequests: number;
  /** Objects that the nightly sample reads back, in a month. */
  readonly readRequests: number;
  /** Calls of KMS in a month: small objects share data keys. */
  readonly kmsRequests: number;
}

/** All buckets of a project together. */
export function storageVolumes({ storage }: Pick<ProjectPlan, "storage">): StorageVolumes {
  const all = storage.map(bucketVolumes);
  const total = (of: (one: StorageVolumes) => number) => all.map(of).reduce((a, b) => a + b, 0);
  return {
    firstBytes: total((one) => one.firstBytes),
    firstObjects: total((one) => one.firstObjects),
    changedBytes: total((one) => one.changedBytes),
    keptBytes: total((one) => one.keptBytes),
    writeRequests: total((one) => one.writeRequests),
    readRequests: total((one) => one.readRequests),
    kmsRequests: total((one) => one.kmsRequests),
  };
}

function bucketVolumes(bucket: StorageBucket): StorageVolumes {
  const { size = ASSUMED.storageBucketBytes, retain, schedule, reconcile, shards } = bucket;
  const { objects = Math.ceil(size / ASSUMED.storageObjectBytes) } = bucket;
  const { storageChangePerMonth: share, requestsPerSync, kmsCallsPerSync } = ASSUMED;
  const versions = 1 + (share * retain.days) / DAYS_PER_MONTH;
  const nights = firingsPerMonth(schedule);
  const syncs = nights * shards;
  // Shards list a part of the mirror each.
  const comparisons = Math.min(nights, firingsPerMonth(reconcile));
  const listed = (objects * versions) / ASSUMED.versionsPerList;
  const isLarge = objects > 0 && size / objects > ASSUMED.sharedKeyObjectBytes;
  return {
    firstBytes: size,
    firstObjects: objects,
    changedBytes: size * share,
    keptBytes: size * versions,
    writeRequests: objects * share + syncs * requestsPerSync + comparisons * listed,
    // Everything within a third of the retention.
    readRequests: (objects * versions * DAYS_PER_MONTH) / Math.max(1, retain.days / 3),
    kmsRequests: syncs * kmsCallsPerSync + (isLarge ? objects * share : 0),
  };
}
