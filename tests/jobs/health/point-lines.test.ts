import assert from "node:assert/strict";
import type { HealthReport } from "../../../jobs/health.ts";
import { evidenceSince } from "../../../vault/evidence/evidence-since.ts";
import {
  createEnvironmentBench,
  type EnvironmentBench,
  lineOf,
} from "../measure/support/environment-bench.ts";

/** A Monday morning in the first week of a year. */
const NOW = "2027-01-04T08:00:00Z";
const NIGHTS = Array.from(
  { length: 12 },
  (_, index) => new Date(Date.parse("2026-12-24T02:00:05Z") + index * 86_400_000),
);
const MIB = 1_048_576;

describe("health: points, their evidence and retention", function () {
  this.timeout(60_000);
  let bench: EnvironmentBench;
  let report: HealthReport;

  before(async () => {
    const tiers = { nightly: { schedule: "0 2 * * *", retain: { days: 8 } } };
    const project = (name: string, more: object = {}) => ({
      ...{ name, kind: "postgres", connection: { env: "URL" }, tiers },
      ...more,
    });
    bench = await createEnvironmentBench({
      now: NOW,
      projects: [
        project("whole"),
        project("broken"),
        project("empty", { drills: { "staging-restore": { skip: "no target yet" } } }),
        project("weekly", {
          objectives: { rpo: "7d" },
          tiers: { weekly: { schedule: "0 3 * * 0", retain: { count: 2 } } },
        }),
      ],
    });
    await bench.addEvidence("backup", "2026-12-24T02:00:00Z", { tier: "nightly", point: "first" }, "whole");
    for (const at of NIGHTS) await bench.addPoint("whole", "nightly", at.toISOString());
    for (const [at, durationSeconds] of [
      ["2026-12-29T02:05:00Z", 12],
      ["2027-01-03T02:05:00Z", 899.2],
      // Longer ago than a week.
      ["2026-12-27T02:05:00Z", 5_000],
    ] as const)
      await bench.addEvidence(
        "backup",
        at,
        { tier: "nightly", point: `nightly_${at.slice(0, 10)}`, durationSeconds },
        "whole",
      );
    const drill = { drill: "staging-restore", point: "nightly_20270104_020005", rtoSeconds: 93.2 };
    await bench.addEvidence(
      "drill",
      "2027-01-04T05:10:00Z",
      { ...drill, completedAt: "2027-01-04T05:09:00.000Z" },
      "whole",
    );

    for (const at of NIGHTS.slice(0, -1).filter((night) => night.getUTCDate() !== 31))
      await bench.addPoint("broken", "nightly", at.toISOString(), {
        bytes: at.getUTCDate() === 2 ? 12 * MIB : 5 * MIB,
        verified: at.getUTCDate() < 26,
      });
    await bench.addEvidence(
      "backup",
      "2027-01-03T02:05:00Z",
      { tier: "nightly", point: "nightly_20270103_020005", durationSeconds: 900 },
      "broken",
    );
    await bench.addEvidence("drill", "2026-12-28T05:10:00Z", { drill: "staging-restore" }, "broken");
    await bench.addEvidence(
      "drill",
      "2027-01-04T05:10:00Z",
      { drill: "staging-restore", verdict: "FAIL" },
      "broken",
    );
    await bench.addPoint("weekly", "weekly", "2027-01-03T03:00:10Z", { bytes: 0 });
    report = await bench.health();
  });
  after(() => bench.close());

  const line = (id: string, project?: string) => lineOf(report, id, project);

  it("pass with their figures when every night was backed up, over the end of a year", () => {
    assert.equal(line("recent-backups.nightly", "whole"), "PASS newest is 5h59m55s old, 26h allowed");
    assert.equal(line("backup-count.nightly", "whole"), "PASS 7 since 2026-12-28T08:00Z, 7 due");
    assert.equal(line("backup-size.nightly", "whole"), "PASS 5 MiB to 5 MiB, usual is 5 MiB");
    assert.equal(line("completion", "whole"), "PASS 100.0 %: 7 of 7");
    assert.equal(line("duration", "whole"), "PASS 15m at most, nightly_2027-01-03");
    assert.equal(
      line("staging-restore", "whole"),
      "PASS PASS of nightly_20270104_020005 in 1m34s, 2h51m ago",
    );
  });

  it("fail by name and number when a night is missing, the newest is old, a size is odd, a drill failed", () => {
    assert.equal(line("recent-backups.nightly", "broken"), "FAIL newest is 29h59m55s old, 26h allowed");
    assert.equal(
      line("backup-count.nightly", "broken"),
      "FAIL 5 since 2026-12-28T08:00Z, 7 due; none for 2026-12-31T02:00Z",
    );
    assert.equal(
      line("backup-size.nightly", "broken"),
      "WARN nightly_20270102_020005 has 12 MiB, usual is 5 MiB",
    );
    assert.equal(line("completion", "broken"), "FAIL 71.4 %: 5 of 7");
    assert.equal(line("duration", "broken"), "WARN 15m at most, nightly_20270103_020005");
    assert.equal(line("staging-restore", "broken"), "FAIL FAIL, 2h50m ago");
  });

  it("say what cannot be measured, and fail what never was", () => {
    assert.equal(line("recent-backups.nightly", "empty"), "FAIL there is no point");
    assert.equal(line("backup-size.nightly", "empty"), "WARN not measured: there is no point");
    assert.match(line("duration", "empty"), /^WARN not measured: no backup of the last 7d left evidence/);
    assert.equal(line("staging-restore", "empty"), "WARN not measured: left out: no target yet");
    assert.equal(line("staging-restore", "weekly"), "FAIL no drill on record");
    assert.equal(line("backup-size.weekly", "weekly"), "FAIL weekly_20270103_030010 has 0 B");
    assert.equal(
      line("expected-tables", "whole"),
      "WARN not measured: the plan names no checks.expectedTables",
    );
    assert.equal(line("replication", "empty"), "WARN not measured: the plan names no vault.replicaRegion");
  });

  it("warn of points that outlive their retention, and of those that stay as nobody verified them", () => {
    assert.equal(line("retention.nightly", "empty"), "WARN not measured: there is no point");
    assert.equal(line("retention.checkpoint", "empty"), "PASS there is no point");
    assert.equal(
      line("retention.nightly", "broken"),
      "WARN 1 of 10 outlive it, the oldest nightly_20261224_020005",
    );
    assert.equal(
      line("retention.nightly", "whole"),
      "WARN 4 of 12 stay as they were never verified: nightly_20261224_020005",
    );
  });

  it("make a report of the worst line, and evidence of all of them", async () => {
    assert.equal(report.verdict, "FAIL");
    const [record] = await evidenceSince(bench.vault, { since: bench.now, kinds: ["health"] });
    assert.equal(record?.body.verdict, "FAIL");
    assert.deepEqual(record?.body.lines, JSON.parse(JSON.stringify(report.lines)));
  });
});
