import { formatDuration } from "../../plan/duration.ts";
import { type MetricName, metricDimensions } from "../../plan/metric.ts";
import type { ProjectPlan, ProtectionPlan } from "../../plan/protection-plan.ts";
import { longestGapSeconds } from "../../plan/schedule.ts";
import { TIERS, type Tier } from "../../plan/tier.ts";
import type { AlarmSpec, MetricSource } from "./alarm-spec.ts";
import { deadManHours } from "./dead-man.ts";

const FIVE_MINUTES = 300;
const HOUR = 3_600;
const DAY = 86_400;
/** Three looks in a row: one slow answer of the platform wakes nobody. */
const LAG_PERIODS = 3;

interface ScheduledTier {
  readonly tier: Tier;
  readonly gapSeconds: number;
}

/** What is watched of one project, with the plan's thresholds. */
export function projectAlarms(plan: ProtectionPlan, project: ProjectPlan): AlarmSpec[] {
  const tiers = TIERS.flatMap((tier): ScheduledTier[] => {
    const schedule = project.tiers[tier]?.schedule;
    return schedule === undefined ? [] : [{ tier, gapSeconds: longestGapSeconds(schedule) }];
  });
  const specs = [
    ...tiers.flatMap((tier) => tierAlarms(plan, project.name, tier)),
    ...(tiers.length === 0 ? [] : [completionAlarm(plan, project.name, tiers)]),
    ...(project.pitr === undefined ? [] : pitrAlarms(plan, project.name)),
    ...project.storage.flatMap((bucket, index) => bucketAlarms(plan, project.name, { ...bucket, index })),
  ];
  return specs.map((spec) => ({ ...spec, project: project.name }));
}

function tierAlarms(plan: ProtectionPlan, project: string, { tier, gapSeconds }: ScheduledTier): AlarmSpec[] {
  const of = (metric: MetricName) => source(plan, metric, { project, tier });
  const name = `${project}-${tier}`;
  const { backupDurationWarningSeconds, lateAfterSeconds } = plan.alerts.thresholds;
  const silentHours = deadManHours(gapSeconds, lateAfterSeconds);
  return [
    {
      name: `${name}-backup-failed`,
      severity: "critical",
      says: `The ${tier} backup of ${project} failed. Read its log and evidence, then run it again.`,
      of: of("BackupFailed"),
      ...{ statistic: "Sum", comparison: ">=", threshold: 1, periodSeconds: FIVE_MINUTES },
    },
    {
      name: `${name}-point-too-old`,
      severity: "critical",
      says: `The newest ${tier} point of ${project} is older than its schedule allows, or nobody watches. Run the backup by hand.`,
      of: of("RecoveryPointAgeSeconds"),
      ...{ statistic: "Maximum", comparison: ">", threshold: gapSeconds + lateAfterSeconds },
      ...{ periodSeconds: HOUR, periods: 2, silenceIsBad: true },
    },
    {
      name: `${name}-backup-slow`,
      severity: "warning",
      says: `The ${tier} backup of ${project} took longer than ${formatDuration(backupDurationWarningSeconds)}.`,
      of: of("BackupDurationSeconds"),
      ...{ statistic: "Maximum", comparison: ">", threshold: backupDurationWarningSeconds },
      periodSeconds: FIVE_MINUTES,
    },
    ...(silentHours === undefined
      ? []
      : [
          silence(`${name}-backup-silent`, silentHours, {
            says: `No ${tier} backup of ${project} succeeded in ${silentHours} hours: its schedule, its task or its alerts are broken.`,
            of: of("BackupSucceeded"),
          }),
        ]),
  ];
}

/** What must be heard of at least once within so many hours. */
function silence(
  name: string,
  hours: number,
  { says, of }: { readonly says: string; readonly of: MetricSource },
): AlarmSpec {
  return {
    ...{ name, severity: "critical", says, of },
    ...{ statistic: "Sum", comparison: "<", threshold: 1, periodSeconds: HOUR, periods: hours },
    silenceIsBad: true,
  };
}

/** Over all tiers of a day. A day without any backup has no rate: the dead-man alarms tell of it. */
function completionAlarm(plan: ProtectionPlan, project: string, tiers: readonly ScheduledTier[]): AlarmSpec {
  const metrics = Object.fromEntries(
    tiers.flatMap(({ tier }) => [
      [`ok_${tier}`, source(plan, "BackupSucceeded", { project, tier })] as const,
      [`failed_${tier}`, source(plan, "BackupFailed", { project, tier })] as const,
    ]),
  );
  const sum = (kind: string) => tiers.map(({ tier }) => `FILL(${kind}_${tier}, 0)`).join(" + ");
  const ok = sum("ok");
  return {
    name: `${project}-completion`,
    severity: "warning",
    says: `Fewer than ${plan.alerts.thresholds.completionPercent} % of a day's backups of ${project} completed.`,
    of: { expression: `100 * (${ok}) / (${ok} + ${sum("failed")})`, metrics },
    ...{ statistic: "Sum", comparison: "<", threshold: plan.alerts.thresholds.completionPercent },
    periodSeconds: DAY,
  };
}

function pitrAlarms(plan: ProtectionPlan, project: string): AlarmSpec[] {
  const { pitrGapCriticalSeconds, pitrLagWarningSeconds } = plan.alerts.thresholds;
  const of = (metric: MetricName) => source(plan, metric, { project });
  return [
    {
      name: `${project}-pitr-gap`,
      severity: "critical",
      says: `Point-in-time recovery of ${project} has a gap of more than ${formatDuration(pitrGapCriticalSeconds)}: take an emergency point now.`,
      of: of("PitrGapSeconds"),
      ...{ statistic: "Maximum", comparison: ">", threshold: pitrGapCriticalSeconds },
      periodSeconds: FIVE_MINUTES,
    },
    {
      name: `${project}-pitr-lag`,
      severity: "warning",
      says: `Point-in-time recovery of ${project} lags more than ${formatDuration(pitrLagWarningSeconds)} behind.`,
      of: of("PitrLagSeconds"),
      ...{ statistic: "Maximum", comparison: ">", threshold: pitrLagWarningSeconds },
      ...{ periodSeconds: FIVE_MINUTES, periods: LAG_PERIODS },
    },
    {
      name: `${project}-watch-silent`,
      severity: "critical",
      says: `Nobody looked at the point-in-time recovery of ${project} for an hour: the watch is not running.`,
      of: of("PitrLagSeconds"),
      ...{ statistic: "SampleCount", comparison: "<", threshold: 1, periodSeconds: HOUR },
      silenceIsBad: true,
    },
  ];
}

function bucketAlarms(
  plan: ProtectionPlan,
  project: string,
  { bucket, schedule, index }: ProjectPlan["storage"][number] & { readonly index: number },
): AlarmSpec[] {
  const of = (metric: MetricName) => source(plan, metric, { project, bucket });
  // Names of buckets may hold what an alarm's name may not.
  const name = `${project}-storage-${index}`;
  const hours = deadManHours(longestGapSeconds(schedule), plan.alerts.thresholds.lateAfterSeconds);
  return [
    {
      name: `${name}-sync-failed`,
      severity: "critical",
      says: `The mirror of ${project}'s bucket ${bucket} could not be brought up to date. Run the sync again.`,
      of: of("SyncFailed"),
      ...{ statistic: "Sum", comparison: ">=", threshold: 1, periodSeconds: FIVE_MINUTES },
    },
    {
      name: `${name}-mirror-missing`,
      severity: "warning",
      says: `Objects of ${project}'s bucket ${bucket} could not be copied; the sync's record names them.`,
      of: of("MirrorMissing"),
      ...{ statistic: "Maximum", comparison: ">", threshold: 0, periodSeconds: FIVE_MINUTES },
    },
    ...(hours === undefined
      ? []
      : [
          silence(`${name}-sync-silent`, hours, {
            says: `No sync of ${project}'s bucket ${bucket} succeeded in ${hours} hours.`,
            of: of("SyncSucceeded"),
          }),
        ]),
  ];
}

function source(
  { environment }: ProtectionPlan,
  metric: MetricName,
  place: { readonly project: string; readonly tier?: string; readonly bucket?: string },
): MetricSource {
  return { metric, dimensions: metricDimensions({ environment, ...place }) };
}
