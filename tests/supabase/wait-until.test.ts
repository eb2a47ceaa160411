import assert from "node:assert/strict";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { ApiError } from "../../supabase/api-error.ts";
import { type Waiting, waitUntil } from "../../supabase/wait-until.ts";
import { type VirtualTime, virtualTime } from "../support/virtual-time.ts";

const unavailable = new ApiError({
  code: "SUPABASE_UNAVAILABLE",
  message: "no usable answer",
  hint: "Try again.",
  endpoint: "GET /v1/projects",
});

describe("waitUntil", () => {
  let time: VirtualTime;
  let looks: number;
  /** Waits for a count of looks to reach a goal. */
  const wait = (goal: number, more: Partial<Waiting<number>> = {}) =>
    waitUntil<number>({
      what: "the count",
      poll: async () => {
        looks += 1;
        return looks;
      },
      done: (count) => count >= goal,
      deadlineSeconds: 60,
      clock: time.clock,
      sleep: time.sleep,
      ...more,
    });
  beforeEach(() => {
    time = virtualTime();
    looks = 0;
  });

  it("looks at once, and waits for nothing when it is so already", async () => {
    assert.equal(await wait(1), 1);
    assert.deepEqual(time.slept, []);
  });

  it("looks often at first, then at its interval", async () => {
    await wait(9, { intervalSeconds: 4 });
    assert.deepEqual(
      time.slept.map((seconds) => Math.round(seconds * 100) / 100),
      [0.5, 0.75, 1.13, 1.69, 2.53, 3.8, 4, 4],
    );
  });

  it("looks no more seldom than a short interval", async () => {
    await wait(4, { intervalSeconds: 0.1 });
    assert.deepEqual(time.slept, [0.1, 0.1, 0.1]);
  });

  it("ends at its deadline, after a last look there", async () => {
    await assert.rejects(wait(1_000, { deadlineSeconds: 3 }), (error) => {
      assert.ok(error instanceof HoldfastError);
      assert.equal(error.code, "WAIT_TIMED_OUT");
      assert.match(error.message, /Waited 3s for the count, in vain/);
      return true;
    });
    assert.equal(time.elapsedSeconds(), 3);
    assert.deepEqual(time.slept, [0.5, 0.75, 1.125, 0.625]);
    assert.equal(looks, 5);
  });

  it("sees what becomes so at the deadline itself", async () => {
    assert.equal(await wait(5, { deadlineSeconds: 3 }), 5);
  });

  it("ends even if the clock stands still", async () => {
    const clock = () => new Date(0);
    await assert.rejects(wait(1_000, { clock, sleep: async () => {} }), { code: "WAIT_TIMED_OUT" });
  });

  it("ends even if the clock is set back", async () => {
    const onState = () => time.advance(-3_600);
    await assert.rejects(wait(1_000, { onState }), { code: "WAIT_TIMED_OUT" });
  });

  it("makes the error of the time-out from the last state", async () => {
    const timedOut = (last: number | undefined) =>
      new HoldfastError({ code: "PROJECT_NOT_READY", message: `last ${last}`, hint: "Wait." });
    await assert.rejects(wait(1_000, { deadlineSeconds: 3, timedOut }), {
      code: "PROJECT_NOT_READY",
      message: "last 5",
    });
  });

  it("ends at once in a state that will not pass", async () => {
    const broken = new HoldfastError({ code: "PROJECT_FAILED", message: "it failed", hint: "Make another." });
    await assert.rejects(wait(9, { failed: (count) => (count === 2 ? broken : undefined) }), broken);
    assert.equal(looks, 2);
  });

  it("tells of every state, and takes nothing for a state too", async () => {
    const seen: (string | undefined)[] = [];
    const states = [undefined, "COMING_UP", "ACTIVE_HEALTHY"];
    await waitUntil<string | undefined>({
      what: "the state",
      poll: async () => states.shift(),
      done: (state) => state === "ACTIVE_HEALTHY",
      onState: (state) => seen.push(state),
      deadlineSeconds: 60,
      clock: time.clock,
      sleep: time.sleep,
    });
    assert.deepEqual(seen, [undefined, "COMING_UP", "ACTIVE_HEALTHY"]);
  });

  it("gives each look the time that is left", async () => {
    const left: (number | undefined)[] = [];
    await wait(3, {
      deadlineSeconds: 2,
      poll: async ({ deadlineSeconds }) => {
        left.push(deadlineSeconds);
        return left.length;
      },
    });
    assert.deepEqual(left, [2, 1.5, 1]);
  });

  it("looks again after a look without a usable answer", async () => {
    const poll = async () => {
      looks += 1;
      if (looks < 3) throw unavailable;
      return looks;
    };
    assert.equal(await wait(3, { poll }), 3);
  });

  it("names what the last look met when there was never an answer", async () => {
    const poll = () => Promise.reject(unavailable);
    await assert.rejects(wait(3, { poll }), {
      code: "WAIT_TIMED_OUT",
      message: "Waited 1m for the count, in vain. The last look met: no usable answer",
    });
  });

  it("ends at once with any other error", async () => {
    const fault = new TypeError("fault");
    await assert.rejects(wait(3, { poll: () => Promise.reject(fault) }), fault);
    await assert.rejects(
      wait(3, { poll: () => Promise.reject(unavailable), tolerate: () => false }),
      unavailable,
    );
  });

  it("does not look over the error of a terminal state, even one that a look may meet", async () => {
    await assert.rejects(wait(3, { failed: () => unavailable }), unavailable);
    assert.equal(looks, 1);
  });

  it("ends with the reason of its signal: before, during a look, while it waits", async () => {
    const reason = new Error("enough");
    await assert.rejects(wait(3, { signal: AbortSignal.abort(reason) }), reason);
    assert.equal(looks, 0);
    const during = new AbortController();
    const poll = () => {
      during.abort(reason);
      return Promise.reject(unavailable);
    };
    await assert.rejects(wait(3, { signal: during.signal, poll }), reason);
    const between = new AbortController();
    const sleep = (seconds: number, signal?: AbortSignal) => {
      queueMicrotask(() => between.abort(reason));
      return time.sleep(seconds, signal);
    };
    await assert.rejects(wait(3, { signal: between.signal, sleep }), reason);
    assert.equal(looks, 1);
  });
});
