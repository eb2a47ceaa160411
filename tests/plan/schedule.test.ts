import assert from "node:assert/strict";
import fc from "fast-check";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import {
  firingsPerMonth,
  longestGapSeconds,
  nextDue,
  previousDue,
  shortestGapSeconds,
} from "../../plan/schedule.ts";

const HOUR = 3_600;
const DAY = 24 * HOUR;
const at = (text: string) => new Date(text);

/** Schedules that fire, of every kind the plan allows. */
const cron = fc
  .record({
    minute: fc.oneof(fc.nat({ max: 59 }).map(String), fc.constantFrom("0,30", "*/20", "15-45/15")),
    hour: fc.oneof(fc.nat({ max: 23 }).map(String), fc.constantFrom("*", "*/6", "1-5", "0,12")),
    day: fc.oneof(
      fc.constant("* * *"),
      fc.nat({ max: 6 }).map((weekday) => `* * ${weekday}`),
      fc.integer({ min: 1, max: 28 }).map((day) => `${day} * *`),
      fc.constantFrom("31 * *", "29 2 *", "1 1,4,7,10 *", "* * 1-5", "* JAN MON"),
    ),
  })
  .map(({ minute, hour, day }) => `${minute} ${hour} ${day}`);

const time = fc.date({
  min: at("2020-01-01T00:00:00Z"),
  max: at("2039-12-31T00:00:00Z"),
  noInvalidDate: true,
});

describe("schedule", () => {
  it("finds the next and the previous time in UTC, never now itself", () => {
    const now = at("2026-01-31T02:00:00Z");
    assert.deepEqual(nextDue("0 2 * * *", now), at("2026-02-01T02:00:00Z"));
    assert.deepEqual(previousDue("0 2 * * *", now), at("2026-01-30T02:00:00Z"));
    assert.deepEqual(nextDue("0 2 * * *", at("2026-01-31T01:59:59Z")), now);
  });

  it("knows no daylight saving", () => {
    for (const day of ["2026-03-29", "2026-10-25"]) {
      assert.deepEqual(nextDue("30 2 * * *", at(`${day}T00:00:00Z`)), at(`${day}T02:30:00Z`));
    }
  });

  it("crosses months, years and leap days", () => {
    assert.deepEqual(nextDue("0 4 1 * *", at("2026-12-15T00:00:00Z")), at("2027-01-01T04:00:00Z"));
    assert.deepEqual(nextDue("0 0 29 2 *", at("2026-01-01T00:00:00Z")), at("2028-02-29T00:00:00Z"));
    assert.deepEqual(previousDue("0 0 29 2 *", at("2026-01-01T00:00:00Z")), at("2024-02-29T00:00:00Z"));
  });

  for (const [schedule, longest, shortest] of [
    ["0 2 * * *", DAY, DAY],
    ["0 3 * * 0", 7 * DAY, 7 * DAY],
    ["0 4 1 * *", 31 * DAY, 28 * DAY],
    ["0 2 * * 1-5", 3 * DAY, DAY],
    ["*/15 * * * *", 900, 900],
    ["0 */6 * * *", 6 * HOUR, 6 * HOUR],
    ["0 9-17 * * *", 16 * HOUR, HOUR],
    ["0 5 3 1,4,7,10 *", 92 * DAY, 90 * DAY],
    ["0 5 4 11 *", 366 * DAY, 365 * DAY],
    ["0 0 29 2 *", 1_461 * DAY, 1_461 * DAY],
    ["* * * 1 *", 335 * DAY + 60, 60],
    ["0,1 23,0 * * *", 22 * HOUR + 59 * 60, 60],
    ["0 0 31 * *", 61 * DAY, 31 * DAY],
  ] as const) {
    it(`leaves at most ${longest} and at least ${shortest} seconds between runs of ${schedule}`, () => {
      assert.equal(longestGapSeconds(schedule), longest);
      assert.equal(shortestGapSeconds(schedule), shortest);
    });
  }

  it("counts runs in a month", () => {
    assert.equal(Math.round(firingsPerMonth("0 2 * * *")), 30);
    assert.equal(firingsPerMonth("0 3 * * 0").toFixed(1), "4.3");
    assert.equal(firingsPerMonth("0 4 1 * *").toFixed(1), "1.0");
    assert.equal(firingsPerMonth("0 5 4 11 *").toFixed(2), "0.08");
  });

  it("puts every next time after, every previous before, and none of them further away than the longest gap", () => {
    fc.assert(
      fc.property(cron, time, (schedule, now) => {
        const next = nextDue(schedule, now);
        const previous = previousDue(schedule, now);
        const longest = longestGapSeconds(schedule) * 1_000;
        assert.ok(next > now && previous < now);
        // A time exactly on a firing has a gap on either side.
        assert.ok(next.getTime() - now.getTime() <= longest);
        assert.ok(next.getTime() - previous.getTime() <= 2 * longest);
        assert.ok(shortestGapSeconds(schedule) * 1_000 <= nextDue(schedule, next).getTime() - next.getTime());
        assert.equal(next.getUTCSeconds(), 0);
      }),
      { numRuns: 60 },
    );
  });

  for (const [schedule, why] of [
    ["", /it has 1 fields/],
    ["0 2 * *", /it has 4 fields/],
    ["0 0 2 * * *", /it has 6 fields/],
    ["@daily", /it has 1 fields/],
    ["0 25 * * *", /./],
    ["60 2 * * *", /./],
    ["0 2 * * 9", /./],
    ["a b c d e", /./],
    ["0 2 L * *", /signs beyond/],
    ["0 2 ? * 1", /signs beyond/],
    ["0 2 * * 1#1", /signs beyond/],
    ["0 0 30 2 *", /it never fires/],
    ["0 0 31 4,6 *", /it never fires/],
    ["0 2 1 * 1", /either of them, not both/],
  ] as const) {
    it(`refuses ${JSON.stringify(schedule)}`, () => {
      assert.throws(
        () => nextDue(schedule, at("2026-01-01T00:00:00Z")),
        (error) =>
          error instanceof HoldfastError &&
          error.code === "SCHEDULE_INVALID" &&
          error.exitCode === 2 &&
          why.test(error.message) &&
          error.hint.includes("five fields"),
      );
      assert.throws(() => longestGapSeconds(schedule), HoldfastError);
      assert.throws(() => previousDue(schedule, at("2026-01-01T00:00:00Z")), HoldfastError);
    });
  }
});
