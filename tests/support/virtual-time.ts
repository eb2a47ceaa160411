import type { Clock } from "../../plan/clock.ts";
import type { Sleep } from "../../supabase/sleep.ts";

export interface VirtualTime {
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** How long each sleep was to be, in seconds, in the order of their beginning. */
  readonly slept: readonly number[];
  /** Seconds since the beginning. */
  elapsedSeconds(): number;
  /** Moves the clock by so many seconds, backwards too; who sleeps is woken by the next tick. */
  advance(seconds: number): void;
}

interface Sleeper {
  readonly wakesAt: number;
  readonly wake: () => void;
}

/**
 * Time that passes only while somebody sleeps: whoever wakes first is woken at once and the clock shows their time.
 * What waits for the network takes no time.
 */
export function virtualTime(start = new Date("2026-03-02T02:00:00Z")): VirtualTime {
  let now = start.getTime();
  const slept: number[] = [];
  let sleepers: Sleeper[] = [];
  const tick = () => {
    const [next] = sleepers.sort((one, other) => one.wakesAt - other.wakesAt);
    if (!next) return;
    sleepers = sleepers.filter((sleeper) => sleeper !== next);
    now = Math.max(now, next.wakesAt);
    next.wake();
  };
  return {
    clock: () => new Date(now),
    slept,
    elapsedSeconds: () => (now - start.getTime()) / 1_000,
    advance(seconds) {
      now += seconds * 1_000;
    },
    sleep(seconds, signal) {
      slept.push(seconds);
      return new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const sleeper: Sleeper = { wakesAt: Math.ceil(now + seconds * 1_000), wake: resolve };
        sleepers.push(sleeper);
        signal?.addEventListener("abort", () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal.reason);
        });
        setImmediate(tick);
      });
    },
  };
}
