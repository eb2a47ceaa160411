import { nextDue } from "./schedule.ts";

export interface DrillHistory {
  readonly now: Date;
  /** When this drill was begun last, however it ended; absent when it never was. */
  readonly lastAt?: Date | undefined;
  /** From when on drills are owed: what was protected by nobody has no arrears. @default now */
  readonly since?: Date | undefined;
}

export interface DrillDue {
  /** The first time of its schedule since it was last begun: to come, or past and owed. */
  readonly dueAt: Date;
  readonly isDue: boolean;
  /** Whole seconds for which it has been owed; 0 when it is not due. */
  readonly overdueSeconds: number;
}

/**
 * Whether a drill is to be run now. Times that passed without it are owed once, not once each; one that failed was
 * run, since an alarm asks for the next try and not the clock.
 *
 * @param schedule cron, UTC
 * @throws HoldfastError SCHEDULE_INVALID (exit 2)
 */
export function drillDue(schedule: string, { now, lastAt, since = now }: DrillHistory): DrillDue {
  const from = lastAt ?? since;
  // A record from a clock that is ahead must not put the drill off.
  const dueAt = nextDue(schedule, from > now ? now : from);
  const isDue = dueAt <= now;
  return { dueAt, isDue, overdueSeconds: isDue ? Math.floor((now.getTime() - dueAt.getTime()) / 1000) : 0 };
}
