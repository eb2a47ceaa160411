import assert from "node:assert/strict";
import { MemoryStack } from "./support/memory-stack.ts";

describe("the options of a resource", () => {
  let stack: MemoryStack;
  beforeEach(() => {
    stack = new MemoryStack();
  });
  /** The calls since the last time it was asked. */
  const calls = (): string[] => stack.cloud.calls.splice(0);

  it("leaves the deletion to the resource that another is deleted with", async () => {
    const declared = [{ name: "a" }, { name: "b", deletedWith: "a" }];
    await stack.up(declared);
    await stack.up([{ name: "a" }]);
    assert.deepEqual(calls(), ["create a", "create b", "delete b"]);
    await stack.up(declared);
    calls();
    await stack.destroy();
    assert.deepEqual(calls(), ["delete a"]);
    assert.deepEqual(stack.state.resources, []);
  });

  it("keeps what is retained, in removal and in replacement, and passes both options to children", async () => {
    const component = { name: "k", type: "memory:index:Component", custom: false, retainOnDelete: true };
    await stack.up([component, { name: "a", parent: "k", inputs: { r_k: 1 } }]);
    assert.equal(stack.find("a")?.retainOnDelete, true);
    await stack.up([component, { name: "a", parent: "k", inputs: { r_k: 2 } }]);
    await stack.up([]);
    assert.deepEqual(calls(), ["create a", "create a"]);
    assert.deepEqual(stack.cloud.names(), ["a", "a"]);
    await stack.up([
      { ...component, retainOnDelete: false, protect: true },
      { name: "c", parent: "k" },
    ]);
    assert.equal(stack.find("c")?.protect, true);
  });

  it("ignores changes at a path, and only there", async () => {
    await stack.up([{ name: "a", inputs: { x: 1, y: { z: 1, w: [1, 2] } } }]);
    const changed = { name: "a", inputs: { x: 2, y: { z: 2, w: [3, 4] } }, ignoreChanges: ["x", "y.w[*]"] };
    await stack.up([changed]);
    assert.deepEqual(stack.find("a")?.inputs, { x: 1, y: { z: 2, w: [1, 2] } });
    calls();
    await stack.up([{ ...changed, ignoreChanges: ["*"], inputs: { x: 9 } }]);
    assert.deepEqual(calls(), []);
  });

  it("replaces on changes that the program names", async () => {
    await stack.up([{ name: "a", inputs: { x: 1, y: 1 } }]);
    calls();
    await stack.up([{ name: "a", inputs: { x: 1, y: 2 }, replaceOnChanges: ["x"] }]);
    assert.deepEqual(calls(), ["update a"]);
    await stack.up([{ name: "a", inputs: { x: 2, y: 2 }, replaceOnChanges: ["x"] }]);
    assert.deepEqual(calls(), ["create a", "delete a"]);
  });

  it("follows a resource to its new name and parent, and its children with it", async () => {
    const component = (name: string) => ({ name, type: "memory:index:Component", custom: false });
    await stack.up([component("k"), { name: "k-a", parent: "k" }, { name: "b", dependsOn: ["k-a"] }]);
    calls();
    const renamed = { ...component("m"), aliases: [{ name: "k" }] };
    const { changes } = await stack.up([
      renamed,
      { name: "m-a", parent: "m" },
      { name: "b", dependsOn: ["m-a"] },
    ]);
    assert.deepEqual(changes, { same: 4 });
    await stack.up([
      renamed,
      { name: "a", aliases: [{ name: "m-a", parent: stack.find("m")?.urn ?? "" }] },
      { name: "b" },
    ]);
    assert.deepEqual(calls(), []);
    assert.equal(stack.find("a")?.id, "k-a-1");
  });

  it("refuses an alias that another resource goes by, or is", async () => {
    for (const declared of [
      [{ name: "a" }, { name: "b", aliases: [{ name: "a" }] }],
      [{ name: "b", aliases: [{ name: "a" }] }, { name: "a" }],
      [
        { name: "b", aliases: [{ name: "a" }] },
        { name: "c", aliases: [{ name: "a" }] },
      ],
    ]) {
      stack = new MemoryStack();
      await stack.up([{ name: "a" }]);
      const { succeeded, errors } = await stack.up(declared);
      assert.equal(succeeded, false);
      assert.match(errors.join(), /alias/);
      assert.deepEqual(stack.cloud.names(), ["a"]);
    }
  });

  it("refuses to ignore changes where only one side has the way to them", async () => {
    await stack.up([{ name: "a", inputs: { y: { z: 1 }, list: [1, 2] } }]);
    for (const [inputs, path] of [
      [{ list: [1, 2] }, "y.z"],
      [{ y: { z: 1 }, list: [1] }, "list[1]"],
      [{ y: { z: 1 }, list: [1] }, "list[*]"],
    ] as const) {
      const { succeeded, errors } = await stack.up([{ name: "a", inputs, ignoreChanges: [path] }]);
      assert.equal(succeeded, false);
      assert.ok(errors.join().includes(`elements of the path are missing: ${path}`), errors.join());
    }
    assert.equal(
      (await stack.up([{ name: "a", inputs: {}, ignoreChanges: ["none.at.all", "y", "list"] }])).succeeded,
      true,
    );
    assert.deepEqual(stack.find("a")?.inputs, { y: { z: 1 }, list: [1, 2] });
  });

  it("hides an output whose input is secret, or that the program calls secret", async () => {
    const secret = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      value: "s3cret",
    };
    await stack.up([{ name: "a", inputs: { x: secret, y: 1 }, additionalSecretOutputs: ["made"] }]);
    const { outputs = {} } = stack.find("a") ?? {};
    assert.deepEqual(outputs.x, secret);
    assert.equal(outputs.y, 1);
    assert.ok(JSON.stringify(outputs.made).includes("1b47061264138c4ac30d75fd1eb44270"));
  });
});
