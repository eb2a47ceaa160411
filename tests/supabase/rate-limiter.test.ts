import assert from "node:assert/strict";
import fc from "fast-check";
import { LimitDeadlineError } from "../../supabase/limit-deadline-error.ts";
import { RateLimiter } from "../../supabase/rate-limiter.ts";
import type { RequestLimit } from "../../supabase/request-limit.ts";
import { virtualTime } from "../support/virtual-time.ts";
import { mostInAMinute } from "./support/most-in-a-minute.ts";

const EVER = { remainingSeconds: () => Number.POSITIVE_INFINITY };

const limit = (requests: number, key = "one", windowSeconds = 60): RequestLimit => ({
  key,
  requests,
  windowSeconds,
});

describe("RateLimiter", () => {
  it("lets as many go as the limit allows, at once, and the next when the first has left the window", async () => {
    const { clock, sleep, elapsedSeconds } = virtualTime();
    const limiter = new RateLimiter({ clock, sleep });
    for (let n = 0; n < 120; n += 1) (await limiter.acquire(limit(120), EVER)).release();
    assert.equal(elapsedSeconds(), 0);
    await limiter.acquire(limit(120), EVER);
    assert.equal(elapsedSeconds(), 60);
  });

  it("never lets Supabase count more than the limit in any minute, whenever it counts", async () => {
    const request = fc.record({
      // When it comes, how long Supabase needs, and when within that time it counts.
      pauseSeconds: fc.constantFrom(0, 0, 0, 0.3, 5, 40),
      answerSeconds: fc.constantFrom(0, 0.1, 2, 29),
      countedAt: fc.double({ min: 0, max: 1, noNaN: true }),
      key: fc.constantFrom("one", "two"),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.array(request, { minLength: 1, maxLength: 40 }),
        async (requests, plan) => {
          const { clock, sleep, elapsedSeconds } = virtualTime();
          const limiter = new RateLimiter({ clock, sleep });
          const counted: Record<string, number[]> = { one: [], two: [] };
          const work: Promise<void>[] = [];
          for (const { pauseSeconds, answerSeconds, countedAt, key } of plan) {
            if (pauseSeconds > 0) await sleep(pauseSeconds);
            work.push(
              limiter.acquire(limit(requests, key), EVER).then(async (permit) => {
                counted[key]?.push(elapsedSeconds() + answerSeconds * countedAt);
                if (answerSeconds > 0) await sleep(answerSeconds);
                permit.release();
              }),
            );
          }
          await Promise.all(work);
          for (const times of Object.values(counted)) {
            assert.ok(mostInAMinute(times) <= requests);
          }
          assert.equal((counted.one ?? []).length + (counted.two ?? []).length, plan.length);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("wastes no more than the answers' own time", async () => {
    const { clock, sleep, elapsedSeconds } = virtualTime();
    const limiter = new RateLimiter({ clock, sleep });
    const one = async () => {
      const permit = await limiter.acquire(limit(10), EVER);
      await sleep(0.5);
      permit.release({ remaining: 9, resetSeconds: 60 });
    };
    await Promise.all(Array.from({ length: 60 }, one));
    // Ten at once, then ten each minute: five waits.
    assert.ok(elapsedSeconds() <= 5 * 60 * 1.2, String(elapsedSeconds()));
    assert.ok(elapsedSeconds() >= 5 * 60);
  });

  it("keeps the order of those who wait", async () => {
    const { clock, sleep } = virtualTime();
    const limiter = new RateLimiter({ clock, sleep });
    const order: number[] = [];
    await Promise.all(
      [0, 1, 2, 3, 4].map(async (n) => {
        const permit = await limiter.acquire(limit(1), EVER);
        order.push(n);
        permit.release();
      }),
    );
    assert.deepEqual(order, [0, 1, 2, 3, 4]);
  });

  it("counts each key apart", async () => {
    const { clock, sleep, elapsedSeconds } = virtualTime();
    const limiter = new RateLimiter({ clock, sleep });
    for (const key of ["one", "two", "three"]) await limiter.acquire(limit(1, key), EVER);
    assert.equal(elapsedSeconds(), 0);
  });

  describe("with what Supabase says is left", () => {
    it("goes on as long as there is some for each in flight, then waits for the reset", async () => {
      const { clock, sleep, elapsedSeconds } = virtualTime();
      const limiter = new RateLimiter({ clock, sleep });
      const asked = () => limiter.acquire(limit(120), EVER);
      (await asked()).release({ remaining: 2, resetSeconds: 30 });
      const [one, two] = [await asked(), await asked()];
      assert.equal(elapsedSeconds(), 0);
      const third = asked();
      one.release({ remaining: 1, resetSeconds: 30 });
      two.release({ remaining: 0, resetSeconds: 30 });
      await third;
      assert.equal(elapsedSeconds(), 30);
    });

    it("waits for an answer, and not for the reset, where that answer may tell more", async () => {
      const { clock, sleep, elapsedSeconds } = virtualTime();
      const limiter = new RateLimiter({ clock, sleep });
      const asked = () => limiter.acquire(limit(120), EVER);
      const early = await asked();
      (await asked()).release({ remaining: 1, resetSeconds: 30 });
      const next = asked();
      early.release({ remaining: 5, resetSeconds: 30 });
      await next;
      assert.equal(elapsedSeconds(), 0);
    });

    it("believes the least of answers that come in another order than they were counted in", async () => {
      const { clock, sleep, elapsedSeconds } = virtualTime();
      const limiter = new RateLimiter({ clock, sleep });
      const asked = () => limiter.acquire(limit(120), EVER);
      const [one, two, three] = [await asked(), await asked(), await asked()];
      two.release({ remaining: 1, resetSeconds: 30 });
      one.release({ remaining: 2, resetSeconds: 30 });
      const next = asked();
      three.release({ remaining: 0, resetSeconds: 30 });
      await next;
      assert.equal(elapsedSeconds(), 30);
    });

    it("starts anew after the reset", async () => {
      const { clock, sleep, elapsedSeconds } = virtualTime();
      const limiter = new RateLimiter({ clock, sleep });
      const asked = () => limiter.acquire(limit(120), EVER);
      (await asked()).release({ remaining: 0, resetSeconds: 10 });
      (await asked()).release({ remaining: 119, resetSeconds: 60 });
      for (let n = 0; n < 20; n += 1) await asked();
      assert.equal(elapsedSeconds(), 10);
    });

    it("sends nothing while it is blocked", async () => {
      const { clock, sleep, elapsedSeconds } = virtualTime();
      const limiter = new RateLimiter({ clock, sleep });
      (await limiter.acquire(limit(120), EVER)).release({ blockedSeconds: 75 });
      await Promise.all([limiter.acquire(limit(120), EVER), limiter.acquire(limit(120), EVER)]);
      assert.equal(elapsedSeconds(), 75);
    });
  });

  describe("with a deadline", () => {
    it("refuses at once who would wait for too long, and lets the others wait", async () => {
      const { clock, sleep, elapsedSeconds } = virtualTime();
      const limiter = new RateLimiter({ clock, sleep });
      (await limiter.acquire(limit(1), EVER)).release();
      const patient = limiter.acquire(limit(1), EVER);
      await assert.rejects(
        limiter.acquire(limit(1), { remainingSeconds: () => 59 }),
        (error) => error instanceof LimitDeadlineError && error.waitSeconds === 60,
      );
      assert.equal(elapsedSeconds(), 0);
      await patient;
      assert.equal(elapsedSeconds(), 60);
    });

    it("lets the others go when somebody aborts, and leaves no timer behind", async () => {
      const { clock } = virtualTime();
      const signals: AbortSignal[] = [];
      const limiter = new RateLimiter({
        clock,
        sleep: (_, signal) =>
          new Promise((_, reject) => {
            if (signal) signals.push(signal);
            signal?.addEventListener("abort", () => reject(signal.reason));
          }),
      });
      (await limiter.acquire(limit(1), EVER)).release();
      const [one, two] = [new AbortController(), new AbortController()];
      const reason = new Error("enough");
      const first = limiter.acquire(limit(1), { ...EVER, signal: one.signal });
      const second = limiter.acquire(limit(1), { ...EVER, signal: two.signal });
      one.abort(reason);
      await assert.rejects(first, reason);
      assert.equal(signals[0]?.aborted, false);
      two.abort(reason);
      await assert.rejects(second, reason);
      assert.equal(signals[0]?.aborted, true);
      await assert.rejects(limiter.acquire(limit(1), { ...EVER, signal: one.signal }), reason);
    });
  });

  it("makes nobody wait longer when the clock is set back", async () => {
    const { clock, sleep, advance, slept } = virtualTime();
    const limiter = new RateLimiter({ clock, sleep });
    (await limiter.acquire(limit(1), EVER)).release({ remaining: 0, resetSeconds: 60, blockedSeconds: 50 });
    advance(-86_400);
    await limiter.acquire(limit(1), EVER);
    assert.deepEqual(slept, [60]);
  });

  it("forgets keys that are idle, so that memory does not grow with all that ever were", async () => {
    const { clock, sleep, advance } = virtualTime();
    const limiter = new RateLimiter({ clock, sleep });
    let most = 0;
    for (let n = 0; n < 20_000; n += 1) {
      (await limiter.acquire(limit(120, `project ${n}`), EVER)).release({ remaining: 119, resetSeconds: 60 });
      advance(0.1);
      most = Math.max(most, limiter.size);
    }
    // 600 keys a minute are in use.
    assert.ok(most <= 1_300, String(most));
  });

  it("does not forget a key while it is blocked, for longer than its window too", async () => {
    const { clock, sleep, advance, elapsedSeconds } = virtualTime();
    const limiter = new RateLimiter({ clock, sleep });
    (await limiter.acquire(limit(1), EVER)).release({ blockedSeconds: 75 });
    advance(65);
    for (let n = 0; n < 10; n += 1) (await limiter.acquire(limit(1, `other ${n}`), EVER)).release();
    await limiter.acquire(limit(1), EVER);
    assert.equal(elapsedSeconds(), 75);
  });

  it("does not forget a key while it counts", async () => {
    const { clock, sleep, advance, elapsedSeconds } = virtualTime();
    const limiter = new RateLimiter({ clock, sleep });
    const inFlight = await limiter.acquire(limit(1), EVER);
    advance(1_000);
    for (let n = 0; n < 10; n += 1) (await limiter.acquire(limit(1, `other ${n}`), EVER)).release();
    const next = limiter.acquire(limit(1), EVER);
    inFlight.release();
    await next;
    assert.equal(elapsedSeconds(), 1_060);
  });
});
