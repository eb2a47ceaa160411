import assert from "node:assert/strict";
import { createSupabase, type TestSupabase } from "../../../support/supabase.ts";
import { ask, messageOf } from "../support/ask.ts";
import { waitForStatus } from "../support/wait-for.ts";

describe("endpoints of projects and organizations", () => {
  let supabase: TestSupabase;
  const wish = { name: "shop", organization_slug: "holdfast-pro", db_pass: "a long password" };
  const create = (more: Record<string, unknown> = {}) =>
    ask(supabase, "POST", "/v1/projects", { ...wish, ...more });

  before(async () => {
    supabase = await createSupabase({ newProjectsDatabase: "none", timing: { createSeconds: 1.2 } });
  });

  it("creates a project that is UNKNOWN, then COMING_UP, then ACTIVE_HEALTHY", async () => {
    const answer = await create({
      region_selection: { type: "smartGroup", code: "emea" },
      desired_instance_size: "small",
    });
    assert.equal(answer.status, 201);
    const { ref, ...rest } = Object(answer.body);
    assert.match(ref, /^[a-z]{20}$/);
    assert.equal(rest.id, ref);
    assert.equal(rest.status, "UNKNOWN");
    assert.equal(rest.region, "eu-central-1");
    assert.equal((await ask(supabase, "DELETE", `/v1/projects/${ref}`)).status, 400);
    const seen = await waitForStatus(supabase, ref, "ACTIVE_HEALTHY");
    assert.deepEqual(seen.slice(-2), ["COMING_UP", "ACTIVE_HEALTHY"]);
    const { body } = await ask(supabase, "GET", `/v1/projects/${ref}/billing/addons`);
    assert.equal(Object(body).selected_addons[0].variant.id, "ci_small");
  });

  it("refuses what the platform refuses, and creates nothing", async () => {
    const before = Object((await ask(supabase, "GET", "/v1/projects")).body).length;
    const refusals: [Record<string, unknown>, RegExp][] = [
      [{ name: "n".repeat(257) }, /^name: Too big/],
      [{ db_pass: undefined }, /^db_pass: Invalid input: expected string, received undefined/],
      [{ backup_id: 1 }, /Unrecognized key/],
      [{ region: "mars-1" }, /^region: Invalid/],
      [{ desired_instance_size: "nano" }, /^Minimum instance size on paid plans is Micro$/],
      [{ region: "eu-west-1", region_selection: { type: "specific", code: "eu-west-1" } }, /Only one of/],
    ];
    for (const [more, message] of refusals) {
      const answer = await create(more);
      assert.equal(answer.status, 400, JSON.stringify(more));
      assert.match(messageOf(answer), message);
    }
    assert.equal((await create({ organization_slug: "nobody" })).status, 404);
    assert.equal(Object((await ask(supabase, "GET", "/v1/projects")).body).length, before);
  });

  it("lists an organization's projects page by page, found by name, sorted, by status", async () => {
    for (const name of ["b-shop", "a-shop", "c-other"])
      await supabase.add({ name, organization: "holdfast-team" });
    const list = async (query: string) => {
      const { body } = await ask(supabase, "GET", `/v1/organizations/holdfast-team/projects?${query}`);
      return [Object(body).projects.map(({ name }: { name: string }) => name), Object(body).pagination];
    };
    assert.deepEqual(await list("limit=2"), [["a-shop", "b-shop"], { count: 3, limit: 2, offset: 0 }]);
    assert.deepEqual(await list("offset=2&limit=2"), [["c-other"], { count: 3, limit: 2, offset: 2 }]);
    assert.deepEqual((await list("search=shop&sort=name_desc"))[0], ["b-shop", "a-shop"]);
    assert.deepEqual((await list("statuses=INACTIVE,RESTORING"))[0], []);
    assert.equal(
      (await ask(supabase, "GET", "/v1/organizations/holdfast-team/projects?limit=101")).status,
      400,
    );
    assert.equal((await ask(supabase, "GET", "/v1/organizations/nobody/projects")).status, 404);
  });

  it("shows what each plan is entitled to", async () => {
    const features = async (slug: string) => {
      const { body } = await ask(supabase, "GET", `/v1/organizations/${slug}/entitlements`);
      const found = (key: string) =>
        Object(body).entitlements.find(({ feature }: { feature: { key: string } }) => feature.key === key);
      return {
        days: found("backup.retention_days").config.value,
        pitr: found("pitr.available_variants").config.set,
        schedule: found("backup.schedule").hasAccess,
        pausing: found("project_pausing").hasAccess,
      };
    };
    const all = ["pitr_7", "pitr_14", "pitr_28"];
    assert.deepEqual(await features("holdfast-free"), { days: 0, pitr: [], schedule: false, pausing: true });
    assert.deepEqual(await features("holdfast-pro"), { days: 7, pitr: all, schedule: false, pausing: false });
    assert.deepEqual(await features("holdfast-team"), {
      days: 14,
      pitr: all,
      schedule: false,
      pausing: false,
    });
    assert.deepEqual(await features("holdfast-enterprise"), {
      days: 30,
      pitr: all,
      schedule: true,
      pausing: false,
    });
  });

  it("renames and deletes; what is deleted is gone from every route", async () => {
    const ref = await supabase.add();
    assert.equal(
      Object((await ask(supabase, "PATCH", `/v1/projects/${ref}`, { name: "new" })).body).name,
      "new",
    );
    const deleted = await ask(supabase, "DELETE", `/v1/projects/${ref}`);
    assert.equal(deleted.status, 200);
    assert.equal(Object(deleted.body).ref, ref);
    for (const path of ["", "/health?services=db", "/billing/addons", "/database/backups", "/secrets"])
      assert.equal((await ask(supabase, "GET", `/v1/projects/${ref}${path}`)).status, 404, path);
  });

  it("pauses and brings back free projects alone", async () => {
    const paid = await supabase.add();
    assert.match(
      messageOf(await ask(supabase, "POST", `/v1/projects/${paid}/pause`)),
      /^Project is not free-tier\./,
    );
    assert.match(
      messageOf(await ask(supabase, "POST", `/v1/projects/${paid}/restore`)),
      /it is ACTIVE_HEALTHY$/,
    );
    assert.equal(
      messageOf(await ask(supabase, "GET", `/v1/projects/${paid}/restore`)),
      "This project is not in a paused state.",
    );
    const free = await supabase.add({ organization: "holdfast-free" });
    assert.equal((await ask(supabase, "POST", `/v1/projects/${free}/pause`)).status, 200);
    assert.match(messageOf(await ask(supabase, "DELETE", `/v1/projects/${free}`)), /^Project is pausing/);
    await waitForStatus(supabase, free, "INACTIVE");
    assert.equal(
      (await ask(supabase, "POST", `/v1/projects/${free}/database/query`, { query: "select 1" })).status,
      540,
    );
    assert.equal(
      (await ask(supabase, "PATCH", `/v1/projects/${free}/database/password`, { password: "long" })).status,
      400,
    );
    assert.equal((await ask(supabase, "POST", `/v1/projects/${free}/restore`)).status, 200);
    assert.notEqual((await ask(supabase, "POST", `/v1/projects/${free}/restore`)).status, 200);
  });

  it("reports health by service, and refuses a service that is none", async () => {
    const ref = await supabase.add();
    const { body } = await ask(supabase, "GET", `/v1/projects/${ref}/health?services=db&services=realtime`);
    const states = Object(body).map(({ name, status }: { name: string; status: string }) => [name, status]);
    assert.deepEqual(states, [
      ["db", "ACTIVE_HEALTHY"],
      ["realtime", "COMING_UP"],
    ]);
    assert.equal((await ask(supabase, "GET", `/v1/projects/${ref}/health?services=weather`)).status, 400);
    assert.equal((await ask(supabase, "GET", `/v1/projects/${ref}/health`)).status, 400);
  });
});
