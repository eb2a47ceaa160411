import assert from "node:assert/strict";
import fc from "fast-check";
import { firingsBetween } from "../../../jobs/measure/firings-between.ts";
import { tierFigures } from "../../../jobs/measure/tier-figures.ts";

const NIGHTLY = "0 2 * * *";
const BEGAN = new Date("2020-01-01T00:00:00Z");
const days = (first: string, count: number): Date[] =>
  Array.from({ length: count }, (_, index) => new Date(Date.parse(first) + index * 86_400_000));

/** In short: points, due, missed, age in hours. */
function figures(
  points: readonly Date[],
  now: string,
  schedule = NIGHTLY,
  beganAt = BEGAN,
  lateAfterSeconds = 7_200,
) {
  const question = { now: new Date(now), windowDays: 7, beganAt, lateAfterSeconds };
  const found = tierFigures(points, schedule, question);
  const missed = found.missed.map((at) => at.toISOString().slice(0, 10));
  return [found.count, found.due.length, missed, (found.ageSeconds ?? Number.NaN) / 3_600];
}

describe("what a tier's points say of its schedule", () => {
  it("counts one point for each night of a week over the end of a year", () => {
    const nights = days("2026-12-20T02:00:09Z", 16);
    assert.deepEqual(figures(nights, "2027-01-04T08:00:00Z"), [7, 7, [], 5.9975]);
  });

  it("counts a night more in the week of a leap day, and none in that of a common year", () => {
    assert.deepEqual(figures(days("2028-02-20T02:00:00Z", 11), "2028-03-01T02:00:00Z").slice(0, 3), [
      7,
      6,
      [],
    ]);
    assert.deepEqual(
      firingsBetween("0 2 29 2 *", BEGAN, new Date("2029-01-01T00:00:00Z")).map((at) => at.toISOString()),
      ["2020-02-29T02:00:00.000Z", "2024-02-29T02:00:00.000Z", "2028-02-29T02:00:00.000Z"],
    );
  });

  it("names the night that is missing, however many points the others have", () => {
    const nights = days("2026-12-20T02:00:09Z", 16).filter((at) => at.getUTCDate() !== 31);
    const twice = [...nights, new Date("2026-12-30T09:00:00Z")];
    assert.deepEqual(figures(twice, "2027-01-04T08:00:00Z").slice(0, 3), [7, 7, ["2026-12-31"]]);
  });

  it("takes a backup that was run again by hand, before the next was due, as that night's", () => {
    const nights = days("2026-12-20T02:00:09Z", 16).filter((at) => at.getUTCDate() !== 31);
    const again = [...nights, new Date("2027-01-01T01:59:59Z")];
    assert.deepEqual(figures(again, "2027-01-04T08:00:00Z")[2], []);
    const tooLate = [...nights, new Date("2027-01-01T02:00:00Z")];
    assert.deepEqual(figures(tooLate, "2027-01-04T08:00:00Z")[2], ["2026-12-31"]);
  });

  it("gives tonight's backup two hours before it is owed", () => {
    const nights = days("2026-12-20T02:00:00Z", 15);
    assert.deepEqual(figures(nights, "2027-01-04T03:59:59Z")[2], []);
    assert.deepEqual(figures(nights, "2027-01-04T04:00:00Z")[2], ["2027-01-04"]);
  });

  it("gives tonight's backup as long as the plan lets one take", () => {
    const nights = days("2026-12-28T02:00:09Z", 7);
    const missed = (lateAfterSeconds: number) =>
      figures(nights, "2027-01-04T08:00:00Z", NIGHTLY, BEGAN, lateAfterSeconds)[2];
    assert.deepEqual([missed(6 * 3_600), missed(6 * 3_600 + 1)], [["2027-01-04"], []]);
  });

  it("owes nothing for the time before the first point, nor before the environment began", () => {
    assert.deepEqual(figures(days("2027-01-02T02:00:30Z", 3), "2027-01-04T08:00:00Z").slice(0, 3), [
      3,
      3,
      [],
    ]);
    // By hand, at noon: the night before was not this tier's yet.
    assert.deepEqual(figures([new Date("2027-01-03T12:00:00Z")], "2027-01-04T08:00:00Z").slice(0, 3), [
      1,
      1,
      ["2027-01-04"],
    ]);
    const began = new Date("2027-01-03T09:00:00Z");
    assert.deepEqual(figures([], "2027-01-04T03:00:00Z", NIGHTLY, began), [0, 0, [], Number.NaN]);
    assert.deepEqual(figures([], "2027-01-04T08:00:00Z", NIGHTLY, began)[2], ["2027-01-04"]);
  });

  it("owes everything of a week to a tier without any point", () => {
    assert.equal(figures([], "2027-01-04T08:00:00Z")[1], 7);
    assert.deepEqual(figures([], "2027-01-06T08:00:00Z", "0 3 * * 0"), [0, 1, ["2027-01-03"], Number.NaN]);
  });

  it("misses nothing whenever there is a point after each firing, and exactly those that are taken away", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("2026-01-01"), max: new Date("2031-01-01"), noInvalidDate: true }),
        fc.constantFrom(NIGHTLY, "30 */6 * * *", "0 3 * * 0", "15 4 1 * *"),
        fc.integer({ min: 0, max: 40 }),
        (now, schedule, lost) => {
          const long = firingsBetween(schedule, new Date(now.getTime() - 70 * 86_400_000), now);
          const options = { now, windowDays: 7, beganAt: BEGAN, lateAfterSeconds: 7_200 };
          const all = tierFigures(long, schedule, options);
          assert.deepEqual(all.missed, []);
          const gone = all.due[lost];
          if (gone === undefined) return;
          const less = long.filter((at) => at.getTime() !== gone.getTime());
          assert.deepEqual(tierFigures(less, schedule, options).missed, [gone]);
        },
      ),
      { numRuns: 150 },
    );
  });
});
