import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { childrenOf, commandLineOf } from "../../../sandbox/servers/running-process.ts";
import { EngineProject } from "./support/engine-project.ts";
import { type World, WorldThing, writeWorld } from "./support/world-thing.ts";

const PROGRAM = join(import.meta.dirname, "support/run-things.ts");

describe("a process that is killed in the middle of a run", () => {
  let project: EngineProject;
  beforeEach(() => {
    project = new EngineProject();
  });
  afterEach(() => project.remove());

  /** Runs `up` of the things a, b, c in another process, which the provider kills. @returns the signal it died by */
  async function upKilled(call: string, when: "before" | "after"): Promise<NodeJS.Signals | null> {
    const child = spawn(process.execPath, [PROGRAM, project.directory], {
      env: { ...process.env, ...project.environment },
      stdio: ["ignore", "ignore", "inherit"],
    });
    const children = new Set<number>();
    const watch = setInterval(() => {
      for (const pid of childrenOf(child.pid ?? 0)) children.add(pid);
    }, 20);
    writeWorld(project.worldFile, { ...project.world(), kill: { pid: child.pid ?? 0, call, when } });
    const signal = await new Promise<NodeJS.Signals | null>((resolve) =>
      child.once("close", (_, by) => resolve(by)),
    );
    clearInterval(watch);
    await sleep(200);
    assert.ok(children.size > 0);
    // The provider ends with the engine, however that ended.
    assert.deepEqual(
      [...children].filter((pid) => commandLineOf(pid) !== undefined),
      [],
    );
    const { kill: _, ...world } = project.world();
    writeWorld(project.worldFile, world as World);
    return signal;
  }

  const program = async () => {
    for (const name of ["a", "b", "c"]) new WorldThing(name, { x: 1 });
  };

  it("leaves what it made in the state, and what it was making as begun", async () => {
    const stack = await project.stack(program);
    assert.equal(await upKilled("create b", "before"), "SIGKILL");
    const exported = await stack.exportStack();
    const { resources, pending_operations } = exported.deployment as {
      resources: { id?: string }[];
      pending_operations: { type: string; resource: { urn: string } }[];
    };
    assert.ok(resources.some(({ id }) => id === "a-1"));
    assert.deepEqual(
      pending_operations.map(({ type, resource }) => [type, resource.urn.split("::").at(-1)]),
      [["creating", "b"]],
    );
    const next = await stack.up({ parallel: 1 });
    assert.match(next.stderr, /the lock of process \d+ was removed/);
    assert.match(next.stderr, /::b, interrupted while creating/);
    assert.deepEqual(next.summary.resourceChanges, { create: 2, same: 2 });
    assert.deepEqual(Object.keys(project.world().things), ["a-1", "b-2", "c-3"]);
  });

  it("never forgets that it began what was done and not answered", async () => {
    const stack = await project.stack(program);
    assert.equal(await upKilled("create b", "after"), "SIGKILL");
    assert.deepEqual(Object.keys(project.world().things), ["a-1", "b-2"]);
    const next = await stack.up({ parallel: 1 });
    assert.match(next.stderr, /::b, interrupted while creating/);
    assert.match(
      (await stack.refresh({ clearPendingCreates: true })).stderr,
      /::b, interrupted while creating/,
    );
    assert.doesNotMatch((await stack.up()).stderr, /interrupted/);
  });
});
