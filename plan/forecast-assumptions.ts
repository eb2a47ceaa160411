import { formatByteSize } from "./byte-size.ts";

/** What the forecast takes for granted where the plan says nothing. Each is printed with the forecast. */
export const ASSUMED = {
  /** The disk that Supabase includes with a project. */
  databaseBytes: 8 * 2 ** 30,
  storageBucketBytes: 10 * 2 ** 30,
  /** Measured on a database of 2.1 GiB with jsonb and indexes: rows as text take 0.70 of its size. */
  wireShare: 0.7,
  /** The same database: compressed with zstd level 1, rows take 0.18 of its size. */
  storedShare: 0.18,
  /** A schema with its roles. */
  schemaBytes: 2 ** 20,
  checkpointsPerMonth: 4,
  storageChangePerMonth: 0.1,
  /** Photos and documents; many small files make more requests, few large ones fewer. */
  storageObjectBytes: 256 * 2 ** 10,
  /** Part of the index, record, evidence, and the lists that find the last ones. */
  requestsPerSync: 8,
  /** Data keys of objects, index, record and evidence, and those of the last run, to read. */
  kmsCallsPerSync: 8,
  /** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
  versionsPerList: 1_000,
  /** Larger objects have a data key of their own. */
  sharedKeyObjectBytes: 4 * 2 ** 20,
  /** Objects written and locked for one point, its multipart requests included. */
  requestsPerPoint: 600,
  /** Through one session pooler, a small compute. */
  dumpBytesPerSecond: 50e6,
  shortestJobSeconds: 120,
  /** The least that Fargate bills. @see https://aws.amazon.com/fargate/pricing/ */
  shortestStartSeconds: 60,
  alarmsPerProject: 6,
} as const;

/** The assumptions that a forecast of this plan rests on, as sentences. */
export function assumptionSentences(has: {
  readonly unsizedProjects: readonly string[];
  readonly unsizedBuckets: readonly string[];
  readonly tableScopes: boolean;
  readonly storage: boolean;
}): string[] {
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  return [
    ...has.unsizedProjects.map(
      (name) =>
        `${name}: the database has ${formatByteSize(ASSUMED.databaseBytes)} (declare sizing.database to replace this).`,
    ),
    ...has.unsizedBuckets.map(
      (name) =>
        `${name}: the bucket holds ${formatByteSize(ASSUMED.storageBucketBytes)} (declare its size to replace this).`,
    ),
    ...(has.storage
      ? [
          `Of each bucket ${percent(ASSUMED.storageChangePerMonth)} changes in a month; only changes are read again.`,
          `A stored object has ${formatByteSize(ASSUMED.storageObjectBytes)} where the bucket's objects are not declared; every copy is read back within a third of its retention.`,
        ]
      : []),
    `A full dump sends ${percent(ASSUMED.wireShare)} of the database's size and stores ${percent(ASSUMED.storedShare)}, as measured on a database with jsonb and indexes.`,
    ...(has.tableScopes ? ["A dump of selected tables is counted like a full one: the most it can be."] : []),
    `${ASSUMED.checkpointsPerMonth} checkpoints a month for each project, no emergency point.`,
    "Drills verify points in time: a point that was never verified does not expire, and would be stored longer.",
    "The application uses up the egress that Supabase's plan includes, so every byte of a dump is charged.",
    `Dumps run at ${ASSUMED.dumpBytesPerSecond / 1e6} MB/s.`,
  ];
}
