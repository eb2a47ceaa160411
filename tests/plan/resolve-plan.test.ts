import assert from "node:assert/strict";
import { parsePlan } from "../../plan/parse-plan.ts";
import { DEFAULT_DRILL_SCHEDULES } from "../../plan/schema/drills.ts";
import { type Changes, parseChanged } from "./support/plan-fixture.ts";

function project(changes: Changes) {
  const [found] = parseChanged(changes).projects;
  assert.ok(found);
  return found;
}

describe("defaults of the plan", () => {
  it("need no more than ten lines of YAML", () => {
    const plan = parsePlan(
      {
        environment: "local",
        vault: {
          bucket: "my-vault",
          region: "eu-central-1",
          endpoint: "http://127.0.0.1:9000",
          lock: { mode: "none" },
          keys: { escrowPublicKey: { file: "escrow.pem" } },
        },
        projects: [{ name: "shop", kind: "postgres", connection: { env: "DATABASE_URL" } }],
      },
      "my.yaml",
    );
    const [shop] = plan.projects;
    assert.deepEqual(shop?.objectives, { rtoSeconds: 4 * 3_600, rpoSeconds: 24 * 3_600 });
    assert.deepEqual(shop?.tiers, {
      nightly: { schedule: "0 2 * * *", scope: { kind: "full" }, retain: { days: 30 } },
      checkpoint: { scope: { kind: "full" }, retain: { days: 30 } },
      emergency: { scope: { kind: "full" }, retain: { days: 30 } },
    });
    assert.deepEqual(plan.vault.lock, { mode: "none", days: 0 });
    assert.deepEqual(plan.job, { workers: 2, cpu: 1_024, memoryMiB: 2_048, timeoutSeconds: 6 * 3_600 });
    assert.deepEqual(Object.keys(shop?.drills ?? {}), ["staging-restore", "full-dr"]);
    assert.equal(shop?.approvals, undefined);
  });

  it("lock, in mode compliance, for the longest retention", () => {
    assert.deepEqual(parseChanged({}).vault.lock, { mode: "compliance", days: 30 });
    assert.deepEqual(parseChanged({ "projects.0.tiers": { nightly: {}, monthly: {} } }).vault.lock.days, 186);
    assert.equal(parseChanged({ "vault.lock": { mode: "governance", days: 400 } }).vault.lock.days, 400);
  });

  it("name the replica bucket when there is a replica", () => {
    assert.equal(parseChanged({}).vault.replicaBucket, "test-vault-replica");
    assert.equal(parseChanged({ "vault.replicaBucket": "other" }).vault.replicaBucket, "other");
    const alone = parseChanged({ "vault.replicaRegion": undefined, "vault.keys.replicaKms": undefined });
    assert.equal(alone.vault.replicaBucket, undefined);
  });

  it("keep points on demand as long as the others, and no longer than 30 days", () => {
    const week = project({ "projects.0.tiers": { nightly: { retain: { days: 7 } } } });
    assert.deepEqual(week.tiers.checkpoint?.retain, { days: 7 });
    const months = project({ "projects.0.tiers": { nightly: {}, monthly: {} } });
    assert.deepEqual(months.tiers.emergency?.retain, { days: 30 });
    const own = project({ "projects.0.tiers": { nightly: {}, checkpoint: { retain: { days: 3 } } } });
    assert.deepEqual(own.tiers.checkpoint?.retain, { days: 3 });
  });

  it("do not add a nightly tier to a project that declares others", () => {
    assert.equal(project({ "projects.0.tiers": { weekly: {} } }).tiers.nightly, undefined);
  });

  it("rehearse what the declared protection makes possible", () => {
    assert.deepEqual(
      project({}).drills,
      Object.fromEntries(
        Object.entries(DEFAULT_DRILL_SCHEDULES).map(([kind, schedule]) => [kind, { schedule }]),
      ),
    );
    const skipped = project({ "projects.0.drills": { "full-dr": { skip: "later" } } });
    assert.deepEqual(skipped.drills["full-dr"], { skip: "later" });
  });

  it("alert as the products' checklists say", () => {
    assert.deepEqual(parseChanged({}).alerts.thresholds, {
      pitrGapCriticalSeconds: 3_600,
      pitrLagWarningSeconds: 300,
      backupDurationWarningSeconds: 900,
      lateAfterSeconds: 7_200,
      completionPercent: 99,
      storagePercent: 80,
    });
  });
});
