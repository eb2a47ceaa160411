import type { Clock } from "../../plan/clock.ts";
import { ApiError } from "../../supabase/api-error.ts";
import type { RecoveryWindow } from "../../supabase/calls/list-backups.ts";
import { runReadOnlyQuery } from "../../supabase/calls/run-read-only-query.ts";
import type { ManagementApi, RequestOptions } from "../../supabase/management-api.ts";
import { measurePitrLag } from "../pitr/pitr-lag.ts";
import type { PitrMemory } from "./pitr-memory.ts";

/** Point-in-time recovery in figures. */
export interface PitrFigures {
  readonly enabled: boolean;
  /**
   * How far behind now a recovery can reach; 0 while nothing newer was written, since then nothing is missing. Absent
   * without point-in-time recovery, and until its first backup is complete.
   */
  readonly lagSeconds?: number;
  /** Whether the window's end is old only because nothing was written since; undefined when that is not known. */
  readonly isIdle?: boolean;
  /** The longest stretch of the declared window that cannot be recovered to, up to now. Absent when nothing is known. */
  readonly gapSeconds?: number;
  readonly reachSeconds?: number;
  readonly window?: RecoveryWindow;
  /** What broke since the look before, one sentence each. */
  readonly breaks: readonly string[];
  /** For the next look; absent while there never was a window. */
  readonly memory?: PitrMemory;
}

export interface PitrQuestion {
  readonly clock: Clock;
  /** Days that the plan declares. */
  readonly windowDays: number;
  /** What the look before left. */
  readonly previous?: PitrMemory | undefined;
  readonly request?: RequestOptions | undefined;
}

/**
 * A segment that is closed for the archive moves the log's end without any change, some minutes after the last one; the
 * window then ends at that change, before the look that saw the end move.
 */
const CLOSING_SECONDS = 600;

/**
 * Looks at a project's recovery window, and at what became of the one seen before. Supabase ships log only when there
 * is some, so the position of the log tells an idle database, whose window rightly ends in the past, from an archive
 * that stands still.
 *
 * @throws ApiError when the window cannot be read
 * @see https://supabase.com/docs/guides/platform/backups
 */
export async function pitrFigures(
  api: ManagementApi,
  ref: string,
  { clock, windowDays, previous, request }: PitrQuestion,
): Promise<PitrFigures> {
  // Before the window: what is written in between is then owed by the next look, and not by this one.
  const position = await logPosition(api, ref, request);
  const { enabled, measurement, lagSeconds, reachSeconds, breaks } = await measurePitrLag(api, ref, {
    clock,
    windowDays,
    ...(previous && { previous: { at: previous.at, window: previous } }),
    ...(request && { request }),
  });
  if (measurement === undefined || lagSeconds === undefined) {
    const gapSeconds = previous && seconds(previous.latest, clock());
    return { enabled, breaks, ...(previous && { gapSeconds, memory: previous }) };
  }
  const { at, window } = measurement;
  const log = position === undefined ? undefined : lastWrite(position, at, previous);
  const isIdle = log?.isQuiet && seconds(window.latest, log.writtenAfter) <= CLOSING_SECONDS;
  const hole = longer(standing(previous?.hole, at, windowDays), holeBetween(previous, window));
  const coveredUntil = isIdle ? at : stillCovered(previous, window);
  const lag = isIdle
    ? 0
    : Math.max(0, lagSeconds - (coveredUntil ? seconds(window.latest, coveredUntil) : 0));
  // Whether it was rewound on purpose or log was lost is for a person to say: told once, and no part of the window.
  const backSeconds = previous ? seconds(window.latest, previous.latest) : 0;
  return {
    enabled,
    lagSeconds: lag,
    ...(isIdle !== undefined && { isIdle }),
    gapSeconds: Math.max(lag, backSeconds, hole ? seconds(hole.from, hole.to) : 0),
    ...(reachSeconds !== undefined && { reachSeconds }),
    window,
    breaks,
    memory: {
      at,
      ...window,
      ...(log && { log: { position: log.position, writtenAfter: log.writtenAfter } }),
      ...(coveredUntil && { coveredUntil }),
      ...(hole && { hole }),
    },
  };
}

/** Undefined when the database does not say: then every age of the window counts as lag. */
async function logPosition(
  api: ManagementApi,
  ref: string,
  request: RequestOptions | undefined,
): Promise<string | undefined> {
  try {
    const sql = "SELECT pg_catalog.pg_current_wal_insert_lsn()::text AS position";
    const [row] = await runReadOnlyQuery(api, ref, sql, request);
    return typeof row?.position === "string" ? row.position : undefined;
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

/** With the look before, a moment after which the last change was made; whether there was none since that look. */
function lastWrite(position: string, at: Date, previous: PitrMemory | undefined) {
  const log = previous?.log;
  if (previous === undefined || log === undefined) return { position, writtenAfter: at, isQuiet: undefined };
  return log.position === position
    ? { ...log, isQuiet: true }
    : { position, writtenAfter: previous.at, isQuiet: false };
}

/** The first change after a rest is owed since that rest, and not since the change before it. */
function stillCovered(previous: PitrMemory | undefined, window: RecoveryWindow): Date | undefined {
  const until = previous?.coveredUntil;
  return until !== undefined && window.latest.getTime() === previous?.latest.getTime() ? until : undefined;
}

type Hole = NonNullable<PitrMemory["hole"]>;

/** What was covered up to some moment and is covered again from a later one lacks what lies between. */
function holeBetween(previous: PitrMemory | undefined, window: RecoveryWindow): Hole | undefined {
  if (previous === undefined || window.earliest <= previous.latest) return undefined;
  return { from: previous.latest, to: window.earliest };
}

/** A hole that the window no longer reaches back to would be gone without it, too. */
function standing(hole: Hole | undefined, at: Date, windowDays: number): Hole | undefined {
  return hole !== undefined && seconds(hole.to, at) < windowDays * 86_400 ? hole : undefined;
}

function longer(one: Hole | undefined, other: Hole | undefined): Hole | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return seconds(one.from, one.to) >= seconds(other.from, other.to) ? one : other;
}

const seconds = (from: Date, to: Date) => (to.getTime() - from.getTime()) / 1000;
