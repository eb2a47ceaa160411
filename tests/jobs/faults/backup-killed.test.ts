import assert from "node:assert/strict";
import { readManifest } from "../../../vault/read-manifest.ts";
import type { SeenRequest } from "../../support/fault-proxy.ts";
import type { JobBench } from "../../support/jobs.ts";
import {
  changesStore,
  createKilledBackup,
  type KilledBackup,
  recordedPoints,
  writesManifest,
} from "../../support/killed-backup.ts";
import { PLANNED_PROJECT } from "../../support/plan-file.ts";
import {
  assertRestores,
  sessionsEnd,
  storedFolders,
  sweepTomorrow,
  wholePoints,
} from "../../support/point-facts.ts";
import { addPhotos } from "../../support/shop.ts";

const isPart = ({ method, url }: SeenRequest): boolean => method === "PUT" && /[?&]partNumber=/.test(url);

async function assertPointRestores(bench: JobBench, id: string | undefined): Promise<void> {
  assert.ok(id);
  await assertRestores(
    bench,
    await readManifest(bench.vault, { project: PLANNED_PROJECT, tier: "nightly", id }),
  );
}

describe("a backup that is killed at any of its steps", () => {
  let killed: KilledBackup;
  before(async () => {
    killed = await createKilledBackup();
  });
  after(() => killed.proxy.close());

  it("leaves nothing listed before its manifest, and the next run succeeds", async function () {
    this.timeout(300_000);
    const { bench, proxy, source } = killed;
    const expected: string[] = [];
    for (let nth = 1; ; nth++) {
      const from = proxy.seen.length;
      const run = await killed.run(changesStore, nth);
      const listed = await wholePoints(bench.vault, PLANNED_PROJECT);
      // The request at which it died never reached the store.
      const arrived = run.exitCode === 0 ? proxy.seen.slice(from) : proxy.seen.slice(from, -1);
      if (arrived.some(writesManifest)) expected.unshift(listed[0] ?? "no new point");
      assert.deepEqual(listed, expected, `killed at change ${nth}`);
      await sessionsEnd(source);
      if (run.exitCode === 0) break;
    }
    assert.ok(expected.length >= 2, "one point of a run that died after its manifest, one of the last run");
    assert.deepEqual((await recordedPoints(bench.vault)).toSorted(), expected.toSorted());
    for (const id of expected.slice(0, 2)) await assertPointRestores(bench, id);
  });

  it("leaves litter that the next day's sweep removes, and no point with it", async () => {
    const { bench, settings } = killed;
    const points = await wholePoints(bench.vault, PLANNED_PROJECT);
    const before = await storedFolders(bench.vault, PLANNED_PROJECT);
    assert.ok(before.points.length > points.length, "there is litter");
    const report = await sweepTomorrow(settings, PLANNED_PROJECT);
    assert.equal(report.points.length, before.points.length - points.length);
    assert.deepEqual([report.locked, report.young, report.deletedPoints], [[], [], []]);
    const left = await storedFolders(bench.vault, PLANNED_PROJECT);
    assert.deepEqual(left.points.toSorted(), points.toSorted());
    assert.deepEqual(await wholePoints(bench.vault, PLANNED_PROJECT), points);
  });

  it("in the middle of a part leaves an unfinished upload that the sweep ends", async () => {
    const { bench, settings, source } = killed;
    const points = await wholePoints(bench.vault, PLANNED_PROJECT);
    await addPhotos(source, 17);
    await killed.run(isPart, 2);
    assert.deepEqual(await wholePoints(bench.vault, PLANNED_PROJECT), points);
    const { uploads } = await storedFolders(bench.vault, PLANNED_PROJECT);
    assert.equal(uploads.length, 1);
    assert.match(uploads[0] ?? "", /photos/);
    const report = await sweepTomorrow(settings, PLANNED_PROJECT);
    assert.deepEqual(
      report.uploads.map(({ key }) => key),
      uploads,
    );
    assert.deepEqual((await storedFolders(bench.vault, PLANNED_PROJECT)).uploads, []);
    assert.ok((await killed.run()).exitCode === 0);
    const [newest] = await wholePoints(bench.vault, PLANNED_PROJECT);
    await assertPointRestores(bench, newest);
  });
});
