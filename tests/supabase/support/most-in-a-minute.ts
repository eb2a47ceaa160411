/** The most of the given times, in seconds, that lie in any minute; exact to the millisecond. */
export function mostInAMinute(seconds: readonly number[]): number {
  const times = seconds.map((time) => Math.round(time * 1_000)).sort((one, other) => one - other);
  let from = 0;
  let most = 0;
  for (const [index, time] of times.entries()) {
    while (time - (times[from] ?? 0) >= 60_000) from += 1;
    most = Math.max(most, index - from + 1);
  }
  return most;
}
