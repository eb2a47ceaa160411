import { HoldfastError } from "../../plan/holdfast-error.ts";

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly words?: readonly string[];
}

const FIELDS = [
  { name: "minute", from: 0, to: 59 },
  { name: "hour", from: 0, to: 23 },
  { name: "day of month", from: 1, to: 31 },
  {
    name: "month",
    from: 1,
    to: 12,
    words: ["", ..."JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ")],
  },
  { name: "day of week", from: 0, to: 7, words: "SUN MON TUE WED THU FRI SAT SUN".split(" ") },
] as const satisfies readonly Field[];

/**
 * A plan's schedule as EventBridge Scheduler reads it: six fields, days of the week by name, and a `?` for one of the
 * two kinds of day.
 * @param cron five fields, UTC, as the plan was checked to have
 * @throws HoldfastError SCHEDULE_NOT_FOR_AWS (exit 2) when both kinds of day are restricted, or a field has a form of
 * its own
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
 */
export function scheduleExpression(cron: string): string {
  const [minute, hour, day, month, weekday] = FIELDS.map((field, at) =>
    values(field, cron.trim().split(/\s+/)[at] ?? "*", cron),
  );
  if (day !== "*" && weekday !== "*")
    throw refused(cron, "it restricts days of the month and of the week, of which Scheduler takes one");
  const days = weekday === "*" ? `${day} ${month} ?` : `? ${month} ${weekday}`;
  return `cron(${minute} ${hour} ${days} *)`;
}

/** `*`, or every value on its own: steps and ranges mean different things to different schedulers. */
function values(field: Field, text: string, cron: string): string {
  if (text === "*") return "*";
  const all = new Set(text.split(",").flatMap((part) => expand(field, part, cron)));
  // Sunday is 0 and 7.
  if (field.name === "day of week" && all.delete(7)) all.add(0);
  const sorted = [...all].sort((one, other) => one - other);
  return sorted.map((value) => (field.name === "day of week" ? field.words?.[value] : value)).join(",");
}

function expand(field: Field, part: string, cron: string): number[] {
  const [, range = "", step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
  const [first = "", last] = range === "*" ? [String(field.from), String(field.to)] : range.split("-");
  const from = numberOf(field, first, cron);
  const to = last === undefined ? (step === undefined ? from : field.to) : numberOf(field, last, cron);
  const every = step === undefined ? 1 : Number(step);
  if (every < 1 || to < from) throw refused(cron, `its ${field.name} is "${part}"`);
  return Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, index) => from + index * every);
}

function numberOf(field: Field, text: string, cron: string): number {
  const word = field.words?.indexOf(text.toUpperCase()) ?? -1;
  const value = word >= 0 ? word : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= field.from && value <= field.to) return value;
  throw refused(cron, `its ${field.name} is "${text}"`);
}

function refused(cron: string, why: string): HoldfastError {
  return new HoldfastError({
    code: "SCHEDULE_NOT_FOR_AWS",
    message: `The schedule "${cron}" cannot be declared at EventBridge Scheduler: ${why}.`,
    hint: 'Write numbers, lists, ranges and steps, and one kind of day, e.g. "0 2 * * 1-5".',
    exitCode: 2,
  });
}
