import assert from "node:assert/strict";
import { recordEvidence } from "../../../jobs/record-evidence.ts";
import type { ProtectionPlan } from "../../../plan/protection-plan.ts";
import { longestGapSeconds } from "../../../plan/schedule.ts";
import { Declared, shippedPlan } from "../../components/support/protection.ts";
import { createEnvironmentBench, type EnvironmentBench } from "../measure/support/environment-bench.ts";
import { createScriptedWindow, type ScriptedWindow } from "../measure/support/scripted-window.ts";

/** What no job can publish of itself. */
const WATCHED: readonly string[] = [
  "RecoveryPointAgeSeconds",
  "PitrLagSeconds",
  "PitrGapSeconds",
  "VaultBytes",
  "CanaryAgeSeconds",
  "CanarySent",
];
/** A Monday, an hour after the test alert of the shipped plans is due. */
const NOW = "2027-03-01T08:00:00Z";

describe("what the watch publishes for the shipped plans", function () {
  this.timeout(60_000);
  let window: ScriptedWindow;

  before(async () => {
    window = await createScriptedWindow();
    window.position("0/1");
    window.window({ earliest: "2027-02-22T08:00:00Z", latest: "2027-03-01T07:59:00Z" });
  });
  after(() => window.scripted.close());

  /** One pass over the shipped plan, its vault replaced by the test's. */
  async function publishedFor(plan: ProtectionPlan, bench: EnvironmentBench): Promise<string[]> {
    for (const { name, tiers } of plan.projects)
      for (const tier of ["nightly", "weekly", "monthly"] as const)
        if (tiers[tier] !== undefined) await bench.addPoint(name, tier, "2027-03-01T02:00:00Z");
    const own = { ...plan, vault: { ...bench.plan.vault, budget: plan.vault.budget } };
    const vault = { ...bench.vault, environment: plan.environment };
    // The environment began before the test alert was due.
    const then = { ...vault, clock: () => new Date("2027-02-22T02:00:00Z") };
    await recordEvidence(then, "verify", undefined, { verdict: "PASS" });
    await bench.watch({ plan: own, vault, api: async () => window.api, chatUrl: async () => undefined });
    return [...new Set(bench.published.map((line) => line.split(" ")[0] ?? ""))].sort();
  }

  for (const stack of ["prod", "staging"] as const) {
    it(`is what the alarms of ${stack} look at, by name and dimensions, neither more nor less`, async () => {
      const plan = shippedPlan(stack);
      const bench = await createEnvironmentBench({
        now: NOW,
        projects: [{ name: "shop", kind: "postgres", connection: { env: "URL" } }],
      });
      try {
        const published = await publishedFor(plan, bench);
        const alarms = (await Declared.of(plan)).of("aws:cloudwatch/metricAlarm:MetricAlarm");
        const watched = alarms.filter(({ inputs }) => WATCHED.includes(String(inputs.metricName)));
        const looked = watched.map(({ inputs }) => {
          assert.equal(inputs.namespace, "Holdfast");
          const dimensions = Object.entries(Object(inputs.dimensions));
          return `${inputs.metricName}{${dimensions.map(([name, value]) => `${name}=${value}`).join(",")}}`;
        });
        assert.deepEqual([...new Set(looked)].sort(), published);
        assert.equal(published.length, 3 + 3 + 2 * 2);
      } finally {
        await bench.close();
      }
    });
  }

  it("is judged by the same bounds as by the alarms", async () => {
    const plan = shippedPlan("prod");
    const declared = await Declared.of(plan);
    const threshold = (name: string) => declared.get(`alarms-${name}`).inputs.threshold;
    const { thresholds } = plan.alerts;
    assert.equal(threshold("coppercore-pitr-gap"), thresholds.pitrGapCriticalSeconds);
    assert.equal(threshold("coppercore-pitr-lag"), thresholds.pitrLagWarningSeconds);
    assert.equal(
      threshold("ordak-weekly-point-too-old"),
      longestGapSeconds("0 3 * * 0") + thresholds.lateAfterSeconds,
    );
    const budget = plan.vault.budget.storageBytes ?? 0;
    assert.equal(threshold("vault-storage"), Math.floor((budget * thresholds.storagePercent) / 100));
  });
});
