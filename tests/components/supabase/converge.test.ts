import assert from "node:assert/strict";
import { type Convergence, converge, type Trace } from "../../../components/supabase/converge.ts";
import type { ProviderContext } from "../../../components/supabase/provider-context.ts";
import { HoldfastError } from "../../../plan/holdfast-error.ts";
import { ApiError } from "../../../supabase/api-error.ts";
import { virtualTime } from "../../support/virtual-time.ts";

const lost = () =>
  new ApiError({
    code: "SUPABASE_OUTCOME_UNKNOWN",
    endpoint: "PATCH /v1/projects/{ref}",
    message: "no answer",
    hint: "read the state",
  });
const otherwise = (method: string) =>
  new ApiError({
    code: "SUPABASE_REPLY_UNEXPECTED",
    endpoint: `${method} /v1/projects/{ref}`,
    message: "another form",
    hint: "look",
  });
const refused = () =>
  new ApiError({
    code: "SUPABASE_REFUSED",
    endpoint: "PATCH /v1/projects/{ref}",
    message: "no",
    hint: "ask",
  });

/** Something with a number that should be 7; each write goes as the next of the given ones does. */
function thing(start: number, ...writes: (() => number)[]) {
  const time = virtualTime();
  const context: ProviderContext = {
    api: { endpoint: "http://127.0.0.1", request: () => assert.fail("nothing is asked of the API") },
    ...time,
  };
  let state = start;
  const written: number[] = [];
  const trace: Trace<number> = { state: undefined, mayHaveChanged: false };
  const convergence: Convergence<number> = {
    what: "the thing",
    read: async () => state,
    done: (seen) => seen === 7,
    async write(seen) {
      written.push(seen);
      const write = writes.shift() ?? assert.fail("written too often");
      state = write();
    },
    deadlineSeconds: 60,
  };
  return {
    time,
    written,
    trace,
    set: (value: number) => {
      state = value;
    },
    run: () => converge(context, convergence, trace),
  };
}

const fail = (error: Error, effect?: () => void) => (): number => {
  effect?.();
  throw error;
};

describe("converge", () => {
  it("does nothing to what is as it should be", async () => {
    const { run, written, trace } = thing(7);
    assert.equal(await run(), 7);
    assert.deepEqual(written, []);
    assert.deepEqual(trace, { state: 7, mayHaveChanged: false });
  });

  it("writes once and reads back", async () => {
    const { run, written, trace } = thing(1, () => 7);
    assert.equal(await run(), 7);
    assert.deepEqual(written, [1]);
    assert.deepEqual(trace, { state: 7, mayHaveChanged: true });
  });

  it("does not write again when the answer was lost after the effect", async () => {
    const it = thing(
      1,
      fail(lost(), () => it.set(7)),
    );
    assert.equal(await it.run(), 7);
    assert.deepEqual(it.written, [1]);
    assert.equal(it.trace.mayHaveChanged, true);
  });

  it("goes by the state when a write was answered otherwise than documented", async () => {
    const it = thing(
      1,
      fail(otherwise("PATCH"), () => it.set(7)),
    );
    assert.equal(await it.run(), 7);
    assert.deepEqual(it.written, [1]);
    assert.equal(it.trace.mayHaveChanged, true);
  });

  it("takes a read before the write for what it is: nothing was changed", async () => {
    const { run, trace } = thing(1, fail(otherwise("GET")));
    await assert.rejects(run(), { code: "SUPABASE_REPLY_UNEXPECTED" });
    assert.equal(trace.mayHaveChanged, false);
  });

  it("writes again when the answer was lost and nothing has happened, from what there is then", async () => {
    const it = thing(
      1,
      fail(lost(), () => it.set(2)),
      () => 7,
    );
    assert.equal(await it.run(), 7);
    assert.deepEqual(it.written, [1, 2]);
    assert.ok(it.time.elapsedSeconds() >= 10, "not before an effect had time to show");
  });

  it("gives up after three lost answers, with the loss as its error", async () => {
    const it = thing(1, fail(lost()), fail(lost()), fail(lost()));
    await assert.rejects(
      it.run(),
      (error) => error instanceof ApiError && error.code === "SUPABASE_OUTCOME_UNKNOWN",
    );
    assert.equal(it.written.length, 3);
    assert.deepEqual(it.trace, { state: 1, mayHaveChanged: true });
  });

  it("passes on a refusal, and knows that nothing was changed", async () => {
    const it = thing(1, fail(refused()));
    await assert.rejects(it.run(), (error) => error instanceof ApiError && error.code === "SUPABASE_REFUSED");
    assert.deepEqual(it.trace, { state: 1, mayHaveChanged: false });
  });

  it("does not believe an answer: what was accepted must show, by the deadline", async () => {
    const it = thing(1, () => 1);
    await assert.rejects(
      it.run(),
      (error) => error instanceof HoldfastError && error.code === "CHANGE_NOT_SEEN",
    );
    assert.ok(it.time.elapsedSeconds() >= 60);
    assert.deepEqual(it.trace, { state: 1, mayHaveChanged: true });
  });
});
