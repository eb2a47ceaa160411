import assert from "node:assert/strict";
import { assertNothingLost } from "./support/boundaries.ts";
import { AFTER, BEFORE, WANTED } from "./support/every-change.ts";
import type { CloudFault } from "./support/memory-cloud.ts";
import { MemoryStack } from "./support/memory-stack.ts";

/** Runs with a fault at the call of this place. @returns whether there was such a call */
async function withFault(
  stack: MemoryStack,
  place: number,
  fault: CloudFault,
  run: () => Promise<{ succeeded: boolean }>,
): Promise<boolean> {
  let calls = 0;
  stack.cloud.fault = () => (calls++ === place ? fault : undefined);
  const { succeeded } = await run();
  stack.cloud.fault = () => undefined;
  assert.equal(
    succeeded,
    calls <= place || (fault === "not ready" && stack.cloud.calls[place]?.startsWith("delete")),
  );
  return calls > place;
}

for (const fault of ["refused", "lost answer", "not ready"] as const)
  describe(`the fault "${fault}" at any call`, () => {
    it("loses nothing in an update, and the next one ends where it was to go", async () => {
      for (let place = 0, isIn = true; isIn; place += 1) {
        const stack = new MemoryStack();
        await stack.up(BEFORE);
        stack.cloud.calls.splice(0);
        isIn = await withFault(stack, place, fault, () => stack.up(AFTER));
        const unsure = assertNothingLost({ things: stack.cloud.things, state: stack.state });
        const next = await stack.up(AFTER);
        assert.equal(next.succeeded, true, next.errors.join());
        assert.deepEqual(stack.knownNames(), WANTED);
        assert.equal(stack.cloud.things.size, WANTED.length + unsure.length);
        if (!isIn) assert.equal(place, 12);
      }
    });

    it("loses nothing in a destruction, and the next one ends it", async () => {
      for (let place = 0, isIn = true; isIn; place += 1) {
        const stack = new MemoryStack();
        await stack.up(BEFORE);
        stack.cloud.calls.splice(0);
        isIn = await withFault(stack, place, fault, () => stack.destroy());
        assertNothingLost({ things: stack.cloud.things, state: stack.state });
        assert.equal((await stack.destroy()).succeeded, true);
        assert.equal(stack.cloud.things.size, 0);
        assert.deepEqual(stack.state.resources, []);
      }
    });
  });
