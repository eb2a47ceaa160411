/** How a request stands towards its limit. */
export interface LimitState {
  readonly limit: number;
  readonly remaining: number;
  /** Whole seconds until the count starts anew. */
  readonly resetSeconds: number;
  readonly exceeded: boolean;
}

interface Count {
  since: number;
  requests: number;
  /** Every request is refused until then. */
  blockedUntil: number;
}

/** More counts than this are swept: idle ones are of no use. */
const SWEEP_AT = 10_000;

/**
 * The platform's limits: so many requests in a window that starts with the first of them, for each user, endpoint and
 * project or organization. Whoever exceeds one is refused for a whole window, so a wait of `retry-after` always helps.
 * @see https://supabase.com/docs/reference/api/introduction
 */
export class RateLimits {
  readonly #counts = new Map<string, Count>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  count(key: string, now: Date, windowSeconds: number): LimitState {
    const at = now.getTime();
    const window = windowSeconds * 1000;
    if (this.#counts.size >= SWEEP_AT) this.#sweep(at - window);
    let count = this.#counts.get(key);
    if (!count || (at - count.since >= window && at >= count.blockedUntil)) {
      count = { since: at, requests: 0, blockedUntil: 0 };
      this.#counts.set(key, count);
    }
    count.requests += 1;
    const exceeded = count.requests > this.#limit;
    if (exceeded && count.blockedUntil === 0) count.blockedUntil = at + window;
    const until = exceeded ? count.blockedUntil : count.since + window;
    return {
      limit: this.#limit,
      remaining: Math.max(0, this.#limit - count.requests),
      resetSeconds: Math.max(1, Math.ceil((until - at) / 1000)),
      exceeded,
    };
  }

  #sweep(before: number): void {
    for (const [key, { since, blockedUntil }] of this.#counts)
      if (since < before && blockedUntil < before) this.#counts.delete(key);
  }
}
