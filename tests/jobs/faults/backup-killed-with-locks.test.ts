import assert from "node:assert/strict";
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { chunkKey } from "../../../vault/layout.ts";
import { listPoints } from "../../../vault/list-points.ts";
import type { Manifest } from "../../../vault/manifest.ts";
import { readManifest } from "../../../vault/read-manifest.ts";
import { sweepLitter } from "../../../vault/sweep-litter.ts";
import type { Vault } from "../../../vault/vault.ts";
import {
  changesStore,
  createKilledBackup,
  type KilledBackup,
  recordedPoints,
  writesManifest,
} from "../../support/killed-backup.ts";
import { PLANNED_PROJECT } from "../../support/plan-file.ts";
import { openVaultLater, wholePoints } from "../../support/point-facts.ts";

/** Until when each chunk of a point is locked. */
async function locksOf(vault: Vault, { project, tier, id, chunks }: Manifest): Promise<Date[]> {
  const locks = chunks.map(async ({ path, versionId }) => {
    const head = await vault.s3.send(
      new HeadObjectCommand({
        Bucket: vault.bucket,
        Key: chunkKey(project, tier, id, path),
        VersionId: versionId,
      }),
    );
    return head.ObjectLockRetainUntilDate ?? new Date(0);
  });
  return await Promise.all(locks);
}

describe("a backup into a vault with object lock that is killed", () => {
  let killed: KilledBackup;
  before(async () => {
    killed = await createKilledBackup({ lockMode: "governance", tier: "weekly" });
  });
  after(() => killed.proxy.close());

  it("before its manifest leaves no litter locked for more than a day", async () => {
    const { bench, settings } = killed;
    await killed.run(writesManifest);
    assert.deepEqual(await wholePoints(bench.vault, PLANNED_PROJECT), []);
    for (const [hours, isLocked] of [
      [2, true],
      [25, false],
    ] as const) {
      const { vault, proxy } = await openVaultLater(settings, hours);
      const { locked, points } = await sweepLitter(vault, PLANNED_PROJECT, { olderThanHours: 1 });
      assert.deepEqual([locked.length > 0, points.length], [isLocked, isLocked ? 0 : 1], `after ${hours} h`);
      vault.close();
      await proxy.close();
    }
  });

  it("between its manifest and its last lock is completed by the next run", async function () {
    this.timeout(300_000);
    const { bench } = killed;
    const killAt = async (nth: number) => {
      let stands = false;
      const run = await killed.run((request) => {
        const fits = stands && changesStore(request);
        stands ||= writesManifest(request);
        return fits;
      }, nth);
      return { isKilled: run.exitCode !== 0, points: await listPoints(bench.vault, PLANNED_PROJECT) };
    };
    const { points: before } = await killAt(1);
    const [first] = before;
    assert.ok(first && before.length === 1, "it died after its manifest");
    const locks = (await readManifest(bench.vault, first)).chunks.length;
    // A lock is set like any other: the first ones, one in the middle, the last, the evidence, and no kill at all.
    for (const nth of [2, Math.ceil(locks / 2), locks, locks + 1, locks + 2]) {
      const known = (await listPoints(bench.vault, PLANNED_PROJECT)).length;
      const { isKilled, points } = await killAt(nth);
      assert.deepEqual([isKilled, points.length], [nth < locks + 2, known + 1], `killed at change ${nth}`);
      // The newest point may be incomplete; what died before must have been completed by this run.
      for (const point of isKilled ? points.slice(1, 2) : points) {
        const manifest = await readManifest(bench.vault, point);
        for (const until of await locksOf(bench.vault, manifest)) {
          assert.ok(until.getTime() >= Date.parse(manifest.retainUntil) - 1000, `${point.id}: ${until}`);
        }
      }
    }
    const ids = (await listPoints(bench.vault, PLANNED_PROJECT)).map(({ id }) => id);
    assert.deepEqual((await recordedPoints(bench.vault)).toSorted(), ids.toSorted());
  });
});
