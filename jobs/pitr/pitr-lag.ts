import type { Clock } from "../../plan/clock.ts";
import { formatDuration } from "../../plan/duration.ts";
import { listBackups, type RecoveryWindow } from "../../supabase/calls/list-backups.ts";
import type { ManagementApi, RequestOptions } from "../../supabase/management-api.ts";

/** What one measurement leaves to be compared with the next. */
export interface PitrMeasurement {
  readonly at: Date;
  readonly window: RecoveryWindow;
}

export interface PitrLag {
  readonly enabled: boolean;
  /** Absent without point-in-time recovery, and until its first backup is complete. */
  readonly measurement?: PitrMeasurement;
  /**
   * From the end of the window to now. A database in which nothing is written ships nothing: its lag grows without
   * anything being lost. `exposedSeconds` tells the difference.
   */
  readonly lagSeconds?: number;
  /** Age of the oldest known change that cannot be recovered yet; 0 when every known change can be. */
  readonly exposedSeconds?: number;
  /** How far back the window reaches from now. */
  readonly reachSeconds?: number;
  /** What broke since the measurement before, one sentence each. */
  readonly breaks: readonly string[];
}

/** Edges are whole seconds, and the first one moves in steps of a backup: daily at Supabase. */
const STEP_SECONDS = 86_400 + 3_600;

/**
 * Measures how far point-in-time recovery is behind, and whether what could be recovered at the measurement before
 * still can be.
 *
 * @param options.writtenAt times of known changes, e.g. of markers, in any order
 * @param options.windowDays what the project pays for; without it a shorter reach is not noticed
 * @param options.previous the measurement before
 */
export async function measurePitrLag(
  api: ManagementApi,
  ref: string,
  options: {
    readonly clock: Clock;
    readonly writtenAt?: readonly Date[];
    readonly windowDays?: number;
    readonly previous?: PitrMeasurement;
    readonly request?: RequestOptions;
  },
): Promise<PitrLag> {
  const { clock, writtenAt = [], previous } = options;
  const { pitrEnabled, window } = await listBackups(api, ref, options.request);
  if (!pitrEnabled || window === undefined) {
    const lost = previous !== undefined;
    const what = pitrEnabled ? "there is nothing to recover to any more" : "it was switched off";
    return { enabled: pitrEnabled, breaks: lost ? [`Point-in-time recovery of ${ref}: ${what}`] : [] };
  }
  const at = clock();
  const missing = writtenAt
    .map((time) => time.getTime())
    .filter((time) => time > window.latest.getTime() + 999);
  return {
    enabled: true,
    measurement: { at, window },
    lagSeconds: seconds(window.latest, at),
    exposedSeconds: missing.length === 0 ? 0 : (at.getTime() - Math.min(...missing)) / 1000,
    reachSeconds: seconds(window.earliest, at),
    breaks: previous ? breaksSince(previous, { at, window }, options.windowDays) : [],
  };
}

function breaksSince(
  { window: before }: PitrMeasurement,
  { at, window }: PitrMeasurement,
  windowDays: number | undefined,
): string[] {
  const breaks: string[] = [];
  if (window.earliest > before.latest) {
    breaks.push(
      `Nothing up to ${before.latest.toISOString()} can be recovered any more: the window now begins at ${window.earliest.toISOString()}`,
    );
  } else if (window.latest < before.latest) {
    breaks.push(
      `The window ended at ${before.latest.toISOString()} and now ends at ${window.latest.toISOString()}: it was rewound, or log was lost`,
    );
  }
  const reach = seconds(window.earliest, at);
  const owed = windowDays === undefined ? 0 : windowDays * 86_400 - STEP_SECONDS;
  if (window.earliest > before.earliest && reach < owed) {
    breaks.push(
      `The window's beginning moved to ${window.earliest.toISOString()}, ${formatDuration(reach)} ago; ${windowDays} days are paid for`,
    );
  }
  return breaks;
}

const seconds = (from: Date, to: Date) => (to.getTime() - from.getTime()) / 1000;
