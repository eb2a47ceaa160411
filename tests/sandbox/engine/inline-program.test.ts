import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { EngineProject } from "./support/engine-project.ts";
import { WorldComponent, WorldThing } from "./support/world-thing.ts";

describe("an inline program of the Automation API with dynamic resources", () => {
  let project: EngineProject;
  beforeEach(() => {
    project = new EngineProject();
  });
  afterEach(() => project.remove());

  const program = (x: unknown) => async () => {
    const component = new WorldComponent("c", { x });
    const thing = new WorldThing("t", { x: component.made });
    return { made: thing.made, plain: 3, hidden: pulumi.secret({ deep: "s3cret" }) };
  };

  const secret = (value: string) => async () => ({
    made: new WorldThing("t", { x: pulumi.secret(value) }, { additionalSecretOutputs: ["made"] }).made,
  });

  it("goes through preview, up, no-op up, update, refresh and destroy, with events and history", async () => {
    const stack = await project.stack(program(1));
    await stack.setConfig("token", { value: "t0ken", secret: true });
    const events: EngineEvent[] = [];
    assert.deepEqual((await stack.preview({ onEvent: (event) => events.push(event) })).changeSummary, {
      create: 4,
    });
    assert.deepEqual(project.world().things, {});
    const made = await stack.up({ onEvent: (event) => events.push(event) });
    assert.deepEqual(made.summary.resourceChanges, { create: 4 });
    assert.deepEqual(made.outputs, {
      made: { value: "made made 1", secret: false },
      plain: { value: 3, secret: false },
      hidden: { value: { deep: "s3cret" }, secret: true },
    });
    assert.equal(project.world().token, "t0ken");
    assert.deepEqual((await stack.up()).summary.resourceChanges, { same: 4 });
    stack.workspace.program = program(2);
    const updated = await stack.up({ message: "second" });
    assert.deepEqual(updated.summary.resourceChanges, { same: 1, update: 3 });
    assert.equal((await stack.refresh({ expectNoChanges: true })).summary.kind, "refresh");
    await stack.destroy();
    assert.deepEqual(project.world().things, {});
    const history = await stack.history();
    assert.deepEqual(
      history.map(({ kind, result, message }) => [kind, result, message]),
      [
        ["destroy", "succeeded", ""],
        ["refresh", "succeeded", ""],
        ["update", "succeeded", "second"],
        ["update", "succeeded", ""],
        ["update", "succeeded", ""],
      ],
    );
    assert.deepEqual(history[0]?.config["world:token"], { value: "t0ken", secret: true });
    const kinds = new Set(events.flatMap((event) => Object.keys(event)));
    for (const kind of ["preludeEvent", "resourcePreEvent", "resOutputsEvent", "summaryEvent", "cancelEvent"])
      assert.ok(kinds.has(kind), kind);
    assert.doesNotMatch(JSON.stringify(events), /s3cret|t0ken/);
    await stack.workspace.removeStack("dev");
    assert.deepEqual(await stack.workspace.listStacks(), []);
  });

  it("stores secrets encrypted alone, gives them to who has the passphrase, and to no one else", async () => {
    const stack = await project.stack(secret("s3cret"));
    const up = await stack.up();
    assert.deepEqual(up.outputs.made, { value: "made s3cret", secret: true });
    assert.doesNotMatch(project.stateText + up.stdout, /s3cret/);
    assert.match(project.stateText, /"ciphertext": "v1:/);
    const before = project.stateText;
    await stack.up();
    const ciphertexts = (text: string) => text.match(/"ciphertext": "[^"]+"/g);
    assert.deepEqual(ciphertexts(project.stateText), ciphertexts(before));
    const { PULUMI_CONFIG_PASSPHRASE: _, ...without } = project.environment;
    for (const [environment, message] of [
      [{ ...project.environment, PULUMI_CONFIG_PASSPHRASE: "wrong" }, /incorrect passphrase/],
      [without, /passphrase must be set/],
    ] as const) {
      stack.workspace.envVars = environment;
      await assert.rejects(stack.up(), message);
      await assert.rejects(stack.exportStack(), message);
    }
    assert.equal(ciphertexts(project.stateText)?.length, ciphertexts(before)?.length);
  });

  it("exports a deployment of version 3, and takes it back, with its secrets, under another passphrase", async () => {
    const stack = await project.stack(secret("s3cret"));
    await stack.up();
    const exported = await stack.exportStack();
    assert.equal(exported.version, 3);
    const { resources } = exported.deployment as { resources: { type: string; id?: string; urn: string }[] };
    assert.equal(resources[0]?.type, "pulumi:pulumi:Stack");
    assert.match(JSON.stringify(exported), /\\"s3cret\\"/);
    const other = new EngineProject();
    try {
      const copy = await other.stack(secret("s3cret"), {
        PULUMI_CONFIG_PASSPHRASE: "another",
        ENGINE_TEST_WORLD: project.worldFile,
      });
      await copy.importStack(exported);
      assert.doesNotMatch(other.stateText, /s3cret/);
      assert.deepEqual((await copy.up()).summary.resourceChanges, { same: 2 });
      const foreign = JSON.parse(JSON.stringify(exported).replaceAll(":dev::world::", ":prod::world::"));
      await assert.rejects(copy.importStack(foreign), /not of the stack world\/dev/);
    } finally {
      other.remove();
    }
  });

  it("finds drift by refresh, and mends it by up", async () => {
    const stack = await project.stack(program(1));
    await stack.up();
    const world = project.world();
    const { writeWorld } = await import("./support/world-thing.ts");
    writeWorld(project.worldFile, { ...world, things: { ...world.things, "t-2": "by hand" } });
    await assert.rejects(
      stack.refresh({ previewOnly: true, expectNoChanges: true }),
      /no changes were expected/,
    );
    assert.deepEqual((await stack.previewRefresh()).changeSummary, { same: 3, update: 1 });
    await stack.refresh();
    assert.deepEqual((await stack.up()).summary.resourceChanges, { same: 3, update: 1 });
    assert.equal(project.world().things["t-2"], "made 1");
  });

  it("mends drift by an up that reads everything first, and by no other", async () => {
    const stack = await project.stack(program(1));
    await stack.up();
    const made = project.world();
    const { writeWorld } = await import("./support/world-thing.ts");
    const { "t-2": _, ...others } = made.things;
    for (const things of [{ ...made.things, "t-2": "by hand" }, others]) {
      writeWorld(project.worldFile, { ...project.world(), things });
      assert.deepEqual((await stack.up()).summary.resourceChanges, { same: 4 });
      assert.deepEqual(project.world().things, things);
      const preview = (await stack.preview({ refresh: true })).changeSummary;
      assert.deepEqual(project.world().things, things);
      const { resourceChanges } = (await stack.up({ refresh: true })).summary;
      assert.deepEqual(resourceChanges, preview);
      const change = "t-2" in things ? "update" : "create";
      assert.deepEqual(resourceChanges, { same: 3, [change]: 1 });
      assert.deepEqual(Object.values(project.world().things).sort(), Object.values(made.things).sort());
    }
  });

  it("tells why a program failed, keeps what it made, and deletes nothing", async () => {
    const stack = await project.stack(program(1));
    await stack.up();
    const failing = await project.stack(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      throw new Error("the program gave up");
    });
    await assert.rejects(failing.up(), /the program gave up/);
    assert.equal(Object.keys(project.world().things).length, 2);
    const [last] = await failing.history(1);
    assert.equal(last?.result, "failed");
  });
});
