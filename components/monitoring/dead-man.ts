const HOUR_SECONDS = 3_600;
/** CloudWatch looks back no further.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
const LONGEST_HOURS = 168;

/**
 * After how many hours of silence something that should have happened counts as dead.
 * @param gapSeconds the longest time between two of it
 * @param slackSeconds how late it may be
 * @returns undefined when CloudWatch cannot look back so far; the age of what it leaves must be watched then
 */
export function deadManHours(gapSeconds: number, slackSeconds: number): number | undefined {
  const hours = Math.ceil((gapSeconds + slackSeconds) / HOUR_SECONDS);
  return hours <= LONGEST_HOURS ? hours : undefined;
}
