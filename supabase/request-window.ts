import type { RequestLimit } from "./request-limit.ts";

/** What an answer says about the limit it counted against. */
export interface LimitNews {
  /** Requests that are left until `resetSeconds` from now. */
  readonly remaining?: number | undefined;
  readonly resetSeconds?: number | undefined;
  /** Nothing may be sent for so long. */
  readonly blockedSeconds?: number | undefined;
}

/**
 * The requests of one limit. A request counts from when it is sent until a whole window after its answer: whenever in
 * between Supabase counted it, no window of theirs holds more than the limit, be it a fixed or a sliding one. Times are
 * in seconds.
 */
export class RequestWindow {
  readonly #limit: RequestLimit;
  /** When each answered request stops counting, ascending. */
  #ends: number[] = [];
  #inFlight = 0;
  #blockedUntil = Number.NEGATIVE_INFINITY;
  /** What Supabase said is left, which is less than we count when others use the same account. */
  #remaining = Number.POSITIVE_INFINITY;
  #remainingUntil = Number.NEGATIVE_INFINITY;
  #seenAt = Number.NEGATIVE_INFINITY;

  constructor(limit: RequestLimit) {
    this.#limit = limit;
  }

  /** How long until one may be sent. 0: now; `Infinity`: not before one of those in flight is answered. */
  waitSeconds(now: number): number {
    this.#see(now);
    const { requests } = this.#limit;
    const wait = Math.max(0, this.#blockedUntil - now);
    // Those in flight may or may not be counted in what Supabase said is left.
    if (this.#remaining - this.#inFlight <= 0) {
      return Math.max(wait, this.#remaining > 0 ? Number.POSITIVE_INFINITY : this.#remainingUntil - now);
    }
    if (this.#ends.length + this.#inFlight < requests) return wait;
    return Math.max(wait, (this.#ends[0] ?? Number.POSITIVE_INFINITY) - now);
  }

  /** Nothing of it needs to be remembered. */
  isIdle(now: number): boolean {
    this.#see(now);
    return (
      this.#inFlight === 0 &&
      this.#ends.length === 0 &&
      this.#blockedUntil <= now &&
      this.#remainingUntil <= now
    );
  }

  send(): void {
    this.#inFlight += 1;
  }

  answered(now: number, { remaining, resetSeconds, blockedSeconds }: LimitNews): void {
    this.#see(now);
    this.#inFlight -= 1;
    this.#ends.push(now + this.#limit.windowSeconds);
    if (blockedSeconds !== undefined) this.#blockedUntil = Math.max(this.#blockedUntil, now + blockedSeconds);
    if (remaining === undefined || resetSeconds === undefined) return;
    // Answers may come in another order than they were counted in: within one period the least is the truth.
    this.#remaining = Math.min(this.#remaining, remaining);
    this.#remainingUntil = Math.min(
      this.#remainingUntil > now ? this.#remainingUntil : Number.POSITIVE_INFINITY,
      now + resetSeconds,
    );
  }

  /** Lets go of what is over. A clock that was set back takes all times with it: nobody waits longer for that. */
  #see(now: number): void {
    const setBack = this.#seenAt - now;
    if (setBack > 0) {
      this.#ends = this.#ends.map((end) => end - setBack);
      this.#blockedUntil -= setBack;
      this.#remainingUntil -= setBack;
    }
    this.#seenAt = now;
    const kept = this.#ends.findIndex((end) => end > now);
    this.#ends.splice(0, kept < 0 ? this.#ends.length : kept);
    if (this.#remainingUntil <= now) this.#remaining = Number.POSITIVE_INFINITY;
  }
}
