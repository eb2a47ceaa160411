import type { Clock } from "../plan/clock.ts";
import type { Sleep } from "./sleep.ts";

/** A time by which something must be done, measured by an injected clock. */
export interface Deadline {
  /** As it was set. */
  readonly seconds: number;
  elapsedSeconds(): number;
  /** 0 when it is over. */
  remainingSeconds(): number;
  /** Sleeps, unless that would end after the deadline. @returns whether there was time for it */
  sleep(seconds: number, signal?: AbortSignal): Promise<boolean>;
}

/**
 * Starts a deadline. What was slept counts even if the clock did not move, or moved backwards: a wait always ends.
 * @param seconds 0 or more
 */
export function startDeadline(
  seconds: number,
  { clock, sleep }: { readonly clock: Clock; readonly sleep: Sleep },
): Deadline {
  const startedAt = clock().getTime();
  let slept = 0;
  const elapsedSeconds = () => Math.max(slept, (clock().getTime() - startedAt) / 1_000);
  const remainingSeconds = () => Math.max(0, seconds - elapsedSeconds());
  return {
    seconds,
    elapsedSeconds,
    remainingSeconds,
    async sleep(wanted, signal) {
      if (wanted > remainingSeconds()) return false;
      await sleep(wanted, signal);
      slept += wanted;
      return true;
    },
  };
}
