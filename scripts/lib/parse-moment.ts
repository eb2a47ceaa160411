import { HoldfastError } from "../../plan/holdfast-error.ts";

/**
 * A moment that an option names, in UTC: a day, which begins it, or an instant.
 * @param text e.g. `2026-01-31` or `2026-01-31T18:30:00Z`
 * @throws HoldfastError USAGE (exit 2), also for days that no month has
 */
export function parseMoment(option: string, text: string): Date {
  const [, day, time = "T00:00:00"] =
    /^(\d{4}-\d{2}-\d{2})(?:(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)Z)?$/.exec(text) ?? [];
  const at = new Date(`${day}${time}Z`);
  // A day too many would silently become the first of the next month.
  if (day !== undefined && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day)) return at;
  throw new HoldfastError({
    code: "USAGE",
    message: `--${option} is "${text}"; it must be a day or an instant, UTC`,
    hint: `Write e.g. --${option} 2026-01-31 or --${option} 2026-01-31T18:30:00Z.`,
    exitCode: 2,
  });
}
