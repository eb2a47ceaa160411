import assert from "node:assert/strict";
import { openProvider as openCompute } from "../../../components/supabase/compute-addon-provider.ts";
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
/** Requests take real time. */
const REQUEST_SECONDS = 1;
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
        api: openManagementApi({
          endpoint: api.endpoint,
          token: api.token,
          ...time,
          random: () => 0.5,
          requestTimeoutSeconds: REQUEST_SECONDS,
        }),
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

  it("asks again when a request is never answered", async () => {
    api.on("GET", "/v1/projects/{ref}", "hang", project("ACTIVE_HEALTHY"));
    api.on("GET", ADDONS, addons(["compute_instance", "ci_small"], ["pitr", "pitr_7"]));
    const { id } = await pitr().create(inputs);
    assert.equal(id, `${REF}/pitr`);
    assert.equal(writes(), 0);
  });

  describe("for the smallest compute size, which is not listed", () => {
    const compute = () => opened({ openProvider: openCompute });
    const micro = { ref: REF, size: "micro", providerRevision: 1 };
    beforeEach(() => {
      api.on("GET", ADDONS, addons());
      api.on("POST", "/v1/projects/{ref}/database/query", { json: [], status: 201 });
      api.on("GET", "/v1/projects/{ref}/health", { json: [] });
    });

    it("takes it as there on a paid plan, and asks for nothing", async () => {
      const { outs } = await compute().create(micro);
      assert.equal(outs.size, "micro");
      assert.equal((await compute().read(`${REF}/compute`, outs)).props?.size, "micro");
      assert.equal(writes(), 0);
    });

    it("takes it as absent on the free plan, which has a smaller one", async () => {
      api.on("GET", "/v1/organizations/{slug}", { json: { id: "holdfast", name: "Holdfast", plan: "free" } });
      await failed(compute().create(micro), "COMPUTE_NEEDS_PAID_PLAN");
      assert.equal((await compute().read(`${REF}/compute`, micro)).id, "");
    });

    it("finds that a project has lost the size that it was given", async () => {
      const declared = { name: "orders", organization: "holdfast", region: "eu-central-1", ref: REF };
      const known = { ...declared, size: "small", deletionGuard: true, providerRevision: 1 };
      const { inputs: found } = await opened({ openProvider: openProject }).read(REF, known);
      assert.equal(found?.size, "micro");
    });

    it("waits for nothing when there is nothing to take away, be the project paused", async () => {
      api.on("GET", "/v1/projects/{ref}", project("INACTIVE"));
      await compute().delete(`${REF}/compute`, micro);
      assert.equal(time.elapsedSeconds(), 0);
    });
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

    const listed = {
      json: {
        projects: [
          {
            ref: REF,
            name: "orders",
            region: "eu-central-1",
            status: "COMING_UP",
            is_branch: false,
            inserted_at: "2026-03-02T02:00:00Z",
            databases: [],
          },
        ],
        pagination: { count: 1, offset: 0, limit: 100 },
      },
    };
    const none = { json: { projects: [], pagination: { count: 0, offset: 0, limit: 100 } } };
    for (const [what, answer] of [
      ["is lost", "reset"],
      ["is not the documented one", { status: 201, json: {} }],
    ] as const) {
      it(`saves it when the answer ${what} and it cannot be looked at`, async () => {
        api.on("GET", "/v1/organizations/{slug}/projects", none, listed);
        api.on("POST", "/v1/projects", answer);
        api.on("GET", "/v1/projects/{ref}", { status: 401, json: { message: "Unauthorized" } });
        const error = await failed(create(), "SUPABASE_TOKEN_REFUSED");
        assert.equal(error.id, REF);
        assert.equal(writes(), 1);
      });
    }

    it("does not forget that it may be there when the answer was lost and nobody may look any more", async () => {
      const refused = { status: 401, json: { message: "Unauthorized" } };
      api.on("GET", "/v1/organizations/{slug}/projects", none, refused);
      api.on("POST", "/v1/projects", "reset");
      await failed(create(), "SUPABASE_OUTCOME_UNKNOWN");
    });

    it("lifts the guard of one that will never be ready, so that it can be deleted", async () => {
      api.on("GET", "/v1/projects/{ref}", project("INIT_FAILED"));
      const provider = opened({ openProvider: openProject });
      const unguarded = { ...declared, deletionGuard: false };
      const error = await failed(
        provider.update(REF, { ...declared, ref: REF }, unguarded),
        "PROJECT_FAILED",
      );
      assert.equal(error.properties?.deletionGuard, false);
      api.on("DELETE", "/v1/projects/{ref}", () => {
        api.on("GET", "/v1/projects/{ref}", { status: 404, json: { message: "Project not found" } });
        return { json: {} };
      });
      await provider.delete(REF, error.properties ?? {});
    });

    it("asks for it once, and fails, when the answer was lost and none appears", async () => {
      api.on("POST", "/v1/projects", "reset");
      const error = await failed(create(), "SUPABASE_OUTCOME_UNKNOWN");
      assert.equal(error.id, undefined);
      assert.equal(writes(), 1);
      assert.ok(time.elapsedSeconds() >= 60);
    });
  });
});
