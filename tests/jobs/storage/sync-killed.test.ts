import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { listVersions } from "../../../vault/list-versions.ts";
import { getMirrorObject } from "../../../vault/mirror/get-mirror-object.ts";
import { listMirrorVersions } from "../../../vault/mirror/list-mirror-versions.ts";
import { openMirror } from "../../../vault/mirror/open-mirror.ts";
import { readIndex } from "../../../vault/mirror/read-index.ts";
import { openVault } from "../../../vault/open-vault.ts";
import { sweepLitter } from "../../../vault/sweep-litter.ts";
import type { SeenRequest } from "../../support/fault-proxy.ts";
import { changesStore } from "../../support/killed-backup.ts";
import { createKilledSync, type KilledSync } from "../../support/killed-sync.ts";
import { collect } from "../../vault/mirror/test-mirror.ts";

const MEBIBYTE = 1024 * 1024;
const isPart = ({ method, url }: SeenRequest) => method === "PUT" && /[?&]partNumber=/.test(url);
const writesRecord = ({ method, url }: SeenRequest) => method === "PUT" && url.includes("/storage-runs/");

describe("a sync that is killed at any of its steps", function () {
  this.timeout(300_000);
  let killed: KilledSync;
  /** Of each name all that it ever was, the newest last. */
  const bodies = new Map<string, Buffer[]>();
  /** What was read once, by the store's version id: nothing can write it again. */
  const read = new Map<string, Buffer>();
  const put = async (name: string, body: Buffer) => {
    bodies.set(name, [...(bodies.get(name) ?? []), body]);
    await killed.bench.put(name, body);
  };

  /** Whatever the index names can be read, and is what the object once was; after a completed sync what it is. */
  async function assertWhole(isCurrent: boolean): Promise<void> {
    const { place } = killed.bench;
    const mirror = await openMirror(place);
    const stored = new Set((await collect(listMirrorVersions(place))).map(({ versionId }) => versionId));
    const names: string[] = [];
    for await (const { name, versions } of (await readIndex(place)).entries()) {
      names.push(name);
      for (const [at, version] of versions.entries()) {
        const id = version.mirrorVersionId ?? "";
        assert.ok(stored.has(id), `${name}: the copy is gone`);
        const body = read.get(id) ?? Buffer.concat(await collect(getMirrorObject(mirror, version)));
        read.set(id, body);
        const of = bodies.get(name) ?? [];
        const isLast = isCurrent && at === versions.length - 1;
        assert.ok(
          (isLast ? of.slice(-1) : of).some((known) => known.equals(body)),
          name,
        );
      }
    }
    mirror.close();
    if (isCurrent) assert.deepEqual(names, [...bodies.keys()].sort());
  }

  before(async () => {
    killed = await createKilledSync();
  });
  after(() => killed.close());

  it("lists nothing before its record, loses nothing, and ends when it is run again", async () => {
    let completed = 0;
    let steps = 0;
    for (let isDone = false; !isDone; steps++) {
      // New bytes, so that every run has all the steps.
      await put("small", randomBytes(9));
      await put("large", randomBytes(9 * MEBIBYTE));
      const from = killed.proxy.seen.length;
      const run = await killed.run(changesStore, steps + 1);
      isDone = run.exitCode !== undefined;
      // The request at which it died never reached the store.
      const arrived = isDone ? killed.proxy.seen.slice(from) : killed.proxy.seen.slice(from, -1);
      const isCompleted = arrived.some(writesRecord);
      if (isCompleted) completed += 1;
      const { head } = await readIndex(killed.bench.place);
      assert.equal(head?.sequence ?? 0, completed, `killed at change ${steps + 1}`);
      await assertWhole(isCompleted);
      if (isDone) assert.equal(run.exitCode, 0, run.stderr + run.stdout);
    }
    // One object by one request, one in two parts, segment, record, evidence.
    assert.ok(steps >= 8, `${steps} steps`);
    assert.ok(completed >= 2, "one sync that died after its record, and one that ended");
  });

  it("in the middle of a part leaves the unfinished upload alone, which the next day's sweep ends", async () => {
    const { bench } = killed;
    await put("larger", randomBytes(17 * MEBIBYTE));
    await killed.run(isPart, 2);
    await assertWhole(false);
    const vault = await openVault(bench.settings, { clock: () => new Date(Date.now() + 25 * 3_600_000) });
    const before = await listVersions(bench.vault, "shop/storage/");
    const report = await sweepLitter(vault, "shop", { olderThanHours: 0, dryRun: false });
    assert.ok(report.uploads.length >= 1);
    assert.ok(report.uploads.every(({ key }) => key.startsWith("shop/storage/")));
    assert.deepEqual(await listVersions(bench.vault, "shop/storage/"), before);
    vault.close();
    const run = await killed.run();
    assert.equal(run.exitCode, 0, run.stderr);
    await assertWhole(true);
  });
});
