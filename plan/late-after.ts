/** A scheduled job may end two hours late before somebody is told. */
const LATE_AFTER_SECONDS = 7_200;
/** To wait for its turn and start. */
const START_SECONDS = 3_600;

/**
 * How late a backup or sync may end, beyond what its schedule says, before somebody is told: two hours, or an hour more
 * than a backup may take without being slow. Its point is listed at its end, and counts from its snapshot.
 */
export const lateAfterSeconds = (backupDurationWarningSeconds: number): number =>
  Math.max(LATE_AFTER_SECONDS, backupDurationWarningSeconds + START_SECONDS);
