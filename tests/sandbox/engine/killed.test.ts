import assert from "node:assert/strict";
import { assertNothingLost, remainsOf, stackOf } from "./support/boundaries.ts";
import { AFTER, BEFORE, WANTED } from "./support/every-change.ts";
import { MemoryStack } from "./support/memory-stack.ts";

describe("a run that is killed at any boundary", () => {
  it("loses nothing, and the same update brings the stack to where it was to go", async () => {
    const stack = new MemoryStack();
    await stack.up(BEFORE);
    const remains = await remainsOf(stack, () => stack.up(AFTER));
    assert.ok(remains.length > 40, `${remains.length} boundaries`);
    for (const one of remains) {
      const unsure = assertNothingLost(one);
      const next = stackOf(one);
      const run = await next.up(AFTER);
      assert.equal(run.succeeded, true, run.errors.join());
      assert.deepEqual(next.knownNames(), WANTED);
      assert.equal(next.cloud.things.size, WANTED.length + unsure.length);
      assert.equal(run.warnings.length > 0, one.state.pendingOperations.length > 0);
      assert.deepEqual((await next.up(AFTER)).changes, { same: 9 });
    }
  });

  it("can be taken back by the program as it was, after the refresh that its warning asks for", async () => {
    const stack = new MemoryStack();
    await stack.up(BEFORE);
    const wanted = stack.knownNames();
    for (const one of await remainsOf(stack, () => stack.up(AFTER))) {
      const unsure = assertNothingLost(one);
      const next = stackOf(one);
      if (one.state.pendingOperations.length > 0) await next.refresh();
      assert.equal((await next.up(BEFORE)).succeeded, true);
      assert.deepEqual(next.knownNames(), wanted);
      assert.equal(next.cloud.things.size, wanted.length + unsure.length);
    }
  });

  it("can be destroyed", async () => {
    const stack = new MemoryStack();
    await stack.up(BEFORE);
    const ofUpdate = await remainsOf(stack, () => stack.up(AFTER));
    const ofDestroy = await remainsOf(stack, () => stack.destroy());
    for (const one of [...ofUpdate, ...ofDestroy]) {
      const unsure = assertNothingLost(one);
      const next = stackOf(one);
      assert.equal((await next.destroy()).succeeded, true);
      assert.deepEqual([...next.cloud.things.keys()], unsure);
      assert.deepEqual(next.state.resources, []);
    }
  });

  it("keeps the state as it was or as it became by a refresh, resource by resource", async () => {
    const stack = new MemoryStack();
    await stack.up(BEFORE);
    for (const thing of stack.cloud.things.values()) thing.value = 7;
    stack.cloud.things.delete(stack.find("gone")?.id ?? "");
    for (const one of await remainsOf(stack, () => stack.refresh())) {
      assertNothingLost(one);
      const next = stackOf(one);
      assert.equal((await next.refresh()).succeeded, true);
      assert.equal(next.find("gone"), undefined);
      assert.equal(next.find("changed")?.outputs.x, 7);
    }
  });
});
