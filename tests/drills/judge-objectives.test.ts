import assert from "node:assert/strict";
import { judgeObjectives } from "../../drills/judge-objectives.ts";
import { testProject } from "../support/jobs.ts";

const HOUR = 3_600;
const own = testProject({ objectives: { rto: "30m", rpo: "24h" } });
const rewindable = {
  ...own,
  pitr: { windowDays: 7 } as never,
  objectives: { rtoSeconds: 1_800, rpoSeconds: 300 },
};

const judged = (project: Parameters<typeof judgeObjectives>[0], rtoSeconds: number, rpoSeconds?: number) =>
  judgeObjectives(project, { rtoSeconds, rpoSeconds }).checks.map(
    ({ name, verdict, detail }) => `${verdict} ${name} ${detail}`,
  );

describe("judgeObjectives", () => {
  it("holds both figures against the objectives, to the second", () => {
    assert.deepEqual(judged(own, 1_800, 24 * HOUR), [
      "PASS RTO 30m; the objective is 30m",
      "PASS RPO 24h; the objective is 24h",
    ]);
    assert.deepEqual(judged(own, 1_800.2, 24 * HOUR + 0.5), [
      "FAIL RTO 30m1s; the objective is 30m",
      "FAIL RPO 24h1s; the objective is 24h",
    ]);
  });

  it("judges the newest point of a project that is rewound by the schedule of its points, and says so", () => {
    const told = "the objective of 5m is held by point-in-time recovery, which is lost with the project";
    assert.equal(judged(rewindable, 1, 299)[1], "PASS RPO 4m59s; the objective is 5m");
    assert.equal(
      judged(rewindable, 1, 24 * HOUR + 900)[1],
      `PASS RPO 24h15m; the schedule of nightly points allows 24h15m; ${told}`,
    );
    assert.equal(
      judged(rewindable, 1, 24 * HOUR + 901)[1],
      `FAIL RPO 24h15m1s; the schedule of nightly points allows 24h15m; ${told}`,
    );
    assert.equal(
      judged({ ...rewindable, tiers: {} }, 1, 301)[1],
      `PARTIAL RPO 5m1s by the newest point, and no schedule makes full ones; ${told}`,
    );
  });

  it("takes the time until a failure for no recovery time", () => {
    const { checks, notChecked } = judgeObjectives(own, { rtoSeconds: undefined, rpoSeconds: 60 });
    assert.deepEqual(
      checks.map(({ name }) => name),
      ["RPO"],
    );
    assert.deepEqual(notChecked, ["RTO: the recovery did not come to its end"]);
  });

  it("says that the age of a chosen point was not judged", () => {
    const { checks, notChecked } = judgeObjectives(own, { rtoSeconds: 1, rpoSeconds: undefined });
    assert.deepEqual(
      checks.map(({ name }) => name),
      ["RTO"],
    );
    assert.deepEqual(notChecked, ["RPO: the point was chosen, and need not be the newest"]);
  });
});
