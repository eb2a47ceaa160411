import assert from "node:assert/strict";
import type { CloudFault, CloudVerb } from "./support/memory-cloud.ts";
import { MemoryStack } from "./support/memory-stack.ts";

describe("a step that fails", () => {
  let stack: MemoryStack;
  beforeEach(() => {
    stack = new MemoryStack();
  });
  const fail = (verb: CloudVerb, name: string, fault: CloudFault = "refused"): void => {
    stack.cloud.fault = (one, of) => (one === verb && of === name ? fault : undefined);
  };
  const mend = (): void => {
    stack.cloud.fault = () => undefined;
    stack.cloud.calls.splice(0);
  };
  const one = (x: number) => [{ name: "a", inputs: { x } }];
  const replaced = (r_k: number, deleteBeforeReplace = false) => [
    { name: "a", inputs: { r_k }, deleteBeforeReplace },
  ];

  it("leaves no trace of a creation that was refused, and deletes nothing in that run", async () => {
    await stack.up([{ name: "old" }]);
    fail("create", "a");
    const run = await stack.up(one(1));
    assert.equal(run.succeeded, false);
    assert.match(run.errors.join(), /create of urn:.*::a failed: create refused/);
    assert.deepEqual(stack.cloud.names(), ["old"]);
    assert.equal(stack.find("a"), undefined);
    assert.deepEqual(stack.state.pendingOperations, []);
    mend();
    assert.deepEqual((await stack.up(one(1))).changes, { create: 1, delete: 1, same: 1 });
  });

  it("keeps the old state of an update that was refused", async () => {
    await stack.up(one(1));
    fail("update", "a");
    assert.equal((await stack.up(one(2))).succeeded, false);
    assert.deepEqual(stack.find("a")?.inputs, { x: 1 });
    assert.deepEqual(stack.find("a")?.outputs, { x: 1, made: "made 1" });
    mend();
    assert.deepEqual((await stack.up(one(2))).changes, { same: 1, update: 1 });
  });

  it("keeps what could not be deleted, and what it needs", async () => {
    await stack.up([{ name: "a" }, { name: "b", dependsOn: ["a"] }]);
    fail("delete", "b");
    assert.equal((await stack.destroy()).succeeded, false);
    assert.deepEqual(stack.knownNames(), ["a", "b"]);
    mend();
    assert.equal((await stack.destroy()).succeeded, true);
    assert.deepEqual(stack.cloud.names(), []);
  });

  it("keeps the old resource when its replacement cannot be made", async () => {
    await stack.up(replaced(1));
    fail("create", "a");
    assert.equal((await stack.up(replaced(2))).succeeded, false);
    assert.equal(stack.find("a")?.id, "a-1");
    mend();
    assert.equal((await stack.up(replaced(1))).succeeded, true);
    assert.deepEqual(stack.cloud.calls, []);
  });

  it("deletes the replaced resource in a later run when this one could not", async () => {
    await stack.up(replaced(1));
    fail("delete", "a");
    assert.equal((await stack.up(replaced(2))).succeeded, false);
    assert.deepEqual(
      stack.state.resources
        .filter(({ custom, type }) => custom && !type.startsWith("pulumi:"))
        .map((state) => [state.id, state.delete ?? false]),
      [
        ["a-2", false],
        ["a-1", true],
      ],
    );
    mend();
    assert.deepEqual((await stack.up(replaced(2))).changes, { same: 2 });
    assert.deepEqual(stack.cloud.calls, ["delete a"]);
    assert.deepEqual([...stack.cloud.things.keys()], ["a-2"]);
  });

  it("makes the replacement in a later run when the old one is deleted already", async () => {
    await stack.up(replaced(1));
    fail("create", "a");
    assert.equal((await stack.up(replaced(2, true))).succeeded, false);
    assert.equal(stack.find("a")?.pendingReplacement, true);
    mend();
    assert.deepEqual((await stack.up(replaced(2, true))).changes, { replace: 1, same: 1 });
    assert.deepEqual(stack.cloud.calls, ["create a"]);
    assert.deepEqual(stack.knownNames(), ["a"]);
  });

  it("forgets what was deleted for a replacement that the program no longer wants", async () => {
    await stack.up(replaced(1));
    fail("create", "a");
    await stack.up(replaced(2, true));
    mend();
    assert.deepEqual((await stack.up([])).changes, { same: 1 });
    assert.deepEqual(stack.cloud.calls, []);
    assert.equal(stack.find("a"), undefined);
  });

  it("saves what exists and is not ready, and tries again by an update", async () => {
    fail("create", "a", "not ready");
    const run = await stack.up(one(1));
    assert.equal(run.succeeded, false);
    assert.match(run.errors.join(), /not ready/);
    assert.deepEqual(stack.find("a")?.initErrors, ["not ready"]);
    mend();
    assert.deepEqual((await stack.up(one(1))).changes, { same: 1, update: 1 });
    assert.equal(stack.find("a")?.initErrors, undefined);
    fail("update", "a", "not ready");
    await stack.up(one(2));
    assert.deepEqual(stack.find("a")?.initErrors, ["not ready"]);
    assert.deepEqual(stack.find("a")?.inputs, { x: 2 });
  });

  it("keeps a creation whose answer was lost as begun, and says so until it is cleared", async () => {
    fail("create", "a", "lost answer");
    assert.equal((await stack.up(one(1))).succeeded, false);
    const begun = () => stack.state.pendingOperations.map(({ type, resource }) => [type, resource.inputs]);
    assert.deepEqual(begun(), [["creating", { x: 1 }]]);
    mend();
    assert.match((await stack.refresh()).warnings.join(), /::a, interrupted while creating/);
    assert.deepEqual(begun(), [["creating", { x: 1 }]]);
    await stack.refresh({ clearPendingCreates: true });
    assert.deepEqual(begun(), []);
    assert.deepEqual((await stack.up(one(1))).warnings, []);
  });

  it("asks again for an update or a deletion whose answer was lost", async () => {
    await stack.up(one(1));
    fail("update", "a", "lost answer");
    await stack.up(one(2));
    assert.deepEqual(stack.find("a")?.inputs, { x: 1 });
    mend();
    assert.deepEqual((await stack.up(one(2))).changes, { same: 1, update: 1 });
    fail("delete", "a", "lost answer");
    await stack.destroy();
    assert.equal(stack.find("a")?.id, "a-1");
    mend();
    assert.equal((await stack.destroy()).succeeded, true);
    assert.deepEqual(stack.state, { resources: [], pendingOperations: [] });
  });

  it("takes nothing over from a refresh that could not read", async () => {
    await stack.up(one(1));
    for (const thing of stack.cloud.things.values()) thing.value = 7;
    fail("read", "a");
    assert.equal((await stack.refresh()).succeeded, false);
    assert.deepEqual(stack.find("a")?.outputs, { x: 1, made: "made 1" });
  });

  it("finishes what is under way when it is canceled, and begins nothing more", async () => {
    const abort = new AbortController();
    stack.cloud.onBoundary = () => abort.abort();
    const run = await stack.up([{ name: "a" }, { name: "b" }], { signal: abort.signal });
    assert.equal(run.succeeded, false);
    assert.match(run.errors.join(), /canceled/);
    assert.deepEqual(stack.knownNames(), ["a"]);
    assert.deepEqual(stack.cloud.names(), ["a"]);
  });

  it("changes nothing when the check refuses the inputs", async () => {
    const run = await stack.up([{ name: "a", inputs: { bad: true } }]);
    assert.match(run.errors.join(), /::a has a problem: bad: is refused/);
    assert.deepEqual(stack.cloud.calls, []);
  });

  it("deletes nothing when the program fails after all its resources were made", async () => {
    await stack.up([{ name: "a" }]);
    const run = await stack.up([], { program: async () => "the program threw" });
    assert.deepEqual([run.succeeded, run.errors], [false, ["the program threw"]]);
    assert.deepEqual(stack.cloud.names(), ["a"]);
  });
});
