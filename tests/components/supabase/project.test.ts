import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { Project, type ProjectArgs } from "../../../components/supabase/project.ts";
import { deleteProject } from "../../../supabase/calls/delete-project.ts";
import { getProject } from "../../../supabase/calls/get-project.ts";
import { listAddons } from "../../../supabase/calls/list-addons.ts";
import { listProjects } from "../../../supabase/calls/list-projects.ts";
import { renameProject } from "../../../supabase/calls/rename-project.ts";
import { setAddon } from "../../../supabase/calls/set-addon.ts";
import { ProviderRefusal } from "../../support/dynamic-provider.ts";
import { CheckRefusal, ManagedResource } from "./support/managed-resource.ts";
import { refusal } from "./support/refusals.ts";
import { type Simulated, simulated } from "./support/simulated.ts";

const PASSWORD = "correct horse battery staple";

describe("Project", () => {
  let world: Simulated;
  before(async () => {
    world = await simulated();
  });
  after(() => world.provider.close());

  const args = (differing: Partial<ProjectArgs> = {}): ProjectArgs => ({
    name: `orders-${randomUUID()}`,
    organization: "holdfast-pro",
    region: "eu-central-1",
    databasePassword: PASSWORD,
    ...differing,
  });
  const project = (given: ProjectArgs) => () => new Project("orders", given);
  const named = async (name: unknown) => {
    const found: string[] = [];
    for await (const { name: other, ref } of listProjects(world.api, "holdfast-pro"))
      if (other === name) found.push(ref);
    return found;
  };
  const creations = () =>
    world.supabase.requests().filter(({ method, path }) => method === "POST" && path === "/v1/projects")
      .length;
  const expected = {
    organization: "holdfast-pro",
    region: "eu-central-1",
    deletionGuard: true,
    providerRevision: 1,
  };

  it("is made, ready when it is there, renamed, resized and given another password", async () => {
    const given = args({ size: "small" });
    const resource = new ManagedResource(world.provider);
    assert.equal(await resource.preview(project(given)), "create");
    assert.equal(await resource.up(project(given)), "create");
    const ref = resource.known().id;
    assert.deepEqual(resource.outputs(), {
      ...expected,
      ref,
      name: given.name,
      size: "small",
      databasePassword: PASSWORD,
      databaseHost: `db.${ref}.supabase.co`,
    });
    assert.equal((await getProject(world.api, ref)).status, "ACTIVE_HEALTHY");
    assert.equal(await resource.up(project(given)), "same");
    const changed = {
      ...given,
      name: `${given.name}-two`,
      size: "medium",
      databasePassword: "another one",
    } as const;
    assert.equal(await resource.up(project(changed)), "update");
    assert.equal(resource.outputs().ref, ref);
    assert.equal((await getProject(world.api, ref)).name, changed.name);
    assert.equal((await listAddons(world.api, ref)).compute, "ci_medium");
    assert.equal(resource.outputs().databasePassword, "another one");
    assert.deepEqual(world.changes(ref), ["PATCH /billing/addons", "PATCH ", "PATCH /database/password"]);
  });

  it("is adopted by its ref without a change, and brought back after drift", async () => {
    const ref = await world.supabase.add({ name: "clone", compute: "ci_small" });
    const given = args({ name: "clone", adoptRef: ref, size: "small" });
    const before = creations();
    const resource = new ManagedResource(world.provider);
    assert.equal(await resource.up(project(given)), "create");
    assert.equal(resource.known().id, ref);
    assert.deepEqual(world.changes(ref), [], "the password of an adopted project is left alone");
    assert.equal(creations(), before);
    await renameProject(world.api, ref, "somebody's");
    await setAddon(world.api, ref, { type: "compute_instance", variant: "ci_large" });
    await resource.refresh();
    assert.equal(resource.outputs().name, "somebody's");
    assert.equal(resource.outputs().size, "large");
    assert.equal(await resource.up(project(given)), "update");
    assert.equal((await getProject(world.api, ref)).name, "clone");
    const { adoptRef: _, ...without } = given;
    assert.equal(
      await resource.up(project(without)),
      "update",
      "what was adopted need not be adopted for ever",
    );
    assert.equal(await resource.up(project(given)), "update");
  });

  it("refuses to adopt what is not as declared, or not there", async () => {
    const ref = await world.supabase.add({ name: "not-ours" });
    const resource = new ManagedResource(world.provider);
    const given = args({ adoptRef: ref, region: "us-east-1", organization: "holdfast-team" });
    const text = await refusal(() => resource.up(project(given)), "PROJECT_DIFFERS");
    assert.match(text, /its name is not-ours, not orders-/);
    assert.match(
      text,
      /its organization is holdfast-pro, not holdfast-team; its region is eu-central-1, not us-east-1/,
    );
    await refusal(() => resource.up(project(args({ adoptRef: "nosuchprojectanywher" }))), "PROJECT_UNKNOWN");
    assert.equal(resource.saved, undefined);
    assert.deepEqual(world.changes(ref), []);
  });

  it("is not made twice under one name: the error says how to adopt it", async () => {
    const given = args();
    await new ManagedResource(world.provider).up(project(given));
    const [ref] = await named(given.name);
    const before = creations();
    const text = await refusal(
      () => new ManagedResource(world.provider).up(project(given)),
      "PROJECT_NAME_TAKEN",
    );
    assert.match(text, new RegExp(`adoptRef: "${ref}"`));
    assert.equal(creations(), before);
  });

  it("is found again after the answer to its making was lost, and made once", async () => {
    const given = args();
    world.supabase.faults.add({
      kind: "lost-answer",
      match: { method: "POST", path: "/v1/projects" },
      times: 1,
    });
    const resource = new ManagedResource(world.provider);
    assert.equal(await resource.up(project(given)), "create");
    assert.deepEqual(await named(given.name), [resource.known().id]);
  });

  it("is saved when it was made and does not get ready, and waited for by the next run", async () => {
    const given = args();
    // The first look at the project itself comes after its making.
    world.supabase.faults.add({
      kind: "token-expired",
      match: { method: "GET", path: "/v1/projects/{ref}" },
      times: 1,
    });
    const resource = new ManagedResource(world.provider);
    await assert.rejects(resource.up(project(given)), (error) => {
      assert.ok(error instanceof ProviderRefusal && error.saved);
      assert.match(error.message, /\[SUPABASE_TOKEN_REFUSED\]$/);
      return true;
    });
    const { id, initErrors } = resource.known();
    assert.deepEqual(await named(given.name), [id], "it is in the state and at Supabase");
    assert.equal(initErrors.length, 1);
    assert.equal(await resource.up(project(given)), "update");
    assert.equal((await getProject(world.api, id)).status, "ACTIVE_HEALTHY");
    assert.equal(await resource.up(project(given)), "same");
  });

  it("is not there before its database answers, whatever its status says", async () => {
    const ref = await world.supabase.add({ name: "slow-starter" });
    world.supabase.faults.add({ kind: "healthy-but-not-ready", ref, seconds: 2 });
    await setAddon(world.api, ref, { type: "compute_instance", variant: "ci_small" });
    const resource = new ManagedResource(world.provider);
    await resource.up(project(args({ name: "slow-starter", adoptRef: ref })));
    const since = world.supabase
      .requests()
      .findLast(({ path }) => path === `/v1/projects/${ref}/database/query`);
    assert.equal(since?.status, 201);
    world.supabase.faults.clear(ref);
  });

  describe("guards", () => {
    it("its deletion until the guard was taken away by a run of its own; then deletes, twice without harm", async () => {
      const given = args();
      const resource = new ManagedResource(world.provider);
      await resource.up(project(given));
      const ref = resource.known().id;
      const text = await refusal(() => resource.destroy(), "PROJECT_DELETION_GUARDED");
      assert.match(text, /deletes all its backups too, for good/);
      assert.deepEqual(world.changes(ref), []);
      assert.equal(await resource.up(project({ ...given, deletionGuard: false })), "update");
      assert.deepEqual(world.changes(ref), []);
      const { saved } = resource;
      await resource.destroy();
      assert.deepEqual(await named(given.name), []);
      resource.saved = saved;
      await resource.destroy();
      resource.saved = saved;
      assert.equal(await resource.refresh(), false);
    });

    it("its replacement: another region or organization is refused in the preview", async () => {
      const given = args();
      const resource = new ManagedResource(world.provider);
      await resource.up(project(given));
      for (const moved of [{ region: "us-east-1" }, { organization: "holdfast-team" }]) {
        const before = creations();
        await refusal(() => resource.preview(project({ ...given, ...moved })), "PROJECT_REPLACEMENT_GUARDED");
        await refusal(() => resource.up(project({ ...given, ...moved })), "PROJECT_REPLACEMENT_GUARDED");
        assert.equal(creations(), before);
      }
      await resource.up(project({ ...given, deletionGuard: false }));
      const old = resource.known().id;
      const moved = { ...given, region: "us-east-1", name: `${given.name}-us`, deletionGuard: false };
      assert.equal(await resource.up(project(moved)), "replace");
      assert.notEqual(resource.known().id, old);
      assert.deepEqual(await named(given.name), []);
    });
  });

  it("waits until a project that is being changed lets itself be deleted", async () => {
    const given = args({ deletionGuard: false });
    const resource = new ManagedResource(world.provider);
    await resource.up(project(given));
    const ref = resource.known().id;
    world.supabase.faults.add({
      kind: "status",
      status: 400,
      body: { message: "Project not ready for deletion." },
      match: { method: "DELETE", path: "/v1/projects/{ref}", ref },
      times: 1,
    });
    await resource.destroy();
    assert.deepEqual(await named(given.name), []);
  });

  it("is dropped from the state when it was deleted by hand, never because a token sees too little", async () => {
    const given = args();
    const resource = new ManagedResource(world.provider);
    await resource.up(project(given));
    const ref = resource.known().id;
    const absent = { kind: "status", status: 404, body: { message: "Not found" } } as const;
    world.supabase.faults.add({ ...absent, match: { path: "/v1/projects/{ref}", ref }, times: 2 });
    world.supabase.faults.add({ ...absent, match: { path: "/v1/organizations/{slug}" }, times: 2 });
    await refusal(() => resource.refresh(), "PROJECT_NOT_VISIBLE");
    await refusal(() => resource.destroy(), "PROJECT_NOT_VISIBLE");
    assert.ok(resource.saved);
    await deleteProject(world.api, ref);
    assert.equal(await resource.refresh(), false);
  });

  it("refuses a project to be made without a password, showing no value of what it refuses", async () => {
    const { databasePassword: _, ...without } = args();
    await assert.rejects(new ManagedResource(world.provider).up(project(without)), (error) => {
      assert.ok(error instanceof CheckRefusal);
      assert.match(
        error.message,
        /^databasePassword: databasePassword must be given for a project that is to be made/,
      );
      return true;
    });
    const short = args({ databasePassword: "xyz", region: "moon" });
    await assert.rejects(new ManagedResource(world.provider).up(project(short)), (error) => {
      assert.ok(error instanceof CheckRefusal);
      assert.doesNotMatch(error.message, /xyz/);
      assert.match(error.message, /^region: /m);
      return true;
    });
  });
});
