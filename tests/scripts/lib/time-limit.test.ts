import assert from "node:assert/strict";
import { mock } from "node:test";
import { limitTime } from "../../../scripts/lib/time-limit.ts";

describe("limitTime", () => {
  beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
  afterEach(() => mock.timers.reset());

  /** What has happened after so many seconds each. */
  function start(value: string | undefined) {
    const events: string[] = [];
    const callOff = limitTime(value, {
      onTimeout: ({ code, message, exitCode }) => events.push(`asked: ${code} ${exitCode} ${message}`),
      onGraceOver: ({ code }) => events.push(`forced: ${code}`),
    });
    const passed = (seconds: number) => {
      mock.timers.tick(seconds * 1000);
      return events.splice(0);
    };
    return { passed, callOff };
  }

  it("asks at the plan's time, and forces a job that has not ended a quarter of an hour later", () => {
    const { passed } = start("21600");
    assert.deepEqual(passed(21_599), []);
    const asked = "asked: TIMED_OUT 1 The job took longer than the 21600 seconds that the plan gives it";
    assert.deepEqual(passed(1), [asked]);
    assert.deepEqual(passed(899), []);
    assert.deepEqual(passed(1), ["forced: TIMED_OUT"]);
  });

  it("does neither when it is called off, before the time or after it", () => {
    const early = start("60");
    early.callOff();
    assert.deepEqual(early.passed(10_000), []);
    const late = start("60");
    assert.equal(late.passed(60).length, 1);
    late.callOff();
    assert.deepEqual(late.passed(10_000), []);
  });

  it("does nothing where no limit is set, and refuses one that is none", () => {
    for (const value of [undefined, ""]) assert.deepEqual(start(value).passed(1_000_000), []);
    for (const value of ["0", "-1", "1.5", "6h", "2147484", " 1"])
      assert.throws(() => start(value), { code: "USAGE", exitCode: 2 }, value);
    assert.deepEqual(start("2147483").passed(2_000_000), []);
  });
});
