import { Cron } from "croner";
import { HoldfastError } from "./holdfast-error.ts";

/** How a schedule is written, for help texts. */
export const SCHEDULE_FORM =
  'a cron expression of five fields in UTC: minute hour day-of-month month day-of-week, e.g. "0 2 * * *"';

const DAY_SECONDS = 86_400;
/** Twelve years hold every arrangement of weekdays and leap days that occurs until the year 2100. */
const HORIZON_DAYS = 4_383;
/** Two weeks hold every step of what repeats each week, and are found in a fiftieth of the time. */
const WEEKLY_HORIZON_DAYS = 14;
/** Any fixed day will do; a fixed one makes the answer the same today and tomorrow. */
const HORIZON_START = Date.UTC(2024, 0, 1);

/**
 * The first time after the given one at which the schedule fires.
 * @param cron five fields, UTC
 * @throws HoldfastError SCHEDULE_INVALID (exit 2) for a malformed expression or one that never fires
 */
export function nextDue(cron: string, after: Date): Date {
  const next = readCron(cron).nextRun(after);
  if (!next) throw invalid(cron, "it never fires");
  return next;
}

/**
 * The last time before the given one at which the schedule fired.
 * @throws HoldfastError SCHEDULE_INVALID (exit 2) for a malformed expression or one that never fires
 */
export function previousDue(cron: string, before: Date): Date {
  const [previous] = readCron(cron).previousRuns(1, before);
  if (!previous) throw invalid(cron, "it never fires");
  return previous;
}

/**
 * The longest time that passes between two firings: what a schedule can lose at worst.
 * @returns seconds
 * @throws HoldfastError SCHEDULE_INVALID (exit 2) for a malformed expression or one that never fires
 */
export const longestGapSeconds = (cron: string): number => gaps(cron).longest;

/**
 * The shortest time between two firings.
 * @returns seconds
 * @throws HoldfastError SCHEDULE_INVALID (exit 2) for a malformed expression or one that never fires
 */
export const shortestGapSeconds = (cron: string): number => gaps(cron).shortest;

/**
 * How often the schedule fires in a mean month of 30.44 days, for forecasts.
 * @throws HoldfastError SCHEDULE_INVALID (exit 2) for a malformed expression or one that never fires
 */
export const firingsPerMonth = (cron: string): number => gaps(cron).perDay * 30.4375;

interface Gaps {
  readonly longest: number;
  readonly shortest: number;
  readonly perDay: number;
}

const known = new Map<string, Gaps>();

/** Days and times of day are looked at apart, so that one firing a minute costs no more than one a month. */
function gaps(cron: string): Gaps {
  const cached = known.get(cron);
  if (cached) return cached;
  readCron(cron);
  const [minute, hour, ...day] = cron.trim().split(/\s+/);
  const times = firings(`${minute} ${hour} * * *`, 1).map((at) => (at - HORIZON_START) / 1_000);
  const isWeekly = day[0] === "*" && day[1] === "*";
  const horizonDays = isWeekly ? WEEKLY_HORIZON_DAYS : HORIZON_DAYS;
  const days = firings(`0 0 ${day.join(" ")}`, horizonDays);
  const first = times[0];
  const last = times.at(-1);
  if (first === undefined || last === undefined || days.length === 0) throw invalid(cron, "it never fires");
  const within = steps(times);
  const between = steps(days.map((at) => at / 1_000)).map((step) => step - last + first);
  const all = [...within, ...(between.length > 0 ? between : [HORIZON_DAYS * DAY_SECONDS])];
  const result = {
    longest: all.reduce((a, b) => Math.max(a, b)),
    shortest: all.reduce((a, b) => Math.min(a, b)),
    perDay: (times.length * days.length) / horizonDays,
  };
  known.set(cron, result);
  return result;
}

function firings(cron: string, days: number): number[] {
  const job = readCron(cron);
  const end = HORIZON_START + days * DAY_SECONDS * 1_000;
  const found: number[] = [];
  let at = job.nextRun(new Date(HORIZON_START - 1_000));
  while (at && at.getTime() < end) {
    found.push(at.getTime());
    at = job.nextRun(at);
  }
  return found;
}

const steps = (values: readonly number[]) =>
  values.slice(1).map((value, index) => value - (values[index] ?? 0));

/** Vendors' schedulers know the plain fields alone: names and numbers, lists, ranges and steps. */
const FIELD = /^(?:[0-9*,/-]|[A-Za-z]{3})+$/;

function readCron(cron: string): Cron {
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== 5) throw invalid(cron, `it has ${fields.length} fields`);
  if (!fields.every((field) => FIELD.test(field))) throw invalid(cron, "it uses signs beyond * , - /");
  if (fields[2] !== "*" && fields[4] !== "*") {
    throw invalid(
      cron,
      "it restricts both day-of-month and day-of-week, which cron reads as either of them, not both",
    );
  }
  try {
    return new Cron(fields.join(" "), { paused: true, mode: "5-part", utcOffset: 0 });
  } catch (cause) {
    throw invalid(
      cron,
      cause instanceof Error ? cause.message.replace(/^CronPattern: /, "") : "unreadable",
      cause,
    );
  }
}

function invalid(cron: string, why: string, cause?: unknown): HoldfastError {
  return new HoldfastError({
    code: "SCHEDULE_INVALID",
    message: `"${cron}" is not a schedule: ${why}`,
    hint: `Write ${SCHEDULE_FORM}.`,
    exitCode: 2,
    cause,
  });
}
