import assert from "node:assert/strict";
import { lateness } from "../../../jobs/watch/lateness.ts";

const since = new Date("2026-01-01T00:00:00Z");
const lateAfterSeconds = 7_200;
const at = (text: string) => new Date(`${text}Z`);

describe("the lateness of a scheduled job", () => {
  for (const [schedule, last, due] of [
    ["0 2 * * *", "2026-03-02T02:01:00", "2026-03-03T02:00:00"],
    // A Tuesday is missed on Tuesday, and not when as much time has passed as over a weekend.
    ["0 2 * * 1-5", "2026-03-02T02:01:00", "2026-03-03T02:00:00"],
    ["0 2 * * 1-5", "2026-03-06T02:01:00", "2026-03-09T02:00:00"],
    ["0 2,6 * * *", "2026-03-02T02:01:00", "2026-03-02T06:00:00"],
    ["0 2 1 * *", "2026-02-01T02:01:00", "2026-03-01T02:00:00"],
    ["0 2 29 2 *", "2024-02-29T02:01:00", "2028-02-29T02:00:00"],
    ["30 23 31 12 *", "2025-12-31T23:31:00", "2026-12-31T23:30:00"],
  ] as const)
    it(`of ${schedule} after ${last} begins two hours after ${due}`, () => {
      const told = (now: number) =>
        lateness(schedule, at(last), { since: new Date(0), now: new Date(now), lateAfterSeconds });
      const owed = at(due).getTime() + 7_200_000;
      assert.equal(told(owed), undefined);
      assert.deepEqual(told(owed + 1), { last: at(last), due: at(due) });
    });

  it("owes nothing for the time before the plan had it, and all since then", () => {
    const told = (now: string, last?: Date) =>
      lateness("0 2 * * *", last, { since, now: at(now), lateAfterSeconds });
    assert.equal(told("2026-01-01T04:00:00"), undefined);
    assert.deepEqual(told("2026-01-01T04:00:01"), { due: at("2026-01-01T02:00:00") });
    const old = at("2025-06-01T02:00:00");
    assert.equal(told("2026-01-01T04:00:00", old), undefined);
    assert.deepEqual(told("2026-01-01T04:00:01", old), { last: old, due: at("2026-01-01T02:00:00") });
  });

  it("takes what ran by a clock that is behind for the run that was due", () => {
    const told = (last: string) =>
      lateness("0 2 * * *", at(last), { since, now: at("2026-03-02T12:00:00"), lateAfterSeconds })?.due;
    assert.equal(told("2026-03-02T01:55:00"), undefined);
    assert.deepEqual(told("2026-03-02T01:54:59"), at("2026-03-02T02:00:00"));
  });
});
