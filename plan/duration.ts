import { HoldfastError } from "./holdfast-error.ts";

const SECONDS_PER_UNIT = { w: 604_800, d: 86_400, h: 3_600, m: 60, s: 1 } as const;
type Unit = keyof typeof SECONDS_PER_UNIT;

const DAYS_FROM_SECONDS = 72 * 3_600;

const PART = /(\d+(?:\.\d+)?)(w|d|h|m|s)/g;
const WHOLE =
  /^(?:\d+(?:\.\d+)?w)?(?:\d+(?:\.\d+)?d)?(?:\d+(?:\.\d+)?h)?(?:\d+(?:\.\d+)?m)?(?:\d+(?:\.\d+)?s)?$/;

/** How a duration is written, for help texts. */
export const DURATION_FORM = 'a number with a unit s, m, h, d or w, e.g. "90s", "30m", "4h", "7d", "1h30m"';

/**
 * Reads a duration such as `90s`, `30m`, `4h`, `7d`, `4w` or, largest unit first, `1h30m`.
 * @returns seconds, 0 or more
 * @throws HoldfastError DURATION_INVALID (exit 2) when the text has no unit, an unknown one, or is too large
 */
export function parseDuration(text: string): number {
  const trimmed = text.trim();
  let seconds = 0;
  if (trimmed !== "" && WHOLE.test(trimmed)) {
    for (const [, amount, unit] of trimmed.matchAll(PART)) {
      seconds += Number(amount) * SECONDS_PER_UNIT[unit as Unit];
    }
    // A product such as 1.1 × 3600 must not carry the error of binary fractions into comparisons.
    seconds = Math.round(seconds * 1_000) / 1_000;
    if (seconds <= Number.MAX_SAFE_INTEGER) return seconds;
  }
  throw new HoldfastError({
    code: "DURATION_INVALID",
    message: `"${text}" is not a duration`,
    hint: `Write ${DURATION_FORM}.`,
    exitCode: 2,
  });
}

/**
 * Writes a duration so that a person reads it at a glance and `parseDuration` reads it back: `45s`, `1h30m`,
 * `48h`, `7d`. Days begin at 72 hours, as objectives are spoken of in hours and retention in days. Whole seconds
 * come back exactly; below a minute one decimal is kept.
 */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "never";
  const sign = seconds < 0 ? "-" : "";
  const magnitude = Math.abs(seconds);
  if (magnitude < 59.95) return `${sign}${Math.round(magnitude * 10) / 10}s`;
  let rest = Math.round(magnitude);
  let text = sign;
  for (const unit of rest < DAYS_FROM_SECONDS
    ? (["h", "m", "s"] as const)
    : (["d", "h", "m", "s"] as const)) {
    const count = Math.floor(rest / SECONDS_PER_UNIT[unit]);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * SECONDS_PER_UNIT[unit];
  }
  return text;
}
