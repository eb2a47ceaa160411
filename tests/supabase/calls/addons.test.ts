import assert from "node:assert/strict";
import { getEntitlements } from "../../../supabase/calls/get-entitlements.ts";
import { getOrganization } from "../../../supabase/calls/get-organization.ts";
import { listAddons } from "../../../supabase/calls/list-addons.ts";
import { removeAddon } from "../../../supabase/calls/remove-addon.ts";
import { setAddon } from "../../../supabase/calls/set-addon.ts";
import { computeCarriesPitr } from "../../../supabase/compute-carries-pitr.ts";
import { computeSize, computeVariant } from "../../../supabase/compute-variant.ts";
import type { ManagementApi } from "../../../supabase/management-api.ts";
import { monthlyPrice } from "../../../supabase/monthly-price.ts";
import { pitrVariant, pitrWindowDays } from "../../../supabase/pitr-variant.ts";
import { checkCalls } from "../support/check-calls.ts";
import { RECORDED, REF } from "../support/recorded-answers.ts";

const monthly = (amount: number) => ({ amount, interval: "monthly", description: `$${amount}/month` });
const hourly = (amount: number, description: string) => ({ amount, interval: "hourly", description });
const SMALL = hourly(0.0206, "$0.0206/hour (~$15/month)");

checkCalls("supabase/calls: add-ons and organizations", [
  {
    call: "listAddons",
    endpoint: "GET /v1/projects/{ref}/billing/addons",
    ask: (api) => listAddons(api, REF),
    result: {
      compute: "ci_small",
      pitr: { variant: "pitr_7", windowDays: 7 },
      selected: [
        { type: "compute_instance", variant: "ci_small", price: SMALL },
        { type: "pitr", variant: "pitr_7", price: monthly(100) },
      ],
      available: [
        {
          type: "compute_instance",
          variant: "ci_micro",
          name: "Micro",
          price: hourly(0.01344, "$0.01344/hour"),
        },
        { type: "compute_instance", variant: "ci_small", name: "Small", price: SMALL },
        { type: "pitr", variant: "pitr_7", name: "7 days", price: monthly(100), windowDays: 7 },
        { type: "pitr", variant: "pitr_14", name: "14 days", price: monthly(200), windowDays: 14 },
        { type: "pitr", variant: "pitr_28", name: "28 days", price: monthly(400), windowDays: 28 },
        {
          type: "ipv4",
          variant: "ipv4_default",
          name: "IPv4",
          price: hourly(0.0055, "$0.0055/hour"),
        },
      ],
    },
    field: "selected_addons[1].variant.id",
  },
  {
    call: "setAddon",
    endpoint: "PATCH /v1/projects/{ref}/billing/addons",
    ask: (api) => setAddon(api, REF, { type: "pitr", variant: pitrVariant(14) }),
    body: { addon_type: "pitr", addon_variant: "pitr_14" },
    repeatable: true,
  },
  {
    call: "setAddon for compute",
    endpoint: "PATCH /v1/projects/{ref}/billing/addons",
    ask: (api) => setAddon(api, REF, { type: "compute_instance", variant: computeVariant("4xlarge") }),
    body: { addon_type: "compute_instance", addon_variant: "ci_4xlarge" },
    repeatable: true,
  },
  {
    call: "removeAddon",
    endpoint: "DELETE /v1/projects/{ref}/billing/addons/{addon_variant}",
    ask: (api) => removeAddon(api, REF, "pitr_7"),
    repeatable: true,
  },
  {
    call: "getOrganization",
    endpoint: "GET /v1/organizations/{slug}",
    ask: (api) => getOrganization(api, "holdfast-pro"),
    result: { id: "holdfast-pro", name: "Holdfast", plan: "pro" },
    field: "name",
  },
  {
    call: "getEntitlements",
    endpoint: "GET /v1/organizations/{slug}/entitlements",
    ask: (api) => getEntitlements(api, "holdfast-pro"),
    result: {
      retentionDays: 7,
      pitrVariants: ["pitr_7", "pitr_14", "pitr_28"],
      backupSchedule: false,
      restoreToNewProject: true,
      features: [
        {
          feature: "backup.retention_days",
          hasAccess: true,
          type: "numeric",
          config: { enabled: true, value: 7, unlimited: false, unit: "days" },
        },
        {
          feature: "pitr.available_variants",
          hasAccess: true,
          type: "set",
          config: { enabled: true, set: ["pitr_7", "pitr_14", "pitr_28"] },
        },
        {
          feature: "backup.restore_to_new_project",
          hasAccess: true,
          type: "boolean",
          config: { enabled: true },
        },
        { feature: "backup.schedule", hasAccess: false, type: "boolean", config: { enabled: false } },
      ],
    },
    field: "entitlements[1].hasAccess",
  },
]);

/** An API that has this answer alone. */
function answering(body: object): ManagementApi {
  return {
    endpoint: "none",
    request: async (call) => call.reply?.parse(body) ?? assert.fail(`${call.path} reads nothing`),
  };
}

describe("supabase/calls/listAddons", () => {
  const recorded = RECORDED["GET /v1/projects/{ref}/billing/addons"].body;
  const pitrOf = async (id: string, meta: unknown) => {
    const selected_addons = [{ type: "pitr", variant: { id, name: id, meta } }];
    return (await listAddons(answering({ ...recorded, selected_addons }), REF)).pitr;
  };

  it("has neither compute nor PITR where none is selected", async () => {
    const addons = await listAddons(answering({ ...recorded, selected_addons: [] }), REF);
    assert.ok(!("compute" in addons) && !("pitr" in addons));
  });

  it("takes the days of a new variant from what Supabase says of it, else refuses to guess", async () => {
    assert.deepEqual(await pitrOf("pitr_56", null), { variant: "pitr_56", windowDays: 56 });
    assert.deepEqual(await pitrOf("pitr_long", { backup_duration_days: 90 }), {
      variant: "pitr_long",
      windowDays: 90,
    });
    await assert.rejects(pitrOf("pitr_long", {}), /a variant such as pitr_7/);
  });
});

describe("supabase/calls/getEntitlements", () => {
  const read = (...entitlements: object[]) => getEntitlements(answering({ entitlements }), "holdfast-free");
  const feature = (key: string, hasAccess: boolean, config: object) => ({
    feature: { key, type: "any" },
    hasAccess,
    type: "any",
    config,
  });

  it("grants nothing that is not said to be granted", async () => {
    const { features: _, ...granted } = await read();
    assert.deepEqual(granted, { pitrVariants: [], backupSchedule: false, restoreToNewProject: false });
  });

  it("grants nothing that is not accessible, whatever its configuration says", async () => {
    const { features: _, ...granted } = await read(
      feature("backup.retention_days", false, { enabled: false, value: 7 }),
      feature("pitr.available_variants", false, { enabled: true, set: ["pitr_7"] }),
      feature("backup.restore_to_new_project", false, { enabled: true }),
    );
    assert.deepEqual(granted, {
      retentionDays: 0,
      pitrVariants: [],
      backupSchedule: false,
      restoreToNewProject: false,
    });
  });
});

describe("supabase: variants and prices of add-ons", () => {
  it("turns compute sizes into variants and back, but for nano, which is not sold", () => {
    assert.equal(computeVariant("small"), "ci_small");
    assert.equal(computeSize("ci_48xlarge"), "48xlarge");
    assert.equal(computeSize("ci_24xlarge_high_memory"), undefined);
    assert.throws(() => computeVariant("nano"), { code: "COMPUTE_SIZE_NOT_SOLD", exitCode: 2 });
  });

  it("knows from which compute on point-in-time recovery runs", () => {
    for (const variant of [undefined, "ci_nano", "ci_micro"])
      assert.equal(computeCarriesPitr(variant), false);
    for (const variant of ["ci_small", "ci_48xlarge_high_memory", "ci_96xlarge"]) {
      assert.equal(computeCarriesPitr(variant), true);
    }
  });

  it("turns windows into variants and back", () => {
    assert.equal(pitrVariant(28), "pitr_28");
    assert.equal(pitrWindowDays("pitr_28"), 28);
    for (const other of ["pitr_", "pitr_x", "ci_small", "xpitr_7"])
      assert.equal(pitrWindowDays(other), undefined);
  });

  it("reckons a month's price, and none from a price of another kind", () => {
    assert.equal(monthlyPrice(monthly(100)), 100);
    assert.equal(monthlyPrice(SMALL), 15.04);
    assert.equal(monthlyPrice({ ...SMALL, interval: "yearly" }), undefined);
    assert.equal(monthlyPrice(undefined), undefined);
  });
});
