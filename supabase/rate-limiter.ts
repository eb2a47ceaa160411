import type { Clock } from "../plan/clock.ts";
import { LimitDeadlineError } from "./limit-deadline-error.ts";
import type { RequestLimit } from "./request-limit.ts";
import { type LimitNews, RequestWindow } from "./request-window.ts";
import type { Sleep } from "./sleep.ts";

/** A request that may be sent now. */
export interface Permit {
  /** To be called once, when the answer is there or will not come. */
  release(news?: LimitNews): void;
}

export interface AcquireOptions {
  /** How long the caller has left. */
  readonly remainingSeconds: () => number;
  readonly signal?: AbortSignal | undefined;
}

interface Waiter extends AcquireOptions {
  readonly admit: (permit: Permit) => void;
  readonly refuse: (reason: unknown) => void;
}

interface Line {
  readonly window: RequestWindow;
  readonly waiters: Waiter[];
  /** Ends the wait for the window's next opening; set while there is one. */
  alarm: AbortController | undefined;
}

/**
 * Lets requests go as often as Supabase's limits allow, and no more: whoever comes too early waits in line. Limits are
 * kept for each key apart; a key that was idle for its window is forgotten, so memory follows the keys of the last
 * minutes and not all that ever were.
 */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #sleep: Sleep;
  /** Those looked at longest ago come first. */
  readonly #lines = new Map<string, Line>();

  constructor({ clock, sleep }: { readonly clock: Clock; readonly sleep: Sleep }) {
    this.#clock = clock;
    this.#sleep = sleep;
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#lines.size;
  }

  /**
   * Waits for its turn.
   * @throws LimitDeadlineError as soon as it is known that the turn comes too late
   */
  acquire(limit: RequestLimit, options: AcquireOptions): Promise<Permit> {
    this.#forgetIdle();
    const line = this.#touch(limit);
    return new Promise((resolve, reject) => {
      const { signal } = options;
      const leave = (reason: unknown) => {
        const place = line.waiters.indexOf(waiter);
        if (place >= 0) line.waiters.splice(place, 1);
        if (line.waiters.length === 0) line.alarm?.abort();
        reject(reason);
      };
      const onAbort = () => leave(signal?.reason);
      const settled = () => signal?.removeEventListener("abort", onAbort);
      const waiter: Waiter = {
        ...options,
        admit(permit) {
          settled();
          resolve(permit);
        },
        refuse(reason) {
          settled();
          reject(reason);
        },
      };
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      signal?.addEventListener("abort", onAbort, { once: true });
      line.waiters.push(waiter);
      this.#serve(line);
    });
  }

  #touch(limit: RequestLimit): Line {
    const line = this.#lines.get(limit.key) ?? {
      window: new RequestWindow(limit),
      waiters: [],
      alarm: undefined,
    };
    this.#lines.delete(limit.key);
    this.#lines.set(limit.key, line);
    return line;
  }

  /** Looks at two lines each time, so that the idle ones never outnumber the others for long. */
  #forgetIdle(): void {
    const now = this.#now();
    const [first, second] = this.#lines;
    for (const entry of [first, second]) {
      if (!entry) return;
      const [key, { waiters, window }] = entry;
      this.#lines.delete(key);
      if (waiters.length > 0 || !window.isIdle(now)) this.#lines.set(...entry);
    }
  }

  #serve(line: Line): void {
    const { window, waiters } = line;
    let wait = window.waitSeconds(this.#now());
    while (waiters.length > 0 && wait === 0) {
      window.send();
      waiters.shift()?.admit(this.#permit(line));
      wait = window.waitSeconds(this.#now());
    }
    // Without an end: the window opens by an answer that is on its way, and that answer serves the line again.
    if (waiters.length === 0 || wait === Number.POSITIVE_INFINITY) return;
    const late = waiters.filter(({ remainingSeconds }) => remainingSeconds() < wait);
    for (const waiter of late) {
      waiters.splice(waiters.indexOf(waiter), 1);
      waiter.refuse(new LimitDeadlineError(wait));
    }
    if (waiters.length > 0) this.#serveAfter(line, wait);
  }

  #serveAfter(line: Line, seconds: number): void {
    if (line.alarm) return;
    const alarm = new AbortController();
    line.alarm = alarm;
    const ring = () => {
      if (line.alarm === alarm) line.alarm = undefined;
      this.#serve(line);
    };
    // A clock shows whole milliseconds.
    this.#sleep(Math.ceil(seconds * 1_000) / 1_000, alarm.signal).then(ring, ring);
  }

  #permit(line: Line): Permit {
    return {
      release: (news = {}) => {
        line.window.answered(this.#now(), news);
        this.#serve(line);
      },
    };
  }

  #now(): number {
    return this.#clock().getTime() / 1_000;
  }
}
