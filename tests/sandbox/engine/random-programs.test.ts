import assert from "node:assert/strict";
import fc from "fast-check";
import { assertNothingLost, remainsOf, stackOf } from "./support/boundaries.ts";
import type { Declared } from "./support/declared-program.ts";
import type { CloudFault } from "./support/memory-cloud.ts";
import { MemoryStack } from "./support/memory-stack.ts";

const NAMES = ["a", "b", "c", "d", "e"] as const;

/** A resource by its name's place: it may take values from those before it. */
const resource = (index: number): fc.Arbitrary<Declared | undefined> =>
  fc
    .option(
      fc.record({
        x: fc.integer({ min: 0, max: 2 }),
        r_k: fc.integer({ min: 0, max: 1 }),
        isDeletedFirst: fc.boolean(),
        replacesWith: fc.boolean(),
        source: fc.option(fc.nat({ max: Math.max(0, index - 1) }), { nil: undefined }),
        isOrdered: fc.boolean(),
      }),
      { nil: undefined, freq: 4 },
    )
    .map((one) => {
      if (!one) return undefined;
      const source = index === 0 || one.source === undefined ? undefined : NAMES[one.source];
      return {
        name: NAMES[index] ?? "",
        inputs: { x: one.x, r_k: one.r_k },
        deleteBeforeReplace: one.isDeletedFirst,
        ...(source === undefined
          ? {}
          : one.isOrdered
            ? { dependsOn: [source] }
            : { from: { [one.replacesWith ? "r_s" : "s"]: source } }),
      };
    });

/** Resources whose sources are all there. */
const program: fc.Arbitrary<readonly Declared[]> = fc
  .tuple(...NAMES.map((_, index) => resource(index)))
  .map((all) => {
    const kept: Declared[] = [];
    for (const one of all) {
      const needed = [...(one?.dependsOn ?? []), ...Object.values(one?.from ?? {})];
      if (one && needed.every((name) => kept.some((other) => other.name === name))) kept.push(one);
    }
    return kept;
  });

const step = fc.record({
  declared: program,
  verb: fc.constantFrom("up" as const, "up" as const, "up" as const, "refresh" as const, "destroy" as const),
  /** Which call goes wrong, if any. */
  faultAt: fc.option(fc.nat({ max: 8 }), { nil: undefined }),
  fault: fc.constantFrom<CloudFault>("refused", "lost answer", "not ready"),
  /** At which boundary the run is killed, if it is. */
  killAt: fc.option(fc.nat({ max: 40 }), { nil: undefined, freq: 2 }),
});

describe("random programs, with faults and kills between them", () => {
  it("always leave a state that knows what exists, and end where a clean update says", async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), program, async (steps, last) => {
        let stack = new MemoryStack();
        const orphans = new Set<string>();
        let isUnsure = false;
        for (const { declared, verb, faultAt, fault, killAt } of steps) {
          let calls = 0;
          stack.cloud.fault = () => (calls++ === faultAt ? fault : undefined);
          const run = () => (verb === "up" ? stack.up(declared) : stack[verb]());
          const remains = await remainsOf(stack, run);
          const left = killAt === undefined ? undefined : remains[killAt];
          if (left) {
            stack = stackOf(left);
            stack.cloud.startAt(1000 * (orphans.size + steps.length) + Math.floor(Math.random() * 1e9));
          }
          isUnsure ||= stack.state.pendingOperations.some(({ type }) => type !== "creating");
          const known = new Set(stack.state.resources.map(({ id }) => id));
          const unsure = [...stack.cloud.things.keys()].filter((id) => !known.has(id));
          const now = { things: stack.cloud.things, state: stack.state };
          const withoutOrphans = {
            ...now,
            things: new Map([...now.things].filter(([id]) => !orphans.has(id))),
          };
          assertNothingLost(withoutOrphans);
          for (const id of unsure) orphans.add(id);
        }
        stack.cloud.fault = () => undefined;
        // What an update or a deletion did whose answer was lost, only a refresh can tell: Pulumi asks for one too.
        if (isUnsure) assert.equal((await stack.refresh()).succeeded, true);
        const run = await stack.up(last);
        assert.equal(run.succeeded, true, run.errors.join());
        assert.deepEqual(stack.knownNames(), last.map(({ name }) => name).sort());
        assert.equal(stack.cloud.things.size, last.length + orphans.size);
        for (const { name, inputs } of last)
          assert.deepEqual(stack.cloud.things.get(stack.find(name)?.id ?? "")?.value, inputs?.x);
        assert.deepEqual((await stack.up(last)).changes, { same: last.length + 1 });
        await stack.destroy();
        assert.deepEqual(new Set(stack.cloud.things.keys()), orphans);
      }),
      { numRuns: 60 },
    );
  });
});
