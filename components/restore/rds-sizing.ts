import { ASSUMED } from "../../plan/forecast-assumptions.ts";
import type { ProjectPlan } from "../../plan/protection-plan.ts";

export interface RdsSizing {
  readonly instanceClass: string;
  /** In GiB, as RDS counts. */
  readonly storageGiB: number;
  /** What the storage may grow to by itself, in GiB. */
  readonly longestStorageGiB: number;
}

const GIB = 2 ** 30;
/** What gp3 begins at, and ends at, in GiB. @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html */
const SMALLEST_GIB = 20;
const LARGEST_GIB = 65_536;
/** Indexes are built beside their tables, and WAL lies there until a checkpoint. */
const HEAD_ROOM = 1.5;

/**
 * Up to a database's size in GiB, the class whose memory keeps index builds from spilling much. The small one is
 * burstable: an hour's restore fits into its credits.
 * @see https://aws.amazon.com/rds/instance-types/
 */
const CLASSES: readonly (readonly [gib: number, instanceClass: string])[] = [
  [16, "db.t4g.medium"],
  [128, "db.m7g.large"],
  [512, "db.r7g.xlarge"],
  [2048, "db.r7g.2xlarge"],
  [Number.POSITIVE_INFINITY, "db.r7g.4xlarge"],
];

/** The size of an RDS instance that a project's points are restored into, from the plan's `sizing.database`. */
export function rdsSizing({ sizing }: Pick<ProjectPlan, "sizing">): RdsSizing {
  const gib = (sizing.databaseBytes ?? ASSUMED.databaseBytes) / GIB;
  const storageGiB = Math.min(LARGEST_GIB, Math.max(SMALLEST_GIB, Math.ceil(gib * HEAD_ROOM)));
  const [, instanceClass = ""] = CLASSES.find(([limit]) => gib <= limit) ?? [];
  return { instanceClass, storageGiB, longestStorageGiB: Math.min(LARGEST_GIB, storageGiB * 2) };
}
