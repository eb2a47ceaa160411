import assert from "node:assert/strict";
import type { HealthLine } from "../../../jobs/health/health-line.ts";
import { pointLines } from "../../../jobs/health/point-lines.ts";
import { retentionLines } from "../../../jobs/health/retention-lines.ts";
import type { WatchState } from "../../../jobs/watch/watch-state.ts";
import type { ProjectPlan } from "../../../plan/protection-plan.ts";
import type { Tier } from "../../../plan/tier.ts";
import type { Point } from "../../../vault/list-points.ts";
import { parseChanged } from "../../plan/support/plan-fixture.ts";
import { lineOf } from "../measure/support/environment-bench.ts";

const NOW = new Date("2027-01-20T08:00:00Z");
const DAY = 86_400_000;
const MIB = 1_048_576;
const at = (days: number) => new Date(NOW.getTime() - days * DAY);

const plan = parseChanged({
  "projects.0.tiers": {
    nightly: { schedule: "0 2 * * *", retain: { days: 30 } },
    weekly: { schedule: "0 3 * * 0", retain: { count: 2 }, scope: "schema" },
    monthly: { schedule: "0 4 1 * *", retain: { count: 3 } },
  },
});
const [project] = plan.projects as [ProjectPlan];
const { name } = project;

const point = (tier: Tier, days: number, more: Partial<Point> = {}): Point => ({
  ...{ project: name, tier, id: `${tier}-${days}`, createdAt: at(days), bytes: 5 * MIB },
  ...more,
});

describe("health: what points tell", () => {
  const retention = async (points: readonly Point[], lockMode: "compliance" | "governance" | "none") => ({
    lines: await retentionLines({ lockMode }, project, NOW, async () => points),
  });
  const lines = async (points: readonly Point[], since?: Record<string, Date>): Promise<HealthLine[]> => {
    const state = { since } as unknown as WatchState; // These lines look at nothing else of it.
    return await pointLines(
      plan,
      project,
      {
        ...{ now: NOW, beganAt: async () => at(300), evidence: async () => [] },
        watched: async () => (since === undefined ? undefined : state),
      },
      async () => points,
    );
  };

  it("fail a point whose lock is long enough and weaker than the plan's, and pass a stronger one", async () => {
    const locked = (lockMode: "compliance" | "governance") =>
      point("nightly", 1, { lockMode, lockUntil: at(-29) });
    const told = async (of: "compliance" | "governance", mode: "compliance" | "governance" | "none") =>
      lineOf(await retention([locked(of)], mode), "retention.nightly", name);
    assert.equal(
      await told("governance", "compliance"),
      "FAIL 1 of 1 locked in a weaker mode: nightly-1 governance",
    );
    for (const [of, mode] of [
      ["compliance", "compliance"],
      ["compliance", "governance"],
      ["governance", "governance"],
      ["governance", "none"],
    ] as const)
      assert.equal(await told(of, mode), "PASS 1 kept, 0 may go", `${of} for ${mode}`);
    // Beyond its retention nothing is owed, whatever its mode.
    const old = point("nightly", 31, { lockMode: "governance", lockUntil: at(1), verifiedAt: at(31) });
    assert.equal(
      lineOf(await retention([old], "compliance"), "retention.nightly", name),
      "PASS 1 kept, 0 may go",
    );
  });

  it("measure a size by three points before it, or by those of other tiers that hold the same", async () => {
    const size = async (tier: Tier, points: readonly Point[]) =>
      lineOf({ lines: await lines(points) }, `backup-size.${tier}`, name);
    const nights = (count: number) =>
      Array.from({ length: count }, (_, index) => point("nightly", 8 + index));
    const newest = point("nightly", 0.5);
    assert.equal(
      await size("nightly", [newest, ...nights(2)]),
      "WARN not measured: 5 MiB to 5 MiB, and too few before to compare with",
    );
    assert.equal(await size("nightly", [newest, ...nights(3)]), "PASS 5 MiB to 5 MiB, usual is 5 MiB");
    const monthly = point("monthly", 19, { bytes: 2 * MIB });
    assert.equal(
      await size("monthly", [newest, ...nights(2), monthly]),
      "WARN monthly-19 has 2 MiB, usual is 5 MiB",
    );
    // Where no more than a week is kept, the newest is measured by the rest of it.
    const week = [1, 2, 3].map((days) => point("nightly", days));
    assert.equal(await size("nightly", [newest, ...week]), "PASS 5 MiB to 5 MiB, usual is 5 MiB");
    const half = point("nightly", 0.5, { bytes: 2 * MIB });
    assert.match(await size("nightly", [half, ...week]), /^WARN nightly-0.5 has 2 MiB, usual is 5 MiB/);
    assert.match(await size("nightly", [newest, ...week.slice(1)]), /^WARN not measured/);
    // Other things are in it.
    const weekly = point("weekly", 3);
    assert.match(await size("weekly", [newest, ...nights(5), weekly]), /^WARN not measured: 5 MiB to 5 MiB/);
  });

  it("owe nothing of a tier before the watch met it in the plan, and all since the environment began without", async () => {
    const place = `${name}/nightly`;
    const told = async (since?: Record<string, Date>, points: readonly Point[] = []) => {
      const all = { lines: await lines(points, since) };
      return ["recent-backups.nightly", "backup-count.nightly"].map((id) => lineOf(all, id, name));
    };
    const missing = [
      "FAIL there is no point",
      "FAIL 0 since 2027-01-13T08:00Z, 7 due; none for 2027-01-14T02:00Z",
    ];
    assert.deepEqual(await told(), missing);
    assert.deepEqual(await told({ other: at(0.1) }), missing);
    assert.deepEqual(await told({ [place]: at(30) }), missing);
    assert.deepEqual(await told({ [place]: at(0.1) }), [
      "WARN not measured: there is no point, and none was due yet",
      "PASS 0 since 2027-01-20T05:36Z, 0 due",
    ]);
    // Left from a time before, when the plan had the tier, too.
    const old = point("nightly", 100);
    assert.match(
      (await told({ [place]: at(0.1) }, [old])).join(),
      /^PASS newest is 100d old, 26h allowed,PASS/,
    );
    assert.match(
      (await told({ [place]: at(2) }, [old])).join(),
      /^FAIL newest is 100d old, 26h allowed,FAIL/,
    );
  });
});
