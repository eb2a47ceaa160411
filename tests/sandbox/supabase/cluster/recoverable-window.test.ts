import assert from "node:assert/strict";
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openProjectCluster } from "../../../../sandbox/supabase/open-project-cluster.ts";
import type { RecoverableWindow } from "../../../../sandbox/supabase/project-cluster.ts";
import {
  addNote,
  createCluster,
  noteAround,
  readNotes,
  removeClusters,
  type TestCluster,
} from "../support/clusters.ts";

describe("the recoverable window", () => {
  let at: TestCluster;
  before(async () => {
    at = await createCluster();
  });
  after(removeClusters);

  const segments = (): string[] =>
    readdirSync(join(at.directory, "archive"))
      .filter((name) => /^[0-9A-F]{24}$/.test(name))
      .sort();
  const windowNow = async (): Promise<RecoverableWindow> =>
    (await at.cluster.recoverableWindow()) ?? assert.fail("no window");

  it("is there as soon as a base backup is, and stays where it is while the database is idle", async () => {
    const { cluster, directory } = at;
    await addNote(cluster, "zero");
    assert.equal(await cluster.recoverableWindow(), undefined);
    assert.deepEqual(await cluster.listBaseBackups(), []);
    const backup = await cluster.takeBaseBackup();
    assert.deepEqual(await cluster.listBaseBackups(), [backup]);
    const window = await windowNow();
    assert.ok(window.earliest >= backup.endedAt && window.latest >= window.earliest);
    await sleep(2500);
    assert.deepEqual(await windowNow(), window);
    // What another process reads from the files, the server being down, is the same.
    await cluster.stop();
    assert.deepEqual(await openProjectCluster(directory)?.recoverableWindow(), await windowNow());
    await cluster.start();
  });

  it("follows the writes once they are shipped", async () => {
    const before = await windowNow();
    const second = await noteAround(at.cluster, "one", "two");
    const after = await windowNow();
    assert.deepEqual(after.earliest, before.earliest);
    assert.ok(after.latest >= second && after.latest < new Date());
  });

  it("begins anew with a backup after a hole in the archive", async () => {
    const { cluster, directory } = at;
    const hole = segments().at(-1) ?? "";
    const backup = await cluster.takeBaseBackup();
    const second = await noteAround(cluster, "three", "four");
    assert.ok((await windowNow()).earliest < backup.endedAt);
    rmSync(join(directory, "archive", hole));
    const seen = await openProjectCluster(directory)?.recoverableWindow();
    assert.ok(seen && seen.earliest >= backup.endedAt && seen.latest >= second);
  });

  it("loses its beginning when backups expire, with the WAL before, and for good", async () => {
    const { cluster, directory } = at;
    const [newest, oldest] = await cluster.listBaseBackups();
    assert.ok(newest && oldest);
    const count = segments().length;
    // Between two backups the older one is still needed.
    const between = new Date(newest.endedAt.getTime() - 1);
    await cluster.expireBackups(between);
    assert.equal((await cluster.listBaseBackups()).length, 2);
    await cluster.expireBackups(newest.endedAt);
    assert.deepEqual(await cluster.listBaseBackups(), [newest]);
    assert.deepEqual(readdirSync(join(directory, "backups")), [String(newest.id)]);
    assert.ok(segments().length < count);
    const window = await windowNow();
    assert.ok(window.earliest >= newest.endedAt);
    const later = await noteAround(cluster, "five", "six");
    await cluster.expireBackups(later);
    await cluster.expireBackups(between);
    assert.deepEqual((await windowNow()).earliest, later);
    await assert.rejects(cluster.rewind(window.earliest), { code: "REWIND_TARGET_OUTSIDE_WINDOW" });
    await cluster.rewind((await windowNow()).latest);
    assert.deepEqual((await readNotes(cluster)).slice(0, 4), ["zero", "one", "two", "three"]);
  });

  it("costs little space for segments that were shipped early", function () {
    if (process.platform !== "linux") this.skip();
    const files = segments().map((name) => statSync(join(at.directory, "archive", name)));
    const used = files.reduce((sum, { blocks }) => sum + blocks * 512, 0);
    const nominal = files.reduce((sum, { size }) => sum + size, 0);
    assert.ok(used < nominal / 4, `${used} of ${nominal}`);
  });
});
