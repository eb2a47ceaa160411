import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { runWorkers } from "../../jobs/run-workers.ts";

describe("runWorkers", () => {
  const track = () => {
    const open = new Set<number>();
    let made = 0;
    return {
      open,
      options: {
        open: async () => {
          open.add(++made);
          return made;
        },
        close: async (resource: number) => {
          open.delete(resource);
        },
      },
    };
  };

  it("does every item once, with no more resources than workers and items", async () => {
    for (const [items, workers] of [
      [10, 3],
      [2, 8],
      [0, 4],
      [1, 1],
    ] as const) {
      const { open, options } = track();
      const done: number[] = [];
      let most = 0;
      await runWorkers({
        ...options,
        workers,
        items: Array.from({ length: items }, (_, index) => index),
        work: async (item, _, index) => {
          assert.equal(item, index);
          most = Math.max(most, open.size);
          await sleep(1);
          done.push(item);
        },
      });
      assert.deepEqual(
        done.toSorted((a, b) => a - b),
        Array.from({ length: items }, (_, index) => index),
      );
      assert.ok(most <= Math.min(items, workers));
      assert.equal(open.size, 0);
    }
  });

  it("stops the others at the first failure, closes what is open and throws that failure", async () => {
    const { open, options } = track();
    const begun: number[] = [];
    const work = runWorkers({
      ...options,
      workers: 2,
      items: [0, 1, 2, 3],
      work: async (item, _, __, signal) => {
        begun.push(item);
        if (item === 0) throw new Error("the first");
        // As an upload that hangs: only the signal ends it.
        await sleep(60_000, undefined, { signal });
      },
    });
    await assert.rejects(work, /the first/);
    assert.ok(!begun.includes(2), "no further item is begun");
    assert.equal(open.size, 0);
  });

  it("ends with the reason of the signal that it was given", async () => {
    const { open, options } = track();
    const controller = new AbortController();
    const work = runWorkers({
      ...options,
      workers: 2,
      items: [0, 1, 2],
      signal: controller.signal,
      work: async (_, __, ___, signal) => {
        controller.abort(new Error("interrupted"));
        signal.throwIfAborted();
      },
    });
    await assert.rejects(work, /interrupted/);
    assert.equal(open.size, 0);
  });

  it("throws when a resource cannot be opened, and closes the others", async () => {
    const { open, options } = track();
    let tries = 0;
    const work = runWorkers({
      ...options,
      open: async () => {
        if (++tries === 2) throw new Error("no connection left");
        return await options.open();
      },
      workers: 3,
      items: [0, 1, 2],
      work: async (_, __, ___, signal) => {
        await sleep(60_000, undefined, { signal });
      },
    });
    await assert.rejects(work, /no connection left/);
    assert.equal(open.size, 0);
  });
});
