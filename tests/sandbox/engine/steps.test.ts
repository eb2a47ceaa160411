import assert from "node:assert/strict";
import type { Declared } from "./support/declared-program.ts";
import { MemoryStack } from "./support/memory-stack.ts";

describe("the steps of a run", () => {
  let stack: MemoryStack;
  beforeEach(() => {
    stack = new MemoryStack();
  });
  /** The calls since the last time it was asked. */
  const calls = (): string[] => stack.cloud.calls.splice(0);

  it("creates, leaves alone, updates and deletes, and counts each", async () => {
    assert.deepEqual((await stack.preview([{ name: "a" }])).changes, { create: 2 });
    assert.deepEqual(calls(), []);
    assert.deepEqual(stack.state.resources, []);
    assert.deepEqual((await stack.up([{ name: "a", inputs: { x: 1 } }])).changes, { create: 2 });
    assert.deepEqual((await stack.up([{ name: "a", inputs: { x: 1 } }])).changes, { same: 2 });
    assert.deepEqual((await stack.up([{ name: "a", inputs: { x: 2 } }])).changes, { same: 1, update: 1 });
    assert.deepEqual((await stack.up([])).changes, { delete: 1, same: 1 });
    assert.deepEqual(calls(), ["create a", "update a", "delete a"]);
    assert.deepEqual((await stack.destroy()).changes, { delete: 1 });
    assert.deepEqual(stack.state, { resources: [], pendingOperations: [] });
  });

  it("previews every change and makes none", async () => {
    await stack.up([{ name: "a", inputs: { r_k: 1 } }, { name: "b", inputs: { x: 1 } }, { name: "c" }]);
    const before = structuredClone(stack.state);
    calls();
    const preview = await stack.preview([
      { name: "a", inputs: { r_k: 2 } },
      { name: "b", inputs: { x: 2 } },
    ]);
    assert.deepEqual(preview.changes, { delete: 1, replace: 1, same: 1, update: 1 });
    assert.deepEqual(calls(), []);
    assert.deepEqual(stack.state, before);
  });

  it("replaces by creating first, and by deleting first where the program or the provider asks for it", async () => {
    const of = (r_k: number, more = {}) => [{ name: "a", inputs: { r_k }, ...more }];
    await stack.up(of(1));
    assert.deepEqual((await stack.up(of(2))).changes, { replace: 1, same: 1 });
    assert.deepEqual(calls(), ["create a", "create a", "delete a"]);
    await stack.up(of(3, { deleteBeforeReplace: true }));
    assert.deepEqual(calls(), ["delete a", "create a"]);
    await stack.up([{ name: "a", inputs: { r_k: 4, dbr: true } }]);
    assert.deepEqual(calls(), ["delete a", "create a"]);
    await stack.up([{ name: "a", inputs: { r_k: 5, dbr: true }, deleteBeforeReplace: false }]);
    assert.deepEqual(calls(), ["create a", "delete a"]);
    assert.deepEqual(stack.cloud.names(), ["a"]);
  });

  it("deletes dependents before what they cannot outlive, and makes them again after it", async () => {
    const of = (r_k: number): Declared[] => [
      { name: "a", inputs: { r_k, x: r_k }, deleteBeforeReplace: true },
      { name: "b", from: { r_dep: "a" } },
      { name: "c", from: { r_dep: "b" } },
      { name: "d", from: { x: "a" } },
    ];
    await stack.up(of(1));
    calls();
    const { changes } = await stack.up(of(2));
    assert.deepEqual(calls(), [
      "delete c",
      "delete b",
      "delete a",
      "create a",
      "create b",
      "create c",
      "update d",
    ]);
    assert.deepEqual(changes, { replace: 3, same: 1, update: 1 });
  });

  it("deletes nothing before what depends on it, by input, option, parent or deletedWith", async () => {
    await stack.up([
      { name: "a" },
      { name: "b", dependsOn: ["a"] },
      { name: "c", from: { x: "b" } },
      { name: "k", type: "memory:index:Component", custom: false, dependsOn: ["c"] },
      { name: "d", parent: "k" },
    ]);
    calls();
    assert.equal((await stack.destroy()).succeeded, true);
    assert.deepEqual(calls(), ["delete d", "delete c", "delete b", "delete a"]);
  });

  it("does not delete what is protected, neither by removal, replacement nor destruction", async () => {
    const protectedA = { name: "a", inputs: { r_k: 1 }, protect: true };
    await stack.up([protectedA]);
    calls();
    for (const run of [
      await stack.up([]),
      await stack.up([{ ...protectedA, inputs: { r_k: 2 } }]),
      await stack.destroy(),
      await stack.preview([]),
    ]) {
      assert.equal(run.succeeded, false);
      assert.match(run.errors.join(), /protect/);
    }
    assert.deepEqual(calls(), []);
    assert.equal(stack.find("a")?.protect, true);
    assert.equal((await stack.up([{ ...protectedA, protect: false }])).succeeded, true);
    assert.equal((await stack.up([])).succeeded, true);
    assert.deepEqual(calls(), ["delete a"]);
  });

  it("destroys around what is protected, and what that needs, when asked to", async () => {
    await stack.up([
      { name: "k", type: "memory:index:Component", custom: false },
      { name: "below" },
      { name: "kept", parent: "k", dependsOn: ["below"], protect: true },
      { name: "beside" },
      { name: "above", dependsOn: ["kept"] },
    ]);
    const run = await stack.destroy({ excludeProtected: true });
    assert.equal(run.succeeded, true, run.errors.join());
    assert.deepEqual(run.changes, { delete: 2 });
    assert.deepEqual(stack.knownNames(), ["below", "kept"]);
  });

  it("refuses two resources of one name", async () => {
    const { succeeded, errors } = await stack.up([{ name: "a" }, { name: "a" }]);
    assert.equal(succeeded, false);
    assert.match(errors[0] ?? "", /Duplicate resource URN .*::a/);
  });

  it("refreshes what drifted and forgets what is gone, with every reference to it", async () => {
    await stack.up([
      { name: "a", inputs: { x: 1 } },
      { name: "b", inputs: { x: 1 }, dependsOn: ["a"] },
    ]);
    stack.cloud.things.delete("a-1");
    for (const thing of stack.cloud.things.values()) thing.value = 7;
    const expected = { delete: 1, same: 1, update: 1 };
    assert.deepEqual((await stack.refresh({ dryRun: true })).changes, expected);
    assert.equal(stack.find("a")?.id, "a-1");
    assert.deepEqual((await stack.refresh()).changes, expected);
    assert.equal(stack.find("a"), undefined);
    assert.equal(stack.find("b")?.outputs.x, 7);
    assert.deepEqual(stack.find("b")?.dependencies, []);
    assert.deepEqual((await stack.up([{ name: "b", inputs: { x: 1 } }])).changes, { same: 1, update: 1 });
    assert.deepEqual((await stack.refresh()).changes, { same: 2 });
  });
});
