import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectLegalHoldCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { chunkKey, manifestKey, type PointReference, pointPrefix } from "../../vault/layout.ts";
import { listPoints } from "../../vault/list-points.ts";
import { listUploads, listVersions } from "../../vault/list-versions.ts";
import { mirrorKey, runKey, segmentKey } from "../../vault/mirror/mirror-layout.ts";
import { putMirrorObject } from "../../vault/mirror/put-mirror-object.ts";
import { createRunId } from "../../vault/mirror/run-id.ts";
import { writeRunRecord } from "../../vault/mirror/write-run-record.ts";
import { writeSegment } from "../../vault/mirror/write-segment.ts";
import { sweepLitter } from "../../vault/sweep-litter.ts";
import type { Vault } from "../../vault/vault.ts";
import { nextSecond } from "../support/next-second.ts";
import { closeMirrors, openTestMirror, rowOf } from "./mirror/test-mirror.ts";
import { putChunk, putPoint, reference } from "./sample-point.ts";
import {
  bytesOf,
  closeAll,
  failsWith,
  openTestVault,
  openThroughProxy,
  reopen,
  type TestVault,
} from "./test-vault.ts";

const prefixOf = ({ project, tier, id }: PointReference) => pointPrefix(project, tier, id);

/** Older than now by the store's whole seconds: litter of this test counts as old. */
const NOW = { olderThanHours: 0 };

describe("sweepLitter", () => {
  let opened: TestVault;
  let vault: Vault;
  const litter = reference(1);
  const point = reference(2);

  async function beginUpload(key: string, partBytes: number): Promise<void> {
    const target = { Bucket: vault.bucket, Key: key };
    const { UploadId } = await vault.s3.send(new CreateMultipartUploadCommand(target));
    await vault.s3.send(
      new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: bytesOf(partBytes) }),
    );
  }

  async function makeLitter(): Promise<void> {
    await putChunk(vault, litter, "data/a/0", bytesOf(1000));
    await putChunk(vault, litter, "data/b/0", bytesOf(1000));
    await beginUpload(chunkKey(litter.project, litter.tier, litter.id, "data/c/0"), 1000);
    await putPoint(vault, point);
  }

  beforeEach(async () => {
    opened = await openTestVault();
    ({ vault } = opened);
  });
  after(closeAll);

  it("first says what it would remove, then removes it, then finds nothing", async () => {
    await makeLitter();
    await nextSecond(new Date());
    const dry = await sweepLitter(vault, "ordak", NOW);
    assert.equal(dry.dryRun, true);
    assert.equal(dry.uploads.length, 1);
    assert.deepEqual(
      dry.points.map(({ id, versions }) => [id, versions]),
      [[litter.id, 2]],
    );
    assert.ok((dry.points[0]?.bytes ?? 0) > 2000);
    assert.equal((await listVersions(vault, prefixOf(litter))).length, 2);
    assert.equal((await listUploads(vault, "ordak")).length, 1);
    const wet = await sweepLitter(vault, "ordak", { ...NOW, dryRun: false });
    assert.deepEqual(wet, { ...dry, dryRun: false });
    assert.deepEqual(await listVersions(vault, prefixOf(litter)), []);
    assert.deepEqual(await listUploads(vault, "ordak"), []);
    assert.equal((await listVersions(vault, prefixOf(point))).length, 2);
    assert.deepEqual(
      (await listPoints(vault, "ordak")).map(({ id }) => id),
      [point.id],
    );
    const again = await sweepLitter(vault, "ordak", { ...NOW, dryRun: false });
    assert.deepEqual([again.points, again.uploads], [[], []]);
  });

  it("leaves a run alone that may still be going, also when this machine's clock is wrong", async () => {
    await makeLitter();
    const inTwoDays = await reopen(opened.settings, { clock: () => new Date(Date.now() + 2 * 86_400_000) });
    for (const reader of [vault, inTwoDays]) {
      const report = await sweepLitter(reader, "ordak", { dryRun: false });
      assert.deepEqual([report.points, report.uploads], [[], []]);
      assert.deepEqual(report.young, [litter]);
    }
    assert.equal((await listUploads(vault, "ordak")).length, 1);
  });

  it("leaves a point alone whose last upload still gets parts, however old the rest is", async () => {
    await makeLitter();
    const { vault: aged, proxy } = await openThroughProxy(opened.settings);
    // The store tells that it is two days later, except of the part that has just come.
    const later = new Date(Date.now() + 2 * 86_400_000).toUTCString();
    proxy.inject({ kind: { answerHeaders: { date: later } }, when: ({ method }) => method === "HEAD" });
    const skewed = { ...aged, clock: () => new Date(later) };
    const old = await sweepLitter(skewed, "ordak");
    assert.deepEqual([old.points.length, old.uploads.length, old.young.length], [1, 1, 0]);
    const partNow = new Date(Date.now() + 2 * 86_400_000 - 3_600_000).toISOString();
    const parts = `<ListPartsResult><IsTruncated>false</IsTruncated><Part><PartNumber>1</PartNumber><LastModified>${partNow}</LastModified><Size>1</Size></Part></ListPartsResult>`;
    proxy.inject({
      kind: { answer: 200, body: parts },
      when: ({ method, url }) => method === "GET" && url.includes("uploadId="),
    });
    const alive = await sweepLitter(skewed, "ordak");
    assert.deepEqual([alive.points, alive.uploads, alive.young], [[], [], [litter]]);
  });

  it("never touches a point whose manifest somebody deleted, and says so", async () => {
    const locked = await openTestVault({ lockMode: "governance" });
    await putPoint(locked.vault, point);
    const Key = manifestKey(point.project, point.tier, point.id);
    await locked.vault.s3.send(new DeleteObjectCommand({ Bucket: locked.vault.bucket, Key }));
    assert.deepEqual(await listPoints(locked.vault, "ordak"), []);
    await nextSecond(new Date());
    const report = await sweepLitter(locked.vault, "ordak", { ...NOW, dryRun: false });
    assert.deepEqual(report.deletedPoints, [point]);
    assert.deepEqual(report.points, []);
    assert.equal(
      (await listVersions(locked.vault, prefixOf(point))).filter((one) => !one.isDeleteMarker).length,
      2,
    );
  });

  it("removes all versions, and never a locked or held one", async () => {
    for (const lockMode of ["governance", "compliance"] as const) {
      const { vault: lockable } = await openTestVault({ lockMode });
      const unlocked = { ...lockable, lockMode: "none" as const };
      const free = await putChunk(unlocked, litter, "data/free/0", bytesOf(10));
      await putChunk(lockable, litter, "data/locked/0", bytesOf(10));
      const held = await putChunk(unlocked, litter, "data/held/0", bytesOf(10));
      const keyOf = (path: string) => chunkKey(litter.project, litter.tier, litter.id, path);
      const target = { Bucket: lockable.bucket, Key: keyOf("data/held/0"), VersionId: held.versionId };
      await lockable.s3.send(new PutObjectLegalHoldCommand({ ...target, LegalHold: { Status: "ON" } }));
      // A deletion without a version only hides an object.
      await lockable.s3.send(new DeleteObjectCommand({ Bucket: lockable.bucket, Key: keyOf("data/free/0") }));
      await nextSecond(new Date());
      const report = await sweepLitter(lockable, "ordak", { ...NOW, dryRun: false });
      assert.ok(free.versionId);
      assert.deepEqual(
        report.points.map(({ versions }) => versions),
        [2],
      );
      assert.deepEqual(report.locked.map(({ key }) => key).sort(), [
        keyOf("data/held/0"),
        keyOf("data/locked/0"),
      ]);
      const left = (await listVersions(lockable, prefixOf(litter))).map(({ key }) => key).sort();
      assert.deepEqual(left, [keyOf("data/held/0"), keyOf("data/locked/0")]);
    }
  });

  it("removes what a lock of a day kept when the day is over", async () => {
    const { vault: lockable } = await openTestVault({ lockMode: "compliance" });
    await putChunk({ ...lockable, lockMode: "none" }, litter, "data/a/0", bytesOf(10));
    await nextSecond(new Date());
    const report = await sweepLitter(lockable, "ordak", { ...NOW, dryRun: false });
    assert.equal(report.points.length, 1);
    assert.deepEqual(report.locked, []);
  });

  it("clears up after a run that was killed between chunks and in the middle of a part, and lets it start again", async () => {
    const child = fork(fileURLToPath(new URL("slow-writer.ts", import.meta.url)));
    const ended = once(child, "exit");
    child.send(opened.settings);
    await once(child, "message");
    while ((await listUploads(vault, "ordak")).length === 0) await sleep(50);
    await sleep(300);
    child.kill("SIGKILL");
    await ended;
    assert.deepEqual(await listPoints(vault, "ordak"), []);
    assert.equal((await listUploads(vault, "ordak")).length, 1);
    await failsWith("OBJECT_EXISTS", () => putChunk(vault, litter, "schema/pre-data", bytesOf(200)));
    await nextSecond(new Date());
    const report = await sweepLitter(vault, "ordak", { ...NOW, dryRun: false });
    assert.deepEqual([report.uploads.length, report.points.length, report.locked], [1, 1, []]);
    assert.deepEqual(await listVersions(vault, prefixOf(litter)), []);
    await putPoint(vault, litter, { "schema/pre-data": bytesOf(200) });
    assert.deepEqual(
      (await listPoints(vault, "ordak")).map(({ id }) => id),
      [litter.id],
    );
  });

  it("stays inside its project and away from names that are no points", async () => {
    await putChunk(vault, { ...litter, project: "ordak2" }, "data/a/0", bytesOf(10));
    await putChunk(vault, { ...litter, id: "somebody-elses-folder" }, "data/a/0", bytesOf(10));
    await putChunk(vault, { ...litter, id: "weekly_20260131_020000" }, "data/a/0", bytesOf(10));
    await nextSecond(new Date());
    const report = await sweepLitter(vault, "ordak", { ...NOW, dryRun: false });
    assert.deepEqual([report.points, report.young, report.uploads], [[], [], []]);
    assert.equal((await listVersions(vault, "ordak")).length, 3);
  });

  it("names what the role must not do", async () => {
    await makeLitter();
    await nextSecond(new Date());
    const { vault: refused, proxy } = await openThroughProxy(opened.settings);
    proxy.inject({
      kind: { answer: 403, body: "<Error><Code>AccessDenied</Code></Error>" },
      when: ({ method }) => method === "DELETE",
    });
    const error = await failsWith("STORE_ACCESS_DENIED", () =>
      sweepLitter(refused, "ordak", { ...NOW, dryRun: false }),
    );
    assert.match(error.hint, /s3:(AbortMultipartUpload|DeleteObjectVersion)/);
  });
});

describe("sweepLitter and storage syncs", () => {
  it("removes the segments of a dead run once a later run has them, and never an object of a bucket", async () => {
    const { mirror, vault } = await openTestMirror("photos");
    const stored = await putMirrorObject(mirror, {
      name: "a",
      version: "v1",
      size: 3,
      body: Buffer.from("abc"),
    });
    const dead = createRunId(new Date());
    await writeSegment(mirror, { run: dead, number: 0, rows: [rowOf("a", "v1", stored)] });
    await nextSecond(new Date());
    const before = await sweepLitter(vault, "ordak", NOW);
    assert.deepEqual(before.storageRuns, [], "a sync goes on from it");
    const run = createRunId(new Date());
    const segment = await writeSegment(mirror, { run, number: 0, rows: [rowOf("a", "v1", stored)] });
    const at = new Date().toISOString();
    await writeRunRecord(mirror, {
      ...{ format: "holdfast.storage-run", version: 1, project: "ordak", bucket: "photos", run, sequence: 1 },
      ...{ kind: "full", startedAt: at, completedAt: at, cursor: { updatedAfter: at }, segments: [segment] },
      ...{ counts: {}, problems: [], problemsLeftOff: 0 },
    });
    await nextSecond(new Date());
    assert.deepEqual((await sweepLitter(vault, "ordak", { olderThanHours: 24 })).storageRuns, []);
    const report = await sweepLitter(vault, "ordak", { ...NOW, dryRun: false });
    assert.deepEqual(
      report.storageRuns.map((one) => [one.bucket, one.run, one.versions]),
      [["photos", dead, 1]],
    );
    const left = (await listVersions(vault, "ordak/")).map(({ key }) => key);
    assert.deepEqual(
      left.sort(),
      [
        mirrorKey("ordak", "photos", "a"),
        segmentKey("ordak", "photos", run, 0),
        runKey("ordak", "photos", 1),
      ].sort(),
    );
    await closeMirrors();
  });
});
