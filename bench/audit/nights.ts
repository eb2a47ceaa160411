const DAY_MILLISECONDS = 86_400_000;

/** When nightly points were taken, oldest first, the newest within the last day. */
export function* nights(points: number, now: Date): Generator<Date> {
  const due = new Date(now);
  due.setUTCHours(2, 0, 30, 0);
  // What was due within the last two hours need not be there yet.
  const newest = due.getTime() + (due > now ? -DAY_MILLISECONDS : 0);
  for (let age = points - 1; age >= 0; age -= 1) yield new Date(newest - age * DAY_MILLISECONDS);
}
