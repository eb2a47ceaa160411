/** Where the jobs publish, and the alarms look. */
export const METRIC_NAMESPACE = "Holdfast";

/**
 * What jobs publish, by its name in CloudWatch, with its unit there. Dimensions: `Environment`; of a project besides
 * `Project`; of a tier besides `Tier`; of a bucket of Storage besides `Bucket`.
 */
export const METRICS = {
  /** 1 for each recovery point taken, each failed attempt. */
  BackupSucceeded: "Count",
  BackupFailed: "Count",
  BackupDurationSeconds: "Seconds",
  BackupBytes: "Bytes",
  /** Age of the newest restorable point. */
  RecoveryPointAgeSeconds: "Seconds",
  /** How far behind now a recovery to a point in time can reach. */
  PitrLagSeconds: "Seconds",
  /** Longest stretch within the window that cannot be recovered to. */
  PitrGapSeconds: "Seconds",
  SyncSucceeded: "Count",
  SyncFailed: "Count",
  SyncDurationSeconds: "Seconds",
  /** Objects of a bucket that the mirror lacks. */
  MirrorMissing: "Count",
  /** Stored in the vault, all versions. */
  VaultBytes: "Bytes",
  /** 1 for each test alert sent. */
  CanarySent: "Count",
  /** Since the last time that a test alert was due and was sent. */
  CanaryAgeSeconds: "Seconds",
} as const;
export type MetricName = keyof typeof METRICS;

/** The dimensions of a metric, as all that publish and all that look must write them. */
export interface MetricPlace {
  readonly environment: string;
  readonly project?: string;
  readonly tier?: string;
  readonly bucket?: string;
}

/** In the order and words of CloudWatch. */
export function metricDimensions({
  environment,
  project,
  tier,
  bucket,
}: MetricPlace): Record<string, string> {
  return {
    Environment: environment,
    ...(project !== undefined && { Project: project }),
    ...(tier !== undefined && { Tier: tier }),
    ...(bucket !== undefined && { Bucket: bucket }),
  };
}
