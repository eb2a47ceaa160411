import assert from "node:assert/strict";
import fc from "fast-check";
import { drillDue } from "../../plan/drill-due.ts";
import { nextDue, previousDue } from "../../plan/schedule.ts";
import { DEFAULT_DRILL_SCHEDULES, DRILL_KINDS } from "../../plan/schema/drills.ts";

const WEEKLY = DEFAULT_DRILL_SCHEDULES["staging-restore"];
const QUARTERLY = DEFAULT_DRILL_SCHEDULES["full-dr"];
const ANNUAL = DEFAULT_DRILL_SCHEDULES["region-failover"];
const at = (text: string) => new Date(text);

/** What is due at a time, in words. */
const due = (schedule: string, now: string, history: { lastAt?: string; since?: string }) => {
  const { dueAt, isDue, overdueSeconds } = drillDue(schedule, {
    now: at(now),
    ...(history.lastAt && { lastAt: at(history.lastAt) }),
    ...(history.since && { since: at(history.since) }),
  });
  return [dueAt.toISOString().slice(0, 16), isDue, overdueSeconds];
};

describe("drillDue", () => {
  it("is due from the second of its schedule on, and not one earlier", () => {
    const lastAt = "2026-06-01T05:00:07Z";
    assert.deepEqual(due(WEEKLY, "2026-06-08T04:59:59Z", { lastAt }), ["2026-06-08T05:00", false, 0]);
    assert.deepEqual(due(WEEKLY, "2026-06-08T05:00:00Z", { lastAt }), ["2026-06-08T05:00", true, 0]);
    assert.deepEqual(due(WEEKLY, "2026-06-09T05:00:01Z", { lastAt }), ["2026-06-08T05:00", true, 86_401]);
  });

  it("counts one that began at the very time for that time, and one by hand before it for the one before", () => {
    assert.deepEqual(due(WEEKLY, "2026-06-08T05:00:00Z", { lastAt: "2026-06-08T05:00:00Z" }), [
      "2026-06-15T05:00",
      false,
      0,
    ]);
    assert.deepEqual(due(WEEKLY, "2026-06-08T05:00:30Z", { lastAt: "2026-06-08T04:59:59Z" }), [
      "2026-06-08T05:00",
      true,
      30,
    ]);
  });

  it("crosses the end of a year, and a leap day", () => {
    assert.deepEqual(due(QUARTERLY, "2026-12-31T23:59:59Z", { lastAt: "2026-10-03T05:00:00Z" }), [
      "2027-01-03T05:00",
      false,
      0,
    ]);
    assert.deepEqual(due(ANNUAL, "2028-11-04T05:00:00Z", { lastAt: "2027-11-04T06:00:00Z" }), [
      "2028-11-04T05:00",
      true,
      0,
    ]);
    const leap = "0 5 29 2 *";
    assert.deepEqual(due(leap, "2027-03-01T00:00:00Z", { lastAt: "2024-02-29T05:10:00Z" }), [
      "2028-02-29T05:00",
      false,
      0,
    ]);
    assert.deepEqual(due(leap, "2028-03-01T05:00:00Z", { lastAt: "2024-02-29T05:10:00Z" }), [
      "2028-02-29T05:00",
      true,
      86_400,
    ]);
    assert.deepEqual(due("0 5 31 * *", "2026-06-30T12:00:00Z", { lastAt: "2026-05-31T05:00:00Z" }), [
      "2026-07-31T05:00",
      false,
      0,
    ]);
  });

  it("owes nothing from before the environment began, and nothing at all without evidence", () => {
    assert.deepEqual(due(WEEKLY, "2026-06-03T00:00:00Z", {}), ["2026-06-08T05:00", false, 0]);
    assert.deepEqual(due(WEEKLY, "2026-06-07T00:00:00Z", { since: "2026-06-02T10:00:00Z" }), [
      "2026-06-08T05:00",
      false,
      0,
    ]);
    assert.deepEqual(due(WEEKLY, "2026-06-08T06:00:00Z", { since: "2026-06-02T10:00:00Z" }), [
      "2026-06-08T05:00",
      true,
      3_600,
    ]);
  });

  it("is not put off by a record from a clock that is ahead", () => {
    assert.deepEqual(due(WEEKLY, "2026-06-03T00:00:00Z", { lastAt: "2031-01-01T00:00:00Z" }), [
      "2026-06-08T05:00",
      false,
      0,
    ]);
  });

  it("refuses what is no schedule", () => {
    assert.throws(() => drillDue("every Monday", { now: at("2026-06-03T00:00:00Z") }), {
      code: "SCHEDULE_INVALID",
    });
  });

  const schedule = fc.oneof(
    fc.constantFrom(...DRILL_KINDS.map((kind) => DEFAULT_DRILL_SCHEDULES[kind])),
    fc.constantFrom("0 5 29 2 *", "30 23 31 12 *", "*/20 * * * *", "0 0 1 1 *"),
  );
  const time = fc.date({
    min: at("2020-01-01T00:00:00Z"),
    max: at("2039-12-31T00:00:00Z"),
    noInvalidDate: true,
  });

  it("is due exactly when its schedule fired after it was last begun, and no more once it is begun", () => {
    fc.assert(
      fc.property(schedule, time, time, (cron, one, other) => {
        const [lastAt, now] = one < other ? [one, other] : [other, one];
        const { isDue, dueAt, overdueSeconds } = drillDue(cron, { now, lastAt });
        // The newest firing up to now, found the other way round.
        const fired = previousDue(cron, new Date(now.getTime() + 1));
        assert.equal(isDue, fired > lastAt);
        assert.deepEqual(dueAt, nextDue(cron, lastAt));
        assert.equal(overdueSeconds > 0, isDue && now.getTime() - dueAt.getTime() >= 1_000);
        const afterwards = drillDue(cron, { now, lastAt: now });
        assert.deepEqual([afterwards.isDue, afterwards.dueAt], [false, nextDue(cron, now)]);
      }),
    );
  });

  it("started by its due times alone, runs once for each of them over years", () => {
    fc.assert(
      fc.property(
        schedule.filter((cron) => !cron.startsWith("*")),
        time,
        (cron, start) => {
          let lastAt = start;
          for (let round = 0; round < 6; round++) {
            const { dueAt } = drillDue(cron, { now: lastAt, lastAt });
            assert.ok(dueAt > lastAt);
            assert.equal(drillDue(cron, { now: new Date(dueAt.getTime() - 1), lastAt }).isDue, false);
            assert.equal(drillDue(cron, { now: dueAt, lastAt }).isDue, true);
            assert.deepEqual(previousDue(cron, new Date(dueAt.getTime() + 1)), dueAt);
            lastAt = dueAt;
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
