import assert from "node:assert/strict";
import type { OpenedProvider, ProviderModule } from "../../../components/supabase/lazy-provider.ts";
import { openProvider as openPitr } from "../../../components/supabase/pitr-addon-provider.ts";
import { openProvider as openProject } from "../../../components/supabase/project-provider.ts";
import { openManagementApi } from "../../../supabase/open-management-api.ts";
import {
  type Answering,
  type ScriptedApi,
  startScriptedApi,
  stillProcessing,
} from "../../support/scripted-api.ts";
import { type VirtualTime, virtualTime } from "../../support/virtual-time.ts";

const REF = "abcdefghijklmnopqrst";
const ADDONS = "/v1/projects/{ref}/billing/addons";

/** What is saved of a resource that is not as it should be. */
interface Saved extends Error {
  readonly id?: string;
  readonly properties?: Record<string, unknown>;
  readonly reasons?: string[];
}

const price = { description: "$100/month", type: "fixed", interval: "monthly", amount: 100 };
const variant = (id: string) => ({ id, name: id, price, meta: {} });
const addons = (...selected: [type: string, id: string][]): Answering => ({
  json: {
    selected_addons: selected.map(([type, id]) => ({ type, variant: variant(id) })),
    available_addons: [
      { type: "pitr", name: "PITR", variants: [variant("pitr_7")] },
      { type: "compute_instance", name: "Compute", variants: [variant("ci_small")] },
    ],
  },
});
const project = (status: string): Answering => ({
  json: {
    ref: REF,
    name: "orders",
    organization_slug: "holdfast",
    organization_id: "holdfast",
    region: "eu-central-1",
    status,
    created_at: "2026-03-02T02:00:00Z",
  },
});
const backups = (window: object): Answering => ({
  json: {
    region: "eu-central-1",
    walg_enabled: true,
    pitr_enabled: true,
    backups: [],
    physical_backup_data: window,
  },
});
const WINDOW = {
  earliest_physical_backup_date_unix: 1_772_000_000,
  latest_physical_backup_date_unix: 1_772_000_360,
};
const entitlements: Answering = {
  json: {
    entitlements: [
      {
        feature: { key: "pitr.available_variants", type: "set" },
        hasAccess: true,
        type: "set",
        config: { enabled: true, set: ["pitr_7"] },
      },
    ],
  },
};

describe("waiting of dynamic resources", () => {
  let api: ScriptedApi;
  let time: VirtualTime;
  beforeEach(async () => {
    api = await startScriptedApi();
    time = virtualTime();
    api.on("GET", "/v1/projects/{ref}", project("ACTIVE_HEALTHY"));
    api.on("GET", "/v1/organizations/{slug}", { json: { id: "holdfast", name: "Holdfast", plan: "pro" } });
    api.on("GET", "/v1/organizations/{slug}/entitlements", entitlements);
    api.on("GET", "/v1/projects/{ref}/database/backups", backups(WINDOW));
  });
  afterEach(() => api.close());

  const opened = ({ openProvider }: ProviderModule): OpenedProvider =>
    openProvider(
      () => undefined,
      async () => ({
        ...time,
        api: openManagementApi({ endpoint: api.endpoint, token: api.token, ...time, random: () => 0.5 }),
      }),
    );
  const pitr = () => opened({ openProvider: openPitr });
  const inputs = { ref: REF, windowDays: 7, providerRevision: 1 };
  const writes = () => api.requests.filter(({ method }) => method === "PATCH" || method === "POST").length;

  async function failed(work: Promise<unknown>, code: string): Promise<Saved> {
    const error = await work.then(
      () => assert.fail(`nothing failed; expected ${code}`),
      (cause: unknown) => cause,
    );
    assert.ok(error instanceof Error);
    assert.match(error.message, new RegExp(`\\[${code}\\]$`));
    return error;
  }

  it("waits as long as Supabase says that add-ons are still being processed, then goes on", async () => {
    api.on("GET", ADDONS, addons(["compute_instance", "ci_small"]));
    api.on("PATCH", ADDONS, stillProcessing(2), () => {
      api.on("GET", ADDONS, addons(["compute_instance", "ci_small"], ["pitr", "pitr_7"]));
      return { empty: true };
    });
    const { id } = await pitr().create(inputs);
    assert.equal(id, `${REF}/pitr`);
    assert.equal(writes(), 2);
    assert.ok(time.elapsedSeconds() >= 125, `${time.elapsedSeconds()} s`);
  });

  it("gives up when they are processed for ever, with nothing to save", async () => {
    api.on("GET", ADDONS, addons(["compute_instance", "ci_small"]));
    api.on("PATCH", ADDONS, stillProcessing(3));
    const error = await failed(pitr().create(inputs), "SUPABASE_BUSY");
    assert.equal(error.id, undefined);
    assert.ok(time.elapsedSeconds() <= 900);
  });

  it("saves what was bought and has no window to recover from yet", async () => {
    api.on("GET", ADDONS, addons(["compute_instance", "ci_small"]));
    api.on("PATCH", ADDONS, () => {
      api.on("GET", ADDONS, addons(["compute_instance", "ci_small"], ["pitr", "pitr_7"]));
      return { empty: true };
    });
    api.on("GET", "/v1/projects/{ref}/database/backups", backups({}));
    const error = await failed(pitr().create(inputs), "WAIT_TIMED_OUT");
    assert.equal(error.id, `${REF}/pitr`);
    assert.deepEqual(error.properties, {
      ...inputs,
      variant: "pitr_7",
      priceUsdPerMonth: 100,
      organization: "holdfast",
    });
    assert.deepEqual(error.reasons, [error.message]);
  });

  it("saves what was accepted and does not show, as it is", async () => {
    api.on("GET", ADDONS, addons(["compute_instance", "ci_small"]));
    api.on("PATCH", ADDONS, { empty: true });
    const error = await failed(pitr().create(inputs), "CHANGE_NOT_SEEN");
    assert.equal(error.id, `${REF}/pitr`);
    assert.equal(writes(), 1);
  });

  describe("for a project that was made", () => {
    const declared = {
      name: "orders",
      organization: "holdfast",
      region: "eu-central-1",
      databasePassword: "correct horse",
      deletionGuard: true,
      providerRevision: 1,
    };
    beforeEach(() => {
      api.on("GET", "/v1/organizations/{slug}/projects", {
        json: { projects: [], pagination: { count: 0, offset: 0, limit: 100 } },
      });
    });
    const create = () => opened({ openProvider: openProject }).create(declared);

    for (const [status, code] of [
      ["COMING_UP", "PROJECT_NOT_READY"],
      ["INIT_FAILED", "PROJECT_FAILED"],
    ] as const) {
      it(`saves it when it stays ${status}, naming that`, async () => {
        api.on("POST", "/v1/projects", { ...(project("UNKNOWN") as { json: object }), status: 201 });
        api.on("GET", "/v1/projects/{ref}", project(status));
        const error = await failed(create(), code);
        assert.equal(error.id, REF);
        assert.deepEqual(error.properties, { ...declared, ref: REF });
        assert.match(error.message, new RegExp(status));
      });
    }

    it("asks for it once, and fails, when the answer was lost and none appears", async () => {
      api.on("POST", "/v1/projects", "reset");
      const error = await failed(create(), "SUPABASE_OUTCOME_UNKNOWN");
      assert.equal(error.id, undefined);
      assert.equal(writes(), 1);
      assert.ok(time.elapsedSeconds() >= 60);
    });
  });
});
