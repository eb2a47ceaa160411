import assert from "node:assert/strict";
import fc from "fast-check";
import { type ExpectationBounds, expectedPoints } from "../../plan/expected-points.ts";
import { nextDue } from "../../plan/schedule.ts";

const NIGHTLY = { schedule: "0 2 * * *", retain: { days: 30 } } as const;
const WEEKLY = { schedule: "0 3 * * 0", retain: { count: 4 } } as const;
const MONTHLY = { schedule: "0 4 1 * *", retain: { count: 6 } } as const;
const LONG_AGO = new Date("2000-01-01T00:00:00Z");

const bounds = (now: string, others: Partial<ExpectationBounds> = {}): ExpectationBounds => ({
  now: new Date(now),
  since: LONG_AGO,
  graceSeconds: 3_600,
  ...others,
});
const texts = (times: readonly Date[]) => times.map((at) => at.toISOString().slice(0, 16));

describe("expectedPoints", () => {
  it("counts one for each time that was due within the retention", () => {
    const { due, gaps } = expectedPoints(NIGHTLY, [], bounds("2026-06-30T12:00:00Z"));
    assert.equal(due.length, 30);
    assert.deepEqual(texts([due[0] ?? LONG_AGO, due[29] ?? LONG_AGO]), [
      "2026-06-01T02:00",
      "2026-06-30T02:00",
    ]);
    assert.deepEqual(gaps, due);
  });

  it("names a gap by the time that was due, at the end of a year and on a leap day too", () => {
    const taken = ["2027-12-31T02:00:41Z", "2028-01-02T02:00:40Z"].map((at) => new Date(at));
    const year = bounds("2028-01-02T08:00:00Z", { since: new Date("2027-12-30T12:00:00Z") });
    assert.deepEqual(texts(expectedPoints(NIGHTLY, taken, year).gaps), ["2028-01-01T02:00"]);
    const leap = bounds("2028-03-01T08:00:00Z", { since: new Date("2028-02-28T00:00:00Z") });
    const found = expectedPoints(
      NIGHTLY,
      [new Date("2028-02-28T02:01:00Z"), new Date("2028-03-01T02:01:00Z")],
      leap,
    );
    assert.deepEqual(texts(found.due), ["2028-02-28T02:00", "2028-02-29T02:00", "2028-03-01T02:00"]);
    assert.deepEqual(texts(found.gaps), ["2028-02-29T02:00"]);
  });

  it("asks for no more than a count, and for none from before the beginning", () => {
    const now = bounds("2026-06-30T12:00:00Z");
    assert.deepEqual(texts(expectedPoints(WEEKLY, [], now).due), [
      "2026-06-07T03:00",
      "2026-06-14T03:00",
      "2026-06-21T03:00",
      "2026-06-28T03:00",
    ]);
    assert.equal(expectedPoints(MONTHLY, [], now).due.length, 6);
    const young = { ...now, since: new Date("2026-06-15T00:00:00Z") };
    assert.deepEqual(texts(expectedPoints(WEEKLY, [], young).due), ["2026-06-21T03:00", "2026-06-28T03:00"]);
    assert.deepEqual(expectedPoints(WEEKLY, [], { ...now, since: now.now }), { due: [], gaps: [] });
  });

  it("gives a point its grace, to the second", () => {
    const dueAt = (now: string) => texts(expectedPoints(WEEKLY, [], bounds(now)).due).at(-1);
    assert.equal(dueAt("2026-06-28T03:59:59Z"), "2026-06-21T03:00");
    assert.equal(dueAt("2026-06-28T04:00:00Z"), "2026-06-28T03:00");
  });

  it("takes a late point for the time before it, and not for the one after", () => {
    const since = new Date("2026-06-28T00:00:00Z");
    const late = [new Date("2026-06-29T19:00:00Z")];
    const now = bounds("2026-06-30T12:00:00Z", { since });
    assert.deepEqual(texts(expectedPoints(NIGHTLY, late, now).gaps), [
      "2026-06-28T02:00",
      "2026-06-30T02:00",
    ]);
    // Of the 30th, which has its grace still: it does not stand for the 29th.
    const early = bounds("2026-06-30T02:30:00Z", { since });
    assert.deepEqual(texts(expectedPoints(NIGHTLY, [new Date("2026-06-30T02:05:00Z")], early).gaps), [
      "2026-06-28T02:00",
      "2026-06-29T02:00",
    ]);
  });

  it("forgives clocks that differ by a minute, and no more", () => {
    const now = bounds("2026-06-30T12:00:00Z", { since: new Date("2026-06-30T00:00:00Z") });
    const gapsWith = (at: string) => expectedPoints(NIGHTLY, [new Date(at)], now).gaps.length;
    assert.equal(gapsWith("2026-06-30T01:59:00Z"), 0);
    assert.equal(gapsWith("2026-06-30T01:58:59Z"), 1);
  });

  describe("for any schedule, points and time", () => {
    const schedules = fc.constantFrom(
      "0 2 * * *",
      "30 */6 * * *",
      "0 3 * * 0",
      "0 4 1 * *",
      "15 5 29 2 *",
      "0 0 31 12 *",
    );
    const retains = fc.oneof(
      fc.record({ days: fc.integer({ min: 1, max: 400 }) }),
      fc.record({ count: fc.integer({ min: 1, max: 12 }) }),
    );
    const times = fc.date({
      min: new Date("2026-01-01T00:00:00Z"),
      max: new Date("2033-01-01T00:00:00Z"),
      noInvalidDate: true,
    });
    const inputs = fc
      .record({
        schedule: schedules,
        retain: retains,
        now: times,
        age: fc.integer({ min: 0, max: 500 }),
        graceSeconds: fc.integer({ min: 0, max: 7_200 }),
        taken: fc.array(fc.integer({ min: 0, max: 500 * 86_400 }), { maxLength: 30 }),
      })
      .map(({ schedule, retain, now, age, graceSeconds, taken }) => ({
        rule: { schedule, retain },
        at: { now, since: new Date(now.getTime() - age * 86_400_000), graceSeconds },
        taken: taken.map((seconds) => new Date(now.getTime() - seconds * 1_000)),
      }));

    it("gaps are due times, and a point at a gap closes that gap alone", () => {
      fc.assert(
        fc.property(inputs, fc.nat(), ({ rule, at, taken }, pick) => {
          const { due, gaps } = expectedPoints(rule, taken, at);
          const dueTimes = due.map(Number);
          assert.ok(gaps.every((gap) => dueTimes.includes(gap.getTime())));
          const gap = gaps[pick % Math.max(1, gaps.length)];
          if (gap === undefined) return;
          const mended = expectedPoints(rule, [...taken, gap], at).gaps.map(Number);
          assert.deepEqual(
            mended,
            gaps.map(Number).filter((time) => time !== gap.getTime()),
          );
        }),
        { numRuns: 150 },
      );
    });

    it("every due time fires, lies within the bounds, and none between two of them is left out", () => {
      fc.assert(
        fc.property(inputs, ({ rule, at }) => {
          const { due } = expectedPoints(rule, [], at);
          if ("count" in rule.retain) assert.ok(due.length <= rule.retain.count);
          for (const [index, time] of due.entries()) {
            assert.ok(time >= at.since && time.getTime() + at.graceSeconds * 1_000 <= at.now.getTime());
            assert.deepEqual(nextDue(rule.schedule, new Date(time.getTime() - 1_000)), time);
            const next = due[index + 1];
            if (next) assert.deepEqual(nextDue(rule.schedule, time), next);
          }
          const after = due.at(-1);
          const next = after && nextDue(rule.schedule, after);
          if (next) assert.ok(next.getTime() + at.graceSeconds * 1_000 > at.now.getTime());
        }),
        { numRuns: 150 },
      );
    });

    it("the order of points does not matter, and every point taken in time leaves no gap", () => {
      fc.assert(
        fc.property(inputs, fc.integer({ min: -60, max: 3_600 }), ({ rule, at, taken }, delay) => {
          assert.deepEqual(expectedPoints(rule, taken.toReversed(), at), expectedPoints(rule, taken, at));
          const { due } = expectedPoints(rule, [], at);
          const inTime = due.map((time) => new Date(time.getTime() + delay * 1_000));
          assert.deepEqual(expectedPoints(rule, inTime, at).gaps, []);
        }),
        { numRuns: 150 },
      );
    });
  });
});
