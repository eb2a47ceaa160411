/** How often a recovery looks, and for how long it waits for what. Seconds. */
export interface PitrTiming {
  /** Between two looks at a project that is being restored. Limits allow 120 a minute. */
  readonly pollSeconds: number;
  /**
   * How long a database that does not answer is asked again before it is recovered without a row that could prove it.
   */
  readonly markerSeconds: number;
  /** Between two looks at a window that does not reach the target yet. */
  readonly lagPollSeconds: number;
  /**
   * How long a target that has passed may lie beyond the window: Supabase ships the log every two minutes, and such
   * targets were seen to be accepted one to two minutes later.
   * @see https://supabase.com/docs/guides/platform/backups#point-in-time-recovery
   */
  readonly lagSeconds: number;
  /** How long an accepted restore may leave the project as it is before it counts as not begun. */
  readonly startSeconds: number;
  /** How long rows from after the target may be seen in a project that is back, before it counts as not rewound. */
  readonly settleSeconds: number;
  /** How long the other services may take once the database is back; the rewind itself does not depend on them. */
  readonly servicesSeconds: number;
}

export const PITR_TIMING: PitrTiming = {
  pollSeconds: 5,
  markerSeconds: 15,
  lagPollSeconds: 15,
  lagSeconds: 300,
  startSeconds: 120,
  settleSeconds: 30,
  servicesSeconds: 60,
};
