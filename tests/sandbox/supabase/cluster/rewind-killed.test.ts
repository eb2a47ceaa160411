import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openPostgresServer } from "../../../../sandbox/servers/postgres-server.ts";
import { commandLineOf } from "../../../../sandbox/servers/running-process.ts";
import { clusterPaths } from "../../../../sandbox/supabase/cluster/cluster-paths.ts";
import { REWIND_STEPS } from "../../../../sandbox/supabase/cluster/rewind-step.ts";
import { openProjectCluster } from "../../../../sandbox/supabase/open-project-cluster.ts";
import type { ProjectCluster } from "../../../../sandbox/supabase/project-cluster.ts";
import {
  addNote,
  createCluster,
  noteAround,
  readNotes,
  removeClusters,
  type TestCluster,
} from "../support/clusters.ts";

const FIXTURE = join(import.meta.dirname, "../fixtures/rewind-and-die.ts");
/** From here on the recovered data is whole, and a kill can no longer undo the rewind. */
const DECIDED = REWIND_STEPS.indexOf("decided");
const UNDONE = REWIND_STEPS.slice(0, DECIDED);
const FINISHED = REWIND_STEPS.slice(DECIDED);

describe("a rewind that is killed", () => {
  let at: TestCluster;
  let target: Date;
  before(async () => {
    at = await createCluster();
    await at.cluster.takeBaseBackup();
    target = await noteAround(at.cluster, "before", "after");
  });
  after(removeClusters);

  const begin = (...argv: string[]): ChildProcess =>
    spawn(process.execPath, [FIXTURE, at.directory, target.toISOString(), ...argv], {
      stdio: ["ignore", "pipe", "inherit"],
    });

  /** Goes on with a rewind where one is under way. @returns the signal that ended it */
  async function killedAfter(step: string): Promise<unknown> {
    const [, signal] = await once(begin(step), "exit");
    return signal;
  }

  /** What another process finds: a cluster that starts, is one thing or the other, and has nothing left lying about. */
  async function findWhole(): Promise<{ cluster: ProjectCluster; notes: string[] }> {
    const cluster = openProjectCluster(at.directory) ?? assert.fail("the cluster is gone");
    await cluster.start();
    const paths = clusterPaths(at.directory);
    for (const left of [paths.rewind, paths.journal, paths.discarded, paths.lock])
      assert.ok(!existsSync(left), `${left} is left`);
    assert.equal(cluster.port, at.cluster.port);
    const window = (await cluster.recoverableWindow()) ?? assert.fail("nothing is recoverable");
    assert.ok(window.earliest <= target && window.latest >= target);
    return { cluster, notes: await readNotes(cluster) };
  }

  for (const step of UNDONE)
    it(`after "${step}" is undone by the next start`, async () => {
      await addNote(at.cluster, "later");
      const expected = await readNotes(at.cluster);
      assert.equal(await killedAfter(step), "SIGKILL");
      const recovering = openPostgresServer(clusterPaths(at.directory).rewind)?.pid();
      assert.equal(recovering !== undefined, step === "replayed");
      assert.deepEqual((await findWhole()).notes, expected);
      assert.equal(commandLineOf(recovering ?? 0), undefined);
    });

  it(`after "${FINISHED.join('", "')}" is finished by the next start, however often that is killed too`, async () => {
    await addNote(at.cluster, "later");
    for (const step of FINISHED) assert.equal(await killedAfter(step), "SIGKILL");
    assert.deepEqual((await findWhole()).notes, ["before"]);
  });

  it("at any other moment is one or the other too, and can be asked for again", async () => {
    for (const milliseconds of [450, 900]) {
      await addNote(at.cluster, "later");
      const expected = await readNotes(at.cluster);
      const child = begin();
      const exit = once(child, "exit");
      await sleep(milliseconds);
      child.kill("SIGKILL");
      await exit;
      const { notes } = await findWhole();
      assert.ok(
        [JSON.stringify(expected), '["before"]'].includes(JSON.stringify(notes)),
        JSON.stringify(notes),
      );
    }
    const { cluster } = await findWhole();
    await cluster.rewind(target);
    assert.deepEqual(await readNotes(cluster), ["before"]);
  });

  it("does not keep its cluster from being stopped or removed", async () => {
    await killedAfter("replayed");
    const recovering = openPostgresServer(clusterPaths(at.directory).rewind)?.pid();
    await openProjectCluster(at.directory)?.remove();
    assert.ok(!existsSync(at.directory));
    assert.ok(recovering !== undefined && commandLineOf(recovering) === undefined);
  });
});
