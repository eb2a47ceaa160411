import assert from "node:assert/strict";
import {
  DeleteObjectCommand,
  GetObjectRetentionCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { fullRunReason } from "../../../jobs/storage/full-run-reason.ts";
import { StorageSource } from "../../../jobs/storage/storage-source.ts";
import { storageSync } from "../../../jobs/storage-sync.ts";
import { parseDatabaseUrl } from "../../../postgres/database-url.ts";
import { listEvidence } from "../../../vault/evidence/list-evidence.ts";
import { getMirrorObject } from "../../../vault/mirror/get-mirror-object.ts";
import { listMirrorVersions } from "../../../vault/mirror/list-mirror-versions.ts";
import { mirrorKey, runKey, segmentKey } from "../../../vault/mirror/mirror-layout.ts";
import { openMirror } from "../../../vault/mirror/open-mirror.ts";
import { readIndex } from "../../../vault/mirror/read-index.ts";
import type { RunRecord } from "../../../vault/mirror/run-record.ts";
import { refusalOf } from "../../sandbox/supabase/storage/start-storage.ts";
import { createDatabase } from "../../support/databases.ts";
import { failureOf } from "../../support/failure-of.ts";
import { startFaultProxy } from "../../support/fault-proxy.ts";
import { createStorageBench, PHOTOS, type StorageBench } from "../../support/storage-bench.ts";
import { createBucket } from "../../support/vaults.ts";
import { collect } from "../../vault/mirror/test-mirror.ts";

const DAY = 86_400_000;

describe("a sync in doubt", function () {
  this.timeout(120_000);
  let bench: StorageBench;
  /** Of the vault; the source keeps its own. */
  let now: Date | undefined;

  const sync = async (more: Partial<Parameters<typeof storageSync>[0]> = {}): Promise<RunRecord> => {
    const source = bench.source();
    try {
      const address = parseDatabaseUrl(bench.url);
      const vault = { ...bench.vault, clock: () => now ?? new Date() };
      const request = { ...bench.place, vault, address, source, workers: 4, progress: () => undefined };
      return await storageSync({ ...request, ...more });
    } finally {
      source.close();
    }
  };
  const deleteVersion = (Key: string, VersionId?: string) =>
    bench.vault.s3.send(
      new DeleteObjectCommand({
        Bucket: bench.vault.bucket,
        Key,
        ...(VersionId && { VersionId }),
        BypassGovernanceRetention: true,
      }),
    );
  const names = async () => (await collect((await readIndex(bench.place)).entries())).map(({ name }) => name);
  const told = ({ problems }: RunRecord) => problems.map(({ name, problem }) => `${problem} ${name}`).sort();

  beforeEach(async () => {
    now = undefined;
    bench = await createStorageBench();
    for (const name of ["a", "b", "c"]) await bench.put(name, `bytes of ${name}`);
    const first = await sync();
    assert.deepEqual([first.kind, first.reason, first.counts.copied], ["full", "it is the first", 3]);
  });
  afterEach(() => bench.close());

  it("asks for changes only while nothing speaks against it", async () => {
    const record = await sync({ reconcile: "0 1 * * 0" });
    assert.deepEqual([record.kind, record.reason, record.counts.copied], ["changes", undefined, 0]);
  });

  it("compares everything when the plan's time for it has passed since the last time", async () => {
    now = new Date(Date.now() + 8 * DAY);
    const record = await sync({ reconcile: "0 1 * * 0" });
    assert.deepEqual([record.kind, record.reason], ["full", "it is due by the plan's schedule"]);
    assert.deepEqual([record.counts.copied, record.counts.unchanged], [0, 3]);
    assert.equal((await sync({ reconcile: "0 1 * * 0" })).kind, "changes");
  });

  it("goes on from the segments when a record is lost, and says which", async () => {
    await bench.put("d", "bytes of d");
    await sync();
    await deleteVersion(runKey("shop", PHOTOS, 1));
    await bench.put("e", "bytes of e");
    const record = await sync();
    assert.deepEqual([record.kind, record.reason], ["full", "the record of an earlier sync is lost"]);
    assert.deepEqual(told(record), [`record-lost ${runKey("shop", PHOTOS, 1)}`]);
    assert.deepEqual([record.counts.copied, record.counts.unchanged, record.sequence], [1, 4, 3]);
    assert.deepEqual(await names(), ["a", "b", "c", "d", "e"]);
    assert.deepEqual([(await sync()).kind, (await sync()).counts.copied], ["changes", 0]);
  });

  it("takes a damaged record for a lost one", async () => {
    const Key = runKey("shop", PHOTOS, 1);
    await bench.vault.s3.send(new PutObjectCommand({ Bucket: bench.vault.bucket, Key, Body: "harm" }));
    const record = await sync();
    assert.deepEqual([record.kind, told(record)], ["full", [`record-lost ${Key}`]]);
    assert.deepEqual([record.counts.copied, record.counts.unchanged], [0, 3]);
  });

  it("copies again what a lost segment told, and names the segment", async () => {
    const { head } = await readIndex(bench.place);
    const [segment] = head?.segments ?? [];
    assert.ok(segment);
    const Key = segmentKey("shop", PHOTOS, segment.run, segment.number);
    await deleteVersion(Key, segment.versionId);
    const record = await sync();
    assert.equal(record.kind, "full");
    assert.match(record.reason ?? "", /part of the index cannot be read/);
    assert.deepEqual([record.counts.copied, told(record)], [3, [`index-damaged ${Key}`]]);
    assert.equal((await sync()).kind, "changes");
  });

  it("compares everything when the clock of the database moved back", async () => {
    const { head } = await readIndex(bench.place);
    assert.ok(head);
    const known = { chain: [head], head, sequence: 2, unfinished: [], problems: [] };
    const asOf = new Date(head.asOf ?? 0);
    const facts = { isAsked: false, now: new Date(), source: head.source ?? "" };
    const reason = (at: number) =>
      fullRunReason(known, { ...facts, cursor: { asOf: new Date(asOf.getTime() + at), updatedAfter: asOf } });
    assert.deepEqual([reason(0), reason(-1)], [undefined, "the database's clock moved back"]);
  });

  it("compares everything when the catalog was written anew, as by a restore", async () => {
    await bench.storage.rows(
      "UPDATE storage.objects SET updated_at = '2020-01-01', created_at = '2020-01-01'",
    );
    await bench.storage.rows("DELETE FROM storage.objects WHERE name = 'a'");
    assert.equal((await sync()).kind, "changes");
    await bench.storage.rows("VACUUM FULL storage.objects");
    const record = await sync();
    assert.match(record.reason ?? "", /catalog is another/);
    assert.equal(record.counts.missingAtSource, 1);
    assert.equal((await sync()).kind, "changes");
  });

  it("compares everything after a run that met a row without bytes, and not night after night", async () => {
    await bench.storage.rows(
      `INSERT INTO storage.objects (bucket_id, name, version, metadata)
       VALUES ($1, 'ghost', gen_random_uuid()::text, '{"size": 3, "eTag": "x"}')`,
      PHOTOS,
    );
    const runs = [await sync(), await sync(), await sync(), await sync()];
    assert.deepEqual(
      runs.map(({ kind }) => kind),
      ["changes", "full", "changes", "changes"],
    );
    for (const run of runs) assert.deepEqual(told(run), ["row-without-bytes ghost"]);
    assert.equal(runs[1]?.reason, "catalog and bytes disagreed at the last sync");
  });

  it("copies again what is gone from the mirror, or is there no longer the latest", async () => {
    const rows = (await collect((await readIndex(bench.place)).entries())).map(({ versions }) => versions[0]);
    const key = (name: string) => mirrorKey("shop", PHOTOS, name);
    await deleteVersion(key("a"), rows[0]?.mirrorVersionId);
    await deleteVersion(key("b"));
    const record = await sync({ full: true });
    assert.deepEqual(told(record), ["missing-in-mirror a"]);
    assert.deepEqual([record.counts.copied, record.counts.unchanged], [2, 1]);
    const latest = (await collect(listMirrorVersions(bench.place))).filter(({ isLatest }) => isLatest);
    assert.ok(latest.every(({ isDeleteMarker }) => !isDeleteMarker));
    const mirror = await openMirror(bench.place);
    for await (const { name, versions } of (await readIndex(bench.place)).entries()) {
      const [version] = versions.slice(-1);
      assert.ok(version);
      assert.equal(
        Buffer.concat(await collect(getMirrorObject(mirror, version))).toString(),
        `bytes of ${name}`,
      );
    }
    mirror.close();
  });

  it("lets what the source deleted or replaced go after the retention, and nothing before", async () => {
    await bench.remove("a");
    await bench.put("b", "new bytes of b");
    const record = await sync({ full: true, retainDays: 30 });
    assert.deepEqual([record.counts.missingAtSource, record.counts.expired], [1, 0]);
    // The last copy is one that was replaced now: only such versions expire by the bucket's lifecycle.
    const copies = (await collect(listMirrorVersions(bench.place))).filter(
      ({ key }) => key === mirrorKey("shop", PHOTOS, "a"),
    );
    assert.deepEqual(copies.map(({ isLatest, bytes }) => [isLatest, bytes > 0]).sort(), [
      [false, true],
      [true, false],
    ]);
    now = new Date(Date.now() + 29 * DAY);
    const later = await sync({ full: true, retainDays: 30 });
    assert.deepEqual([later.counts.expired, await names()], [0, ["a", "b", "c"]]);
    now = new Date(Date.now() + 31 * DAY);
    const last = await sync({ full: true, retainDays: 30 });
    assert.deepEqual([last.counts.expired, last.counts.missingInMirror, await names()], [2, 0, ["b", "c"]]);
    await bench.put("a", "a comes back");
    assert.deepEqual([(await sync()).counts.copied, await names()], [1, ["a", "b", "c"]]);
  });

  it("raises the lock of what was replaced or deleted long after its copy, once, for the retention from there", async () => {
    const rules = { retainDays: 30, reconcile: "0 1 * * 0" };
    await bench.put("a", "locked a");
    await bench.put("b", "locked b");
    await sync(rules);
    const entries = await collect((await readIndex(bench.place)).entries());
    const version = (name: string) =>
      entries.find((entry) => entry.name === name)?.versions.at(-1)?.mirrorVersionId;
    const lockedUntil = async (name: string) => {
      const { bucket: Bucket, s3 } = bench.vault;
      const Key = mirrorKey("shop", PHOTOS, name);
      const command = new GetObjectRetentionCommand({ Bucket, Key, VersionId: version(name) });
      return (await s3.send(command)).Retention?.RetainUntilDate?.getTime() ?? 0;
    };
    const before = await lockedUntil("a");
    const start = Date.now();
    assert.ok(Math.abs(before - start - 37 * DAY) < DAY / 24, "retention and a week");
    now = new Date(start + 100 * DAY);
    await bench.put("a", "replaced a");
    await bench.remove("b");
    await sync({ ...rules, full: true });
    const expected = start + 130 * DAY;
    for (const name of ["a", "b"]) assert.ok(Math.abs((await lockedUntil(name)) - expected) < DAY / 24, name);
    const raised = await lockedUntil("a");
    now = new Date(start + 107 * DAY);
    await sync({ ...rules, full: true });
    assert.equal(await lockedUntil("a"), raised);
  });

  it("tells once of the locks that it may not raise, as the plan's mode was another, and ends", async () => {
    const rules = { retainDays: 30, reconcile: "0 1 * * 0" };
    const strict = { ...bench.vault, lockMode: "compliance" as const };
    for (const name of ["a", "b"]) await bench.put(name, `strict ${name}`);
    await sync({ ...rules, vault: strict });
    now = new Date(Date.now() + 20 * DAY);
    for (const name of ["a", "b"]) await bench.put(name, `replaced ${name}`);
    const record = await sync({ ...rules, full: true });
    assert.deepEqual([record.counts.copied, record.counts.locksNotRaised], [2, 2]);
    assert.match(told(record).join(), /^lock-not-raised [ab]$/);
    // The first copies of the bench, which were replaced too, are in the plan's mode.
    assert.deepEqual(await names(), ["a", "b", "c"]);
  });

  it("locks what it writes for the retention, and the longest time between two full runs", async () => {
    await bench.put("small", "s");
    await bench.put("large", Buffer.alloc(5 * 1024 * 1024, 1));
    await sync({ full: true, retainDays: 30, reconcile: "0 1 * * 0" });
    for (const name of ["small", "large"]) {
      assert.deepEqual(
        await refusalOf(
          bench.vault.s3.send(
            new DeleteObjectCommand({
              Bucket: bench.vault.bucket,
              Key: mirrorKey("shop", PHOTOS, name),
              VersionId: (await collect((await readIndex(bench.place)).entries())).find(
                (entry) => entry.name === name,
              )?.versions[0].mirrorVersionId,
            }),
          ),
        ),
        ["AccessDenied", 403],
      );
    }
  });

  it("names bytes that Storage lists and no row has, and reads again what it does not list", async () => {
    const proxy = await startFaultProxy(new URL(bench.storage.endpoint).origin);
    const listed = ["b", "c", "stray"].map(
      (name) => `<Contents><Key>${name}</Key><Size>10</Size></Contents>`,
    );
    proxy.inject({
      when: ({ url }) => url.includes("list-type=2") && !url.includes("max-keys"),
      kind: {
        answer: 200,
        body: `<ListBucketResult><IsTruncated>false</IsTruncated>${listed.join("")}</ListBucketResult>`,
      },
    });
    const source = new StorageSource({
      endpoint: bench.storage.endpoint.replace(new URL(bench.storage.endpoint).origin, proxy.endpoint),
      region: "eu-west-2",
      accessKeyId: "storage-key",
      secretAccessKey: "storage-secret",
    });
    try {
      const record = await sync({ full: true, source });
      assert.deepEqual(told(record), ["bytes-without-row stray"]);
      assert.deepEqual([record.counts.copied, record.counts.unchanged], [1, 2]);
    } finally {
      source.close();
      await proxy.close();
    }
  });

  it("leaves evidence of success and of failure", async () => {
    assert.deepEqual(await failureOf(sync({ bucket: "nobody" })), ["STORAGE_BUCKET_UNKNOWN", 2]);
    const bodies = (await listEvidence(bench.vault)).map((record) => {
      const { kind, body } = record as { kind: string; body: Record<string, unknown> };
      return [kind, body.bucket, body.verdict, Object(body.error).code];
    });
    assert.deepEqual(bodies, [
      ["storage-sync", PHOTOS, "PASS", undefined],
      ["storage-sync", "nobody", "FAIL", "STORAGE_BUCKET_UNKNOWN"],
    ]);
  });

  it("refuses a vault that keeps no versions, and a database without Storage", async () => {
    const bare = { ...bench.vault, bucket: await createBucket() };
    assert.deepEqual(await failureOf(sync({ vault: bare })), ["VAULT_NOT_VERSIONED", 2]);
    const suspended = await createBucket({ versioning: true });
    await bench.vault.s3.send(
      new PutBucketVersioningCommand({
        Bucket: suspended,
        VersioningConfiguration: { Status: "Suspended" },
      }),
    );
    assert.deepEqual(await failureOf(sync({ vault: { ...bare, bucket: suspended } })), [
      "VAULT_NOT_VERSIONED",
      2,
    ]);
    const address = parseDatabaseUrl(await createDatabase());
    assert.deepEqual(await failureOf(sync({ address })), ["STORAGE_ABSENT", 2]);
  });
});
