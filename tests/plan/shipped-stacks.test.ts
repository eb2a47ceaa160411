import assert from "node:assert/strict";
import { resolve } from "node:path";
import { findProject } from "../../plan/find-project.ts";
import type { ProtectionPlan } from "../../plan/protection-plan.ts";
import { retentionDays } from "../../plan/retention-days.ts";
import { loadPlan } from "../../scripts/lib/load-plan.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const MINUTE = 60;
const HOUR = 3_600;

/** The numbers that both products' own documents declare. */
const RETENTION_DAYS = { prod: 30, staging: 7 } as const;

for (const stack of ["prod", "staging"] as const) {
  describe(`Pulumi.${stack}.yaml`, () => {
    let plan: ProtectionPlan;
    before(async () => {
      plan = await loadPlan({ stack, cwd: ROOT });
    });

    it("protects both products", () => {
      assert.equal(plan.environment, stack);
      assert.deepEqual(
        plan.projects.map(({ name }) => name),
        ["coppercore", "ordak"],
      );
    });

    it("gives CopperCore an RTO of 30 min, an RPO of 5 min, 7 d of PITR", () => {
      const project = findProject(plan, "coppercore");
      assert.deepEqual(project.objectives, { rtoSeconds: 30 * MINUTE, rpoSeconds: 5 * MINUTE });
      assert.deepEqual(project.pitr, { windowDays: 7 });
      assert.deepEqual(project.tiers.nightly, {
        schedule: "0 2 * * *",
        scope: { kind: "full" },
        retain: { days: RETENTION_DAYS[stack] },
      });
      const tables = ["public.work_orders", "public.packing_units", "public.grns", "public.users"];
      assert.deepEqual(project.checks.criticalTables, tables);
      assert.deepEqual(project.checks.expectedTables, tables);
      assert.deepEqual(project.checks.expectedEnums, ["public.work_order_status"]);
    });

    it("gives Ordak an RPO of 24 h, an RTO of 4 h, 7 d of PITR, 4 weeks and 6 months", () => {
      const project = findProject(plan, "ordak");
      assert.deepEqual(project.objectives, { rtoSeconds: 4 * HOUR, rpoSeconds: 24 * HOUR });
      assert.deepEqual(project.pitr, { windowDays: 7 });
      const { weekly, monthly } = project.tiers;
      assert.ok(weekly && monthly);
      assert.deepEqual(weekly.retain, { count: 4 });
      assert.equal(retentionDays(weekly), 28);
      assert.deepEqual(monthly.retain, { count: 6 });
      const tables = ["public.orders_bannos", "public.orders_flourlane", "public.work_queue"];
      assert.deepEqual(monthly.scope, { kind: "tables", tables });
      assert.deepEqual(project.checks.expectedTables, tables);
      assert.deepEqual(project.checks.expectedEnums, ["public.work_stage"]);
      assert.deepEqual(
        project.storage.map(({ bucket, schedule }) => [bucket, schedule]),
        [["order_photos", "30 2 * * *"]],
      );
      assert.deepEqual(project.recovery, { watchSeconds: HOUR, postMortemSeconds: 48 * HOUR });
    });

    it("keeps checkpoints and emergency points as long as the environment's retention", () => {
      for (const { tiers } of plan.projects) {
        assert.deepEqual(tiers.checkpoint?.retain, { days: RETENTION_DAYS[stack] });
        assert.deepEqual(tiers.emergency?.retain, { days: RETENTION_DAYS[stack] });
      }
    });

    it("smokes Ordak with the queries of its runbook, and with predicates that hold on any day", () => {
      const { smoke } = findProject(plan, "ordak").checks;
      const names = [
        "orders-by-store",
        "last-bannos",
        "last-flourlane",
        "work-queue-by-status",
        "work-stages",
      ];
      assert.deepEqual(
        smoke.map(({ name }) => name),
        names,
      );
      assert.deepEqual(smoke.at(-1)?.expect?.everyRow?.stage?.oneOf, [
        "Filling",
        "Covering",
        "Decorating",
        "Packing",
        "Complete",
      ]);
      for (const { expect } of smoke) assert.ok(expect?.rows);
    });

    it("has drills, approvals, contacts and wiring", () => {
      for (const { name, drills, approvals, contacts } of plan.projects) {
        // What is never proved never expires: of seven nights' points each, of one week's the newest.
        const alsoProve = name === "coppercore" ? { alsoProve: 6 } : {};
        assert.deepEqual(drills["staging-restore"], { schedule: "0 5 * * 1", ...alsoProve });
        assert.deepEqual(drills["pitr-simulation"], { schedule: "0 5 2 * *" });
        assert.deepEqual(drills["full-dr"], { schedule: "0 5 3 1,4,7,10 *" });
        assert.equal("schedule" in (drills["region-failover"] ?? {}), stack === "prod");
        assert.deepEqual(approvals, { roles: ["CEO", "Director"], minimum: 1 });
        assert.ok(contacts?.primary.email?.endsWith("@example.com"));
        assert.ok(contacts?.secondary?.email?.endsWith("@example.com"));
        assert.ok(contacts?.escalationChannel);
      }
      const wired = new Set(
        findProject(plan, "ordak").wiring.flatMap(({ variables }) => Object.keys(variables)),
      );
      assert.deepEqual(
        [...wired],
        ["VITE_SUPABASE_URL", "VITE_SUPABASE_ANON_KEY", "SUPABASE_SERVICE_ROLE_KEY"],
      );
      assert.deepEqual(Object.keys(findProject(plan, "ordak").hooks), [
        "banner-on",
        "webhooks-off",
        "rotate-secrets",
        "redeploy",
        "webhooks-on",
        "replay-webhooks",
        "banner-off",
      ]);
    });

    it("locks for the longest retention and alerts as the checklist says", () => {
      assert.deepEqual(plan.vault.lock, { mode: stack === "prod" ? "compliance" : "governance", days: 186 });
      assert.deepEqual(plan.alerts.thresholds, {
        pitrGapCriticalSeconds: HOUR,
        pitrLagWarningSeconds: 5 * MINUTE,
        backupDurationWarningSeconds: 15 * MINUTE,
        lateAfterSeconds: 120 * MINUTE,
        completionPercent: 99,
        storagePercent: 80,
      });
    });

    it("resolves files from where it stands and holds no secret", () => {
      assert.deepEqual(plan.vault.keys.escrowPublicKey, {
        file: resolve(ROOT, `keys/${stack}-escrow-public.pem`),
      });
      assert.doesNotMatch(JSON.stringify(plan), /PRIVATE KEY|postgres:\/\/|sbp_|eyJ/);
    });
  });
}
