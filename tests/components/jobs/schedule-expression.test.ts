import assert from "node:assert/strict";
import fc from "fast-check";
import { scheduleExpression } from "../../../components/jobs/schedule-expression.ts";
import { HoldfastError } from "../../../plan/holdfast-error.ts";
import { nextDue } from "../../../plan/schedule.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const DAYS = "SUN MON TUE WED THU FRI SAT".split(" ");

/** A field as the documentation of EventBridge reads it; of its forms those that are asked for: `*`, `?`, a list. */
function allows(field: string, value: number, words: readonly string[] = []): boolean {
  if (field === "*" || field === "?") return true;
  return field.split(",").some((part) => {
    const at = words.indexOf(part);
    assert.ok(at >= 0 || /^\d+$/.test(part), `"${part}" of ${field}`);
    return (at >= 0 ? at : Number(part)) === value;
  });
}

/** When an expression of EventBridge fires between two times in UTC. */
function firings(expression: string, from: number, to: number): string[] {
  const fields = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)$/.exec(expression)?.slice(1) ?? [];
  const [minute = "", hour = "", day = "", month = "", weekday = "", year = ""] = fields;
  assert.equal(year, "*", expression);
  assert.deepEqual([day, weekday].filter((field) => field === "?").length, 1, `one ? in ${expression}`);
  const found: string[] = [];
  for (let midnight = from; midnight < to; midnight += DAY) {
    const date = new Date(midnight);
    const isDay =
      allows(day, date.getUTCDate()) &&
      allows(month, date.getUTCMonth() + 1, ["", ...MONTHS]) &&
      // A number would be another day: EventBridge counts from SUN = 1.
      (/^[*?]$/.test(weekday) || weekday.split(",").includes(DAYS[date.getUTCDay()] ?? ""));
    if (!isDay) continue;
    for (let at = 0; at < 1_440; at += 1) {
      if (allows(hour, Math.floor(at / 60)) && allows(minute, at % 60))
        found.push(new Date(midnight + at * MINUTE).toISOString());
    }
  }
  return found;
}

function firingsOfPlan(cron: string, from: number, to: number): string[] {
  const found: string[] = [];
  for (let at = nextDue(cron, new Date(from - 1)); at.getTime() < to; at = nextDue(cron, at))
    found.push(at.toISOString());
  return found;
}

/** A field of a plan's schedule: one value, a range, steps, and lists of these. */
function field(from: number, to: number, words: readonly string[] = []): fc.Arbitrary<string> {
  const value = fc.integer({ min: from, max: to });
  const word = (at: number) => words[at - from] ?? String(at);
  const range = fc.tuple(value, value).map(([one, other]) => [Math.min(one, other), Math.max(one, other)]);
  const step = fc.integer({ min: 1, max: to });
  const part = fc.oneof(
    value.map(String),
    value.map(word),
    range.map(([one, other]) => `${one}-${other}`),
    fc.tuple(range, step).map(([[one, other], every]) => `${one}-${other}/${every}`),
    step.map((every) => `*/${every}`),
  );
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant("*") },
    { weight: 1, arbitrary: value.map(String) },
    { weight: 3, arbitrary: fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(",")) },
  );
}

const days = fc.oneof(
  // 28 at most: a day that a month has not is never due there, and a plan of such days alone is refused before.
  fc.tuple(field(1, 28), field(1, 12, MONTHS)).map(([day, month]) => `${day} ${month} *`),
  fc.tuple(field(1, 12, MONTHS), field(0, 6, DAYS)).map(([month, weekday]) => `* ${month} ${weekday}`),
);
const times = fc.tuple(field(0, 59), field(0, 23)).map((fields) => fields.join(" "));

const REFUSED = {
  "0 2 1 * 1": /restricts days of the month and of the week/,
  "60 2 * * *": /its minute is "60"/,
  "0 24 * * *": /its hour is "24"/,
  "0 2 0 * *": /its day of month is "0"/,
  "0 2 L * *": /its day of month is "L"/,
  "0 2 * 13 *": /its month is "13"/,
  "0 2 * * 8": /its day of week is "8"/,
  "0 2 * * 5#2": /its day of week is "5#2"/,
  "*/0 * * * *": /its minute is "\*\/0"/,
  "30-10 * * * *": /its minute is "30-10"/,
  "0 2 * * FRI-MON": /its day of week is "FRI-MON"/,
};

describe("scheduleExpression", () => {
  for (const [cron, expected] of Object.entries({
    "0 2 * * *": "cron(0 2 * * ? *)",
    "0 3 * * 0": "cron(0 3 ? * SUN *)",
    "0 3 * * 7": "cron(0 3 ? * SUN *)",
    "0 4 1 * *": "cron(0 4 1 * ? *)",
    "0 5 3 1,4,7,10 *": "cron(0 5 3 1,4,7,10 ? *)",
    "0 5 4 nov *": "cron(0 5 4 11 ? *)",
    "0 2 * * 1-5": "cron(0 2 ? * MON,TUE,WED,THU,FRI *)",
    "0 2 * * 5-7": "cron(0 2 ? * SUN,FRI,SAT *)",
    "*/15 * * * *": "cron(0,15,30,45 * * * ? *)",
    "5-20/7 */8 * * *": "cron(5,12,19 0,8,16 * * ? *)",
    "0 0 29 2 *": "cron(0 0 29 2 ? *)",
    "  30   2 * *  MON ": "cron(30 2 ? * MON *)",
  }))
    it(`${cron} is ${expected}`, () => assert.equal(scheduleExpression(cron), expected));

  for (const [cron, message] of Object.entries(REFUSED))
    it(`${cron} is refused`, () =>
      assert.throws(
        () => scheduleExpression(cron),
        (error) =>
          error instanceof HoldfastError &&
          error.code === "SCHEDULE_NOT_FOR_AWS" &&
          error.exitCode === 2 &&
          message.test(error.message),
      ));

  it("fires when the plan's schedule does", () => {
    const start = fc.integer({ min: 0, max: 3_000 }).map((day) => Date.UTC(2026, 0, 1) + day * DAY);
    fc.assert(
      fc.property(times, days, start, (time, day, from) => {
        same(`${time} * * *`, from, 1);
        same(`30 2 ${day}`, from, 200);
        same(`${time} ${day}`, from, 2);
      }),
      { numRuns: 50 },
    );
  });
});

function same(cron: string, from: number, dayCount: number): void {
  const to = from + dayCount * DAY;
  const expression = scheduleExpression(cron);
  const plan = firingsOfPlan(cron, from, to);
  assert.deepEqual(firings(expression, from, to), plan, `${cron} as ${expression}`);
}
