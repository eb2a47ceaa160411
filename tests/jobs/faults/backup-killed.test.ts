import assert from "node:assert/strict";
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { listEvidence } from "../../../vault/evidence/list-evidence.ts";
import { verifyEvidence } from "../../../vault/evidence/verify-evidence.ts";
import { chunkKey } from "../../../vault/layout.ts";
import { listPoints } from "../../../vault/list-points.ts";
import type { Manifest } from "../../../vault/manifest.ts";
import { readManifest } from "../../../vault/read-manifest.ts";
import { sweepLitter } from "../../../vault/sweep-litter.ts";
import type { Vault } from "../../../vault/vault.ts";
import { type FaultProxy, type SeenRequest, startFaultProxy } from "../../support/fault-proxy.ts";
import { createJobBench, type JobBench } from "../../support/jobs.ts";
import { PLANNED_PROJECT, PROJECT_VARIABLE, writePlanFile } from "../../support/plan-file.ts";
import {
  assertRestores,
  nextSecond,
  openVaultLater,
  sessionsEnd,
  storedFolders,
  sweepTomorrow,
  wholePoints,
} from "../../support/point-facts.ts";
import { type ScriptRun, startScript } from "../../support/run-script.ts";
import { addPhotos, createShop } from "../../support/shop.ts";

type Fits = (request: SeenRequest) => boolean;

/** Requests that change the store: between two of them a killed run leaves the same as right before the second. */
const changes: Fits = ({ method }) => method !== "GET" && method !== "HEAD";
const isManifest: Fits = ({ method, url }) => method === "PUT" && /\/manifest\.json(\?|$)/.test(url);
const isPart: Fits = ({ method, url }) => method === "PUT" && /[?&]partNumber=/.test(url);

interface KilledBench {
  readonly bench: JobBench;
  readonly settings: JobBench["settings"] & { readonly endpoint: string };
  readonly proxy: FaultProxy;
  readonly source: string;
  /** Runs the backup command; it is killed when a request that fits arrives at the store, for the `nth` time. */
  run(fits?: Fits, nth?: number): Promise<ScriptRun>;
}

const opened: KilledBench[] = [];

async function createKilledBench(
  options: { readonly lockMode?: "governance"; readonly tier?: "nightly" | "weekly" } = {},
): Promise<KilledBench> {
  const bench = await createJobBench(options.lockMode ? { lockMode: options.lockMode } : {});
  const source = await createShop();
  const settings = { ...bench.settings, endpoint: bench.settings.endpoint ?? "" };
  const proxy = await startFaultProxy(settings.endpoint);
  const plan = await writePlanFile(
    { ...settings, endpoint: proxy.endpoint },
    { project: { tiers: { nightly: {}, weekly: { scope: "schema" } } } },
  );
  const args = ["--plan", plan, "--tier", options.tier ?? "nightly"];
  const run: KilledBench["run"] = async (fits = () => false, nth = 1) => {
    await nextSecond();
    const script = await startScript("backup", args, { [PROJECT_VARIABLE]: source });
    let met = 0;
    proxy.clear();
    proxy.inject({
      kind: "hang",
      times: 1,
      when: (request) => fits(request) && ++met === nth,
      onFault: () => script.kill(),
    });
    const ended = await script.ended;
    assert.ok(ended.signal === "SIGKILL" || ended.exitCode === 0, ended.stderr);
    return ended;
  };
  const made = { bench, settings, proxy, source, run };
  opened.push(made);
  return made;
}

const isComplete = (run: ScriptRun): boolean => run.exitCode === 0;

async function assertPointRestores(bench: JobBench, id: string | undefined): Promise<void> {
  assert.ok(id);
  await assertRestores(
    bench,
    await readManifest(bench.vault, { project: PLANNED_PROJECT, tier: "nightly", id }),
  );
}

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

/** The points whose success is on record, oldest first; the chain must hold. */
async function recordedPoints(vault: Vault): Promise<unknown[]> {
  const records = await listEvidence(vault);
  assert.deepEqual(verifyEvidence(records, await vault.signer?.publicKeyPem()).problems, []);
  const bodies = records.map((record) => Object(record).body as Record<string, unknown>);
  return bodies.filter(({ verdict }) => verdict === "PASS").map(({ point }) => point);
}

describe("a backup that is killed", () => {
  after(async () => {
    for (const { proxy } of opened) await proxy.close();
  });

  describe("at any of its steps", () => {
    let killed: KilledBench;
    before(async () => {
      killed = await createKilledBench();
    });

    it("leaves nothing listed before its manifest, and the next run succeeds", async function () {
      this.timeout(300_000);
      const { bench, proxy, source } = killed;
      const expected: string[] = [];
      for (let nth = 1; ; nth++) {
        const from = proxy.seen.length;
        const run = await killed.run(changes, nth);
        const listed = await wholePoints(bench.vault, PLANNED_PROJECT);
        // The request at which it died never reached the store.
        const arrived = isComplete(run) ? proxy.seen.slice(from) : proxy.seen.slice(from, -1);
        if (arrived.some(isManifest)) expected.unshift(listed[0] ?? "no new point");
        assert.deepEqual(listed, expected, `killed at change ${nth}`);
        await sessionsEnd(source);
        if (isComplete(run)) break;
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
      await addPhotos(source, 20);
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
      assert.ok(isComplete(await killed.run()));
      const [newest] = await wholePoints(bench.vault, PLANNED_PROJECT);
      await assertPointRestores(bench, newest);
    });
  });

  describe("in a vault with object lock", () => {
    let killed: KilledBench;
    before(async () => {
      killed = await createKilledBench({ lockMode: "governance", tier: "weekly" });
    });

    it("before its manifest leaves no litter locked for more than a day", async () => {
      const { bench, settings } = killed;
      await killed.run(isManifest);
      assert.deepEqual(await wholePoints(bench.vault, PLANNED_PROJECT), []);
      for (const [hours, isLocked] of [
        [2, true],
        [25, false],
      ] as const) {
        const { vault, proxy } = await openVaultLater(settings, hours);
        const { locked, points } = await sweepLitter(vault, PLANNED_PROJECT, { olderThanHours: 1 });
        assert.deepEqual(
          [locked.length > 0, points.length],
          [isLocked, isLocked ? 0 : 1],
          `after ${hours} h`,
        );
        vault.close();
        await proxy.close();
      }
    });

    it("between its manifest and its last lock is completed by the next run", async function () {
      this.timeout(300_000);
      const { bench } = killed;
      for (let nth = 1; ; nth++) {
        let stands = false;
        const run = await killed.run((request) => {
          const fits = stands && changes(request);
          stands ||= isManifest(request);
          return fits;
        }, nth);
        const points = await listPoints(bench.vault, PLANNED_PROJECT);
        assert.equal(points.length, nth, "each run dies after its manifest");
        // The newest point may be incomplete; what died before must have been completed by this run.
        for (const point of isComplete(run) ? points : points.slice(1, 2)) {
          const manifest = await readManifest(bench.vault, point);
          for (const until of await locksOf(bench.vault, manifest)) {
            assert.ok(until.getTime() >= Date.parse(manifest.retainUntil) - 1000, `${point.id}: ${until}`);
          }
        }
        if (isComplete(run)) {
          const ids = points.map(({ id }) => id).toSorted();
          assert.deepEqual((await recordedPoints(bench.vault)).toSorted(), ids);
          const [newest] = points;
          assert.ok(newest);
          // A kill at the lock of each chunk and at the evidence, and the run that nothing happened to.
          assert.equal(nth, (await readManifest(bench.vault, newest)).chunks.length + 2);
          break;
        }
      }
    });
  });
});
