import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  childrenOf,
  commandLineOf,
  isRunning,
  signalProcess,
  waitUntilGone,
} from "../../../sandbox/servers/running-process.ts";

describe("running processes", () => {
  it("knows a process by its command line and not by its number alone", async () => {
    const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)", "holdfast-mark"]);
    const pid = child.pid ?? 0;
    await once(child, "spawn");
    assert.equal(isRunning(pid, ["holdfast-mark"]), true);
    assert.equal(isRunning(pid, ["holdfast-mark", "postgres"]), false);
    assert.ok(childrenOf(process.pid).includes(pid));
    signalProcess(pid, "SIGKILL");
    assert.equal(await waitUntilGone(pid, ["holdfast-mark"], 5), true);
    signalProcess(pid, "SIGKILL");
  });

  it("takes no number for a process that cannot be one", () => {
    for (const pid of [0, 1, -5, 1.5, Number.NaN]) assert.equal(commandLineOf(pid), undefined);
  });

  it("says when a process outlives the wait", async () => {
    assert.equal(await waitUntilGone(process.pid, [""], 0.05), false);
  });
});
