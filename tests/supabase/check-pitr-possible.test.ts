import assert from "node:assert/strict";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { checkPitrPossible, type WantedPitr } from "../../supabase/check-pitr-possible.ts";
import type { ManagementApi } from "../../supabase/management-api.ts";
import { openManagementApi } from "../../supabase/open-management-api.ts";
import { type ScriptedApi, startScriptedApi } from "../support/scripted-api.ts";
import { virtualTime } from "../support/virtual-time.ts";
import { RECORDED, REF } from "./support/recorded-answers.ts";

const PROJECT = RECORDED["GET /v1/projects/{ref}"].body;
const ADDONS = RECORDED["GET /v1/projects/{ref}/billing/addons"].body;
const ORGANIZATION = RECORDED["GET /v1/organizations/{slug}"].body;

interface Account {
  readonly project?: object;
  readonly plan?: string | null;
  readonly windows?: readonly number[];
  readonly compute?: string | null;
}

describe("supabase/checkPitrPossible", () => {
  let scripted: ScriptedApi;
  let api: ManagementApi;

  beforeEach(async () => {
    scripted = await startScriptedApi();
    const { clock, sleep } = virtualTime();
    api = openManagementApi({ endpoint: scripted.endpoint, token: scripted.token, clock, sleep });
  });
  afterEach(() => scripted.close());

  const account = ({ project, plan = "pro", windows = [7, 14, 28], compute = "ci_small" }: Account) => {
    const selected_addons =
      compute === null ? [] : [{ type: "compute_instance", variant: { id: compute, name: compute } }];
    const set = windows.map((days) => `pitr_${days}`);
    const entitlement = {
      feature: { key: "pitr.available_variants", type: "set" },
      hasAccess: set.length > 0,
      type: "set",
      config: { enabled: set.length > 0, set },
    };
    scripted.on("GET", "/v1/projects/{ref}", { json: project ?? PROJECT });
    scripted.on("GET", "/v1/organizations/{slug}", { json: { ...ORGANIZATION, plan } });
    scripted.on("GET", "/v1/organizations/{slug}/entitlements", { json: { entitlements: [entitlement] } });
    scripted.on("GET", "/v1/projects/{ref}/billing/addons", { json: { ...ADDONS, selected_addons } });
  };
  const check = (wanted: WantedPitr) => checkPitrPossible(api, REF, wanted);
  const refused = async (wanted: WantedPitr, code: string): Promise<string> => {
    const error = await check(wanted).catch((reason: unknown) => reason);
    assert.ok(error instanceof HoldfastError);
    assert.deepEqual([error.code, error.exitCode], [code, 2]);
    assert.ok(
      scripted.requests.every(({ method }) => method === "GET"),
      "a check must change nothing",
    );
    return `${error.message}. ${error.hint}`;
  };

  it("names the price of what is possible, and what the project has", async () => {
    account({});
    assert.deepEqual(await check({ windowDays: 14 }), {
      plan: "pro",
      priceUsdPerMonth: 200,
      compute: "ci_small",
    });
  });

  it("asks for the project's organization only when it is not told", async () => {
    account({});
    await check({ windowDays: 7, organizationSlug: "bannos" });
    const paths = scripted.requests.map(({ path }) => path).sort();
    assert.deepEqual(paths, [
      "/v1/organizations/bannos",
      "/v1/organizations/bannos/entitlements",
      `/v1/projects/${REF}/billing/addons`,
    ]);
  });

  it("tells a project that has recovery already", async () => {
    account({});
    scripted.on("GET", "/v1/projects/{ref}/billing/addons", { json: ADDONS });
    assert.equal((await check({ windowDays: 28 })).currentWindowDays, 7);
  });

  it("refuses the free plan, with the price", async () => {
    account({ plan: "free", windows: [], compute: null });
    const said = await refused({ windowDays: 7 }, "PITR_NEEDS_PAID_PLAN");
    assert.match(said, /7 days \(US\$ 100 a month\).*holdfast-pro is on the free plan.*Upgrade/);
  });

  it("refuses a window that the plan does not include, and names those that it does", async () => {
    account({ windows: [14, 7] });
    const said = await refused({ windowDays: 28 }, "PITR_NOT_ENTITLED");
    assert.match(said, /28 days \(US\$ 400 a month\).*\(plan pro\) is entitled to/);
    assert.match(said, /7 days \(US\$ 100 a month\), 14 days \(US\$ 200 a month\)/);
    assert.match(said, /windowDays to 7 or 14/);
    assert.equal((await check({ windowDays: 14 })).priceUsdPerMonth, 200);
  });

  it("refuses where no window is included, and where the plan is not even told", async () => {
    account({ plan: null, windows: [] });
    const said = await refused({ windowDays: 7 }, "PITR_NOT_ENTITLED");
    assert.match(said, /\(plan unknown\) is entitled to no window\. Upgrade/);
  });

  for (const compute of [null, "ci_micro"]) {
    it(`refuses compute ${compute ?? "of the smallest size"}, unless it will be larger by then`, async () => {
      account({ compute });
      const said = await refused({ windowDays: 7 }, "PITR_NEEDS_COMPUTE");
      assert.match(
        said,
        /needs compute small \(US\$ 15\.04 a month\) or larger; it has (?:micro|the smallest)/,
      );
      assert.equal((await check({ windowDays: 7, compute: "small" })).priceUsdPerMonth, 100);
    });
  }

  it("refuses a project that will be too small by then", async () => {
    account({ compute: "ci_large" });
    assert.match(await refused({ windowDays: 7, compute: "micro" }, "PITR_NEEDS_COMPUTE"), /it has micro/);
  });

  it("says when Supabase does not tell the organization", async () => {
    const { organization_id: _, organization_slug: __, ...project } = PROJECT;
    account({ project });
    assert.match(await refused({ windowDays: 7 }, "ORGANIZATION_UNKNOWN"), /Set organization/);
  });
});
