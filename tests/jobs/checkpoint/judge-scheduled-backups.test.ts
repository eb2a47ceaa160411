import assert from "node:assert/strict";
import { judgeScheduledBackups } from "../../../jobs/checkpoint/judge-scheduled-backups.ts";
import type { Tier } from "../../../plan/tier.ts";
import { testProject } from "../../support/jobs.ts";

const BEGAN = new Date("2026-01-01T00:00:00Z");
const NIGHTLY = testProject({ tiers: { nightly: { schedule: "0 2 * * *" } } });

const point = (at: string, tier: Tier = "nightly") => ({
  id: `${tier} ${at}`,
  tier,
  createdAt: new Date(at),
});
const judge = (now: string, points: ReturnType<typeof point>[], beganAt = BEGAN, project = NIGHTLY) =>
  judgeScheduledBackups(project, points, { now: new Date(now), beganAt, lateAfterSeconds: 7_200 }).map(
    ({ name, verdict, detail }) => [name, verdict, detail] as const,
  );

describe("the scheduled backups that a checkpoint looks for", () => {
  const yesterday = point("2026-01-30T02:00:10Z");

  it("are fresh until two hours after the next one was due, to the millisecond", () => {
    assert.deepEqual(judge("2026-01-31T03:59:59.999Z", [yesterday]), [
      ["nightly backup", "PASS", "the newest is nightly 2026-01-30T02:00:10Z, 25h59m49s old"],
    ]);
    assert.deepEqual(judge("2026-01-31T04:00:00.000Z", [yesterday]), [
      [
        "nightly backup",
        "FAIL",
        "the newest is nightly 2026-01-30T02:00:10Z, 25h59m50s old; one was due 2026-01-31T02:00:00.000Z",
      ],
    ]);
  });

  it("are fresh again when one was taken, late or by hand, and by a clock that is behind", () => {
    for (const at of ["2026-01-31T02:00:00Z", "2026-01-31T11:00:00Z", "2026-01-31T01:59:00Z"])
      assert.equal(judge("2026-01-31T12:00:00Z", [point(at), yesterday])[0]?.[1], "PASS", at);
    assert.equal(judge("2026-01-31T12:00:00Z", [point("2026-01-31T01:58:59Z")])[0]?.[1], "FAIL");
  });

  it("are not those of another tier", () => {
    const checkpoint = point("2026-01-31T11:00:00Z", "checkpoint");
    assert.equal(judge("2026-01-31T12:00:00Z", [checkpoint, yesterday])[0]?.[1], "FAIL");
  });

  it("are owed by an environment since it began, not before", () => {
    const began = new Date("2026-01-31T02:00:00.001Z");
    assert.deepEqual(judge("2026-01-31T12:00:00Z", [], began), [
      ["nightly backup", "PASS", "there is none, and none was due yet"],
    ]);
    assert.deepEqual(judge("2026-01-31T12:00:00Z", [], new Date("2026-01-31T02:00:00Z")), [
      ["nightly backup", "FAIL", "there is none; one was due 2026-01-31T02:00:00.000Z"],
    ]);
  });

  it("are looked for in each scheduled tier, over a leap day and a year's end too", () => {
    const project = testProject({
      tiers: { nightly: {}, weekly: {}, monthly: { schedule: "0 4 29 2 *", retain: { days: 30 } } },
    });
    const points = [
      point("2028-12-31T02:00:00Z"),
      point("2028-12-31T03:00:00Z", "weekly"),
      point("2028-02-29T04:00:00Z", "monthly"),
    ];
    const verdicts = (now: string) => judge(now, points, BEGAN, project).map(([, verdict]) => verdict);
    assert.deepEqual(verdicts("2029-01-01T03:59:00Z"), ["PASS", "PASS", "PASS"]);
    assert.deepEqual(verdicts("2029-01-01T04:00:00Z"), ["FAIL", "PASS", "PASS"]);
    assert.deepEqual(verdicts("2029-01-07T05:00:00Z"), ["FAIL", "FAIL", "PASS"]);
    assert.deepEqual(verdicts("2032-02-29T06:00:00Z"), ["FAIL", "FAIL", "FAIL"]);
  });
});
