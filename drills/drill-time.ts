import type { Clock } from "../plan/clock.ts";
import type { DrillPhase } from "./drill-context.ts";

/** Where the time of a drill goes. */
export class DrillTime {
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #seconds: Record<DrillPhase, number> = { restore: 0, proof: 0, other: 0 };

  constructor(clock: Clock, startedAt: Date) {
    this.#clock = clock;
    this.#startedAt = startedAt.getTime();
  }

  /** Does work, and counts its seconds whatever comes of it. */
  async phase<Result>(name: DrillPhase, work: () => Promise<Result>): Promise<Result> {
    const began = this.#clock().getTime();
    try {
      return await work();
    } finally {
      this.#seconds[name] += (this.#clock().getTime() - began) / 1000;
    }
  }

  get restoreSeconds(): number {
    return this.#seconds.restore;
  }

  get proofSeconds(): number {
    return this.#seconds.proof;
  }

  /** Since the beginning. */
  get elapsedSeconds(): number {
    return (this.#clock().getTime() - this.#startedAt) / 1000;
  }

  /** Since the beginning, what was neither restore nor proof. */
  get otherSeconds(): number {
    return Math.max(0, this.elapsedSeconds - this.restoreSeconds - this.proofSeconds);
  }
}
