import assert from "node:assert/strict";
import { supabaseSource } from "../../audit/facts/supabase-settings.ts";
import { recordEvidence } from "../../jobs/record-evidence.ts";
import { applyNetworkRestrictions } from "../../supabase/calls/apply-network-restrictions.ts";
import { removeAddon } from "../../supabase/calls/remove-addon.ts";
import { setAddon } from "../../supabase/calls/set-addon.ts";
import { setBackupSchedule } from "../../supabase/calls/set-backup-schedule.ts";
import { setSslEnforcement } from "../../supabase/calls/set-ssl-enforcement.ts";
import type { ManagementApi } from "../../supabase/management-api.ts";
import { openManagementApi } from "../../supabase/open-management-api.ts";
import { createSupabase, type TestSupabase } from "../support/supabase.ts";
import { type AuditBench, createAuditBench, factOf, findings } from "./support/audit-bench.ts";

const DAY = 86_400_000;

/** A project with everything that a plan can declare of it. */
const declared = (ref: string) => ({
  name: "shop",
  ref,
  region: "eu-central-1",
  compute: "small",
  connection: { env: "SHOP_URL" },
  pitr: { windowDays: 28 },
  backupSchedule: "03:30",
  sslEnforcement: true,
  networkRestrictions: {
    allowedCidrs: ["203.0.113.0/24", "198.51.100.7/32"],
    allowedCidrsV6: ["2001:db8::/32"],
  },
  drills: { "pitr-simulation": { skip: "not tested here" } },
});

describe("audit of Supabase", function () {
  this.timeout(60_000);
  let supabase: TestSupabase;
  let api: ManagementApi;
  let bench: AuditBench;
  let ref: string;
  let now = new Date(Math.ceil(Date.now() / 1_000) * 1_000);
  const open = async (projects: readonly Readonly<Record<string, unknown>>[]) => {
    const opened = await createAuditBench({ projects, supabase, lockMode: "none" });
    opened.now = now;
    return opened;
  };
  const findingsNow = async () => findings(await bench.facts(supabaseSource));
  const pass = (milliseconds: number) => {
    now = new Date(now.getTime() + milliseconds);
    bench.now = now;
  };

  before(async () => {
    supabase = await createSupabase({ clock: () => now, limitPerMinute: 10_000 });
    api = openManagementApi({ ...supabase, clock: () => new Date() });
    ref = await supabase.add({ organization: "holdfast-enterprise", compute: "ci_small" });
    bench = await open([declared(ref)]);
    // The platform refuses a further change of add-ons for a while.
    pass(DAY);
    await setAddon(api, ref, { type: "pitr", variant: "pitr_28" });
    await setBackupSchedule(api, ref, { scheduledFor: "03:30" });
    await setSslEnforcement(api, ref, { databaseEnforced: true });
    await applyNetworkRestrictions(api, ref, {
      allowedCidrs: ["198.51.100.7/32", "203.0.113.9/24"],
      allowedCidrsV6: ["2001:0DB8::/32"],
    });
    pass(DAY);
  });
  after(async () => {
    bench.close();
    await supabase.close();
  });

  it("finds nothing where all is as declared, in another form or order too", async () => {
    const facts = await bench.facts(supabaseSource);
    assert.deepEqual(findings(facts), []);
    assert.deepEqual(
      facts
        .map(({ id, actual }) => [id.replace("supabase.", ""), actual])
        .filter(([id]) => !/reach|lag/.test(id ?? "")),
      [
        ["readable/shop", "can be read"],
        ["status/shop", "ACTIVE_HEALTHY"],
        ["region/shop", "eu-central-1"],
        ["compute/shop", "small"],
        ["pitr/shop", "on"],
        ["pitr-window/shop", "28 days"],
        ["backup-schedule/shop", "03:30:00"],
        ["ssl/shop", "refused"],
        ["network/shop/IPv4", "198.51.100.7/32, 203.0.113.0/24"],
        ["network/shop/IPv6", "2001:db8::/32"],
        ["entitlement/shop/pitr_28", "entitled"],
        ["entitlement/shop/backup.schedule", "entitled"],
      ],
    );
  });

  it("finds each setting that somebody changed, and nothing once it is mended", async () => {
    await setBackupSchedule(api, ref, { scheduledFor: "04:30" });
    await setSslEnforcement(api, ref, { databaseEnforced: false });
    await applyNetworkRestrictions(api, ref, { allowedCidrs: ["0.0.0.0/0"], allowedCidrsV6: [] });
    await setAddon(api, ref, { type: "compute_instance", variant: "ci_medium" });
    pass(DAY);
    const facts = await bench.facts(supabaseSource);
    assert.deepEqual(findings(facts), [
      "supabase.compute/shop: medium",
      "supabase.backup-schedule/shop: 04:30:00",
      "supabase.ssl/shop: accepted",
      "supabase.network/shop/IPv4: 0.0.0.0/0",
      "supabase.network/shop/IPv6: none",
    ]);
    assert.equal(factOf(facts, "supabase.ssl/shop").fix, "pulumi up --refresh --stack test");
    await setBackupSchedule(api, ref, { scheduledFor: "03:30" });
    await setSslEnforcement(api, ref, { databaseEnforced: true });
    await applyNetworkRestrictions(api, ref, {
      allowedCidrs: ["203.0.113.0/24", "198.51.100.7/32"],
      allowedCidrsV6: ["2001:db8::/32"],
    });
    await setAddon(api, ref, { type: "compute_instance", variant: "ci_small" });
    pass(DAY);
    assert.deepEqual(await findingsNow(), []);
  });

  it("finds a window that is shorter than declared, and what could be recovered once and no longer can", async () => {
    const before = factOf(await bench.facts(supabaseSource), "supabase.pitr-reach/shop");
    const [, earliest] = /^from (\S+),/.exec(before.actual) ?? [];
    const window = { earliest, latest: now.toISOString() };
    await recordEvidence(bench.vault, "checkpoint", "shop", { verdict: "PASS", window });
    pass(20 * DAY);
    assert.deepEqual(await findingsNow(), []);
    await setAddon(api, ref, { type: "pitr", variant: "pitr_7" });
    pass(DAY);
    const begins = new Date(now.getTime() - 7 * DAY).toISOString();
    assert.deepEqual(await findingsNow(), [
      "supabase.pitr-window/shop: 7 days",
      `supabase.pitr-reach/shop: from ${begins}, 7d back; ${earliest} could be recovered once`,
    ]);
    await setAddon(api, ref, { type: "pitr", variant: "pitr_28" });
    pass(DAY);
    assert.deepEqual(await findingsNow(), []);
  });

  it("finds recovery switched off", async () => {
    await removeAddon(api, ref, "pitr_28");
    pass(DAY);
    assert.deepEqual(await findingsNow(), ["supabase.pitr/shop: off", "supabase.pitr-window/shop: none"]);
  });

  it("finds a lag that nobody can tell from silence, to the second", async () => {
    const slow = await createSupabase({
      clock: () => now,
      timing: { walShipSeconds: 3_600 },
      limitPerMinute: 10_000,
    });
    const other = await slow.add({ compute: "ci_small" });
    const plan = { name: "slow", ref: other, connection: { env: "SHOP_URL" }, pitr: { windowDays: 7 } };
    const slowBench = await createAuditBench({ projects: [plan], supabase: slow, lockMode: "none" });
    try {
      now = new Date(now.getTime() + DAY);
      await setAddon(openManagementApi({ ...slow, clock: () => new Date() }), other, {
        type: "pitr",
        variant: "pitr_7",
      });
      const lag = async (seconds: number) => {
        slowBench.now = new Date(now.getTime() + seconds * 1_000);
        return factOf(await slowBench.facts(supabaseSource), "supabase.pitr-lag/slow");
      };
      const { verdict, declared: bound, actual } = await lag(0);
      const latest = new Date(now.getTime() - 3_600_000).toISOString();
      assert.deepEqual([verdict, bound, actual], ["PASS", "at most 1h behind", `until ${latest}, 1h behind`]);
      const late = await lag(1);
      assert.deepEqual([late.verdict, late.actual], ["PARTIAL", `until ${latest}, 1h1s behind`]);
      assert.match(late.fix ?? "", /npm run health -- --stack test/);
    } finally {
      slowBench.close();
      await slow.close();
    }
  });

  it("finds a plan that does not entitle, a state, and a region", async () => {
    const free = await supabase.add({ organization: "holdfast-free" });
    const plan = { ...declared(free), name: "free", region: "eu-west-2" };
    const freeBench = await open([plan]);
    const facts = await freeBench.facts(supabaseSource);
    freeBench.close();
    assert.equal(factOf(facts, "supabase.region/free").actual, "eu-central-1");
    assert.equal(factOf(facts, "supabase.compute/free").actual, "nano");
    assert.equal(factOf(facts, "supabase.entitlement/free/pitr_28").actual, "not entitled");
    assert.equal(factOf(facts, "supabase.entitlement/free/backup.schedule").actual, "not entitled");
    assert.equal(factOf(facts, "supabase.backup-schedule/free").actual, "not-entitled");
  });

  it("tells of a project that cannot be read and goes on with the others; says nothing of plain databases", async () => {
    const other = await supabase.add({ compute: "ci_small" });
    const plain = { name: "plain", kind: "postgres", connection: { env: "SHOP_URL" } };
    const many = await open([
      { name: "gone", ref: "zzzzzzzzzzzzzzzzzzzz", connection: { env: "SHOP_URL" } },
      { name: "there", ref: other, connection: { env: "SHOP_URL" } },
      plain,
    ]);
    const facts = await many.facts(supabaseSource);
    many.close();
    assert.equal(factOf(facts, "supabase.readable/gone").verdict, "FAIL");
    assert.match(factOf(facts, "supabase.readable/gone").actual, /^SUPABASE_NOT_FOUND: /);
    assert.deepEqual(
      facts.filter(({ project }) => project !== "gone").map(({ id, verdict }) => [id, verdict]),
      [
        ["supabase.readable/there", "PASS"],
        ["supabase.status/there", "PASS"],
      ],
    );
    const alone = await open([plain]);
    assert.deepEqual(await alone.facts(supabaseSource), []);
    alone.close();
  });
});
