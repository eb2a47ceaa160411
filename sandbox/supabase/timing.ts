/** How long the simulated platform takes for what it does; all in seconds. */
export interface Timing {
  /** From the creation of a project to `ACTIVE_HEALTHY`; longer when the cluster is not there by then. */
  readonly createSeconds: number;
  /** A change of compute size. */
  readonly resizeSeconds: number;
  /** After a change of an add-on the next one is refused for so long. */
  readonly addonCooldownSeconds: number;
  /** The least that an in-place recovery takes; the recovery itself may take longer. */
  readonly pitrRestoreSeconds: number;
  /** A started WAL segment is archived after at most so long. */
  readonly walShipSeconds: number;
  /** For so long after `ACTIVE_HEALTHY` the services still report `COMING_UP`. */
  readonly healthLagSeconds: number;
  readonly pauseSeconds: number;
  readonly unpauseSeconds: number;
  readonly restartSeconds: number;
  /** From the request to the restore point's `AVAILABLE`; at least what its base backup takes. */
  readonly restorePointSeconds: number;
}

/**
 * What was seen on the real platform. Creation was 10 to 126 s, an add-on's pause 1 to 3 min, a recovery of less than
 * 1 GB 30 to 81 s. UNVERIFIED, no measurement known: `restartSeconds`, `restorePointSeconds`.
 */
export const OBSERVED_TIMING: Timing = {
  createSeconds: 60,
  resizeSeconds: 106,
  addonCooldownSeconds: 120,
  pitrRestoreSeconds: 35,
  walShipSeconds: 120,
  healthLagSeconds: 10,
  pauseSeconds: 62,
  unpauseSeconds: 200,
  restartSeconds: 30,
  restorePointSeconds: 60,
};

/**
 * About a thirtieth of what was observed. The add-on's pause ends before a resize does: its refusal speaks of whole
 * minutes, and a client that obeys it would wait a real minute for a pause of seconds.
 */
export const QUICK_TIMING: Timing = {
  createSeconds: 2,
  resizeSeconds: 3,
  addonCooldownSeconds: 1,
  pitrRestoreSeconds: 1.5,
  walShipSeconds: 1,
  healthLagSeconds: 0.3,
  pauseSeconds: 2,
  unpauseSeconds: 6,
  restartSeconds: 1,
  restorePointSeconds: 1,
};
