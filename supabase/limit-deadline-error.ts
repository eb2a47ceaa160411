/** Waiting for the limit would take longer than the caller has. */
export class LimitDeadlineError extends Error {
  readonly waitSeconds: number;
  constructor(waitSeconds: number) {
    super(`the rate limit opens in ${Math.ceil(waitSeconds)} s, after the deadline`);
    this.name = "LimitDeadlineError";
    this.waitSeconds = waitSeconds;
  }
}
