import assert from "node:assert/strict";
import { readInventory } from "../../../jobs/storage/read-inventory.ts";
import { StorageSource } from "../../../jobs/storage/storage-source.ts";
import { readCursor } from "../../../jobs/storage/sync-cursor.ts";
import { objectHeaders } from "../../../jobs/storage-restore/object-headers.ts";
import { TargetStorage } from "../../../jobs/storage-restore/target-storage.ts";
import { storageSync } from "../../../jobs/storage-sync.ts";
import { connect } from "../../../postgres/connect.ts";
import { parseDatabaseUrl } from "../../../postgres/database-url.ts";
import { closeClient } from "../../../postgres/snapshot.ts";
import { listMirrorVersions } from "../../../vault/mirror/list-mirror-versions.ts";
import { mirrorKey } from "../../../vault/mirror/mirror-layout.ts";
import { readIndex } from "../../../vault/mirror/read-index.ts";
import type { RunRecord } from "../../../vault/mirror/run-record.ts";
import { failureOf } from "../../support/failure-of.ts";
import { startFaultProxy } from "../../support/fault-proxy.ts";
import { syncVariables } from "../../support/killed-sync.ts";
import { writePlanFile } from "../../support/plan-file.ts";
import { startScript } from "../../support/run-script.ts";
import {
  createStorageBench,
  PHOTOS,
  type StorageBench,
  storageProject,
} from "../../support/storage-bench.ts";
import { collect } from "../../vault/mirror/test-mirror.ts";

const KEYS = { accessKeyId: "storage-key", secretAccessKey: "storage-secret" };

describe("a sync of objects that are out of the ordinary", function () {
  this.timeout(40_000);
  let bench: StorageBench;

  const settings = (endpoint = bench.storage.endpoint) => ({ endpoint, region: "eu-west-2", ...KEYS });
  const sync = async (more: Partial<Parameters<typeof storageSync>[0]> = {}): Promise<RunRecord> => {
    const source = bench.source();
    const address = parseDatabaseUrl(bench.url);
    try {
      const request = { ...bench.place, address, source, workers: 4, progress: () => undefined };
      return await storageSync({ ...request, ...more });
    } finally {
      source.close();
    }
  };
  const proxied = async () => {
    const { origin } = new URL(bench.storage.endpoint);
    const proxy = await startFaultProxy(origin);
    return { proxy, endpoint: bench.storage.endpoint.replace(origin, proxy.endpoint) };
  };
  const told = ({ problems }: RunRecord) => problems.map(({ name, problem }) => `${problem} ${name}`).sort();

  beforeEach(async () => {
    bench = await createStorageBench(storageProject(), { anyKey: true });
    for (const name of ["a", "b", "z"]) await bench.put(name, `bytes of ${name}`);
  });
  afterEach(() => bench.close());

  it("copies an object again whose row came back in the same version after it was missing", async () => {
    await sync();
    await bench.storage.rows("CREATE TABLE public.kept AS SELECT * FROM storage.objects WHERE name = 'a'");
    await bench.storage.rows("DELETE FROM storage.objects WHERE name = 'a'");
    assert.equal((await sync({ full: true, retainDays: 1 })).counts.missingAtSource, 1);
    const columns = "id, bucket_id, name, version, metadata";
    await bench.storage.rows(`INSERT INTO storage.objects (${columns}) SELECT ${columns} FROM public.kept`);
    const record = await sync({ retainDays: 1 });
    assert.deepEqual([record.kind, record.counts.copied], ["changes", 1]);
    const key = mirrorKey("shop", PHOTOS, "a");
    const latest = (await collect(listMirrorVersions(bench.place))).find(
      (one) => one.key === key && one.isLatest,
    );
    const entry = (await collect((await readIndex(bench.place)).entries())).find(({ name }) => name === "a");
    assert.equal(entry?.versions.at(-1)?.mirrorVersionId, latest?.versionId);
  });

  it("goes past any number of objects that Storage refuses for themselves", async () => {
    for (let at = 10; at < 30; at++) await bench.put(`odd/${at}`, "odd");
    bench.storage.fault = ({ method, key = "" }) =>
      method === "GET" && key.startsWith("odd/")
        ? { kind: "status", status: 400, code: "InvalidKey" }
        : undefined;
    const record = await sync();
    assert.deepEqual([record.counts.copied, record.counts.unavailable], [3, 20]);
    assert.equal(told(record)[0], "unavailable-at-source odd/10");
    bench.storage.fault = undefined;
    assert.equal((await sync()).counts.copied, 20);
  });

  it("names an object that is replaced faster than it can be copied, and asks for it again", async () => {
    const { proxy, endpoint } = await proxied();
    let times = 0;
    proxy.inject({
      when: ({ method, url }) => method === "GET" && url.includes("/a?"),
      kind: { answer: 503 },
      onFault: () => bench.put("a", `another ${++times}`),
    });
    const source = new StorageSource({ ...settings(endpoint), attempts: 1 });
    try {
      const record = await sync({ source });
      assert.deepEqual([record.counts.copied, told(record)], [2, ["changed-while-copied a"]]);
      // As often as it is asked for: once, and three times more as it is by then.
      assert.equal(times, 4);
    } finally {
      source.close();
      await proxy.close();
    }
    assert.equal((await sync()).counts.copied, 1);
  });

  it("asks for the changes of a whole day where it cannot see how old other transactions are", async () => {
    const client = await connect(parseDatabaseUrl(bench.url), { applicationName: "test" });
    const asksBack = async () => {
      const { asOf, updatedAfter } = await readCursor(client);
      return (asOf.getTime() - updatedAfter.getTime()) / 3_600_000;
    };
    try {
      assert.ok((await asksBack()) < 1);
      await client.query("SET ROLE anon");
      assert.ok((await asksBack()) >= 24);
    } finally {
      await closeClient(client);
    }
  });

  it("copies the other buckets of the plan when one cannot be read, and fails with that one's error", async () => {
    const storageAccess = {
      endpoint: bench.storage.endpoint,
      accessKeyId: { env: "STORAGE_ACCESS_KEY_ID" },
      secretAccessKey: { env: "STORAGE_SECRET_ACCESS_KEY" },
    };
    const storage = [{ bucket: "deleted" }, { bucket: PHOTOS }];
    const plan = await writePlanFile(bench.settings, {
      project: { kind: "supabase", region: "eu-west-2", storage, storageAccess },
    });
    const script = await startScript("sync", ["--plan", plan], syncVariables(bench.url));
    const { exitCode, stdout, stderr } = await script.ended;
    assert.equal(exitCode, 2, stderr);
    assert.match(stdout, /^PASS order_photos: 3 objects copied/m);
    assert.match(stderr, /no bucket deleted; it has order_photos/);
  });

  it("gives the connection of an object back that is no longer what its row says", async () => {
    // More than the buffers between the two ends hold.
    for (const name of ["a", "b"]) await bench.put(name, Buffer.alloc(16 << 20));
    const { proxy, endpoint } = await proxied();
    proxy.inject({
      when: ({ method, url }) => method === "GET" && /\/[ab]\?/.test(url),
      kind: { answerHeaders: { etag: '"other"' } },
    });
    const source = new StorageSource({ ...settings(endpoint), connections: 1, idleSeconds: 600 });
    try {
      const record = await sync({ source, workers: 1 });
      assert.deepEqual(
        [record.counts.copied, told(record)],
        [1, ["damaged-at-source a", "damaged-at-source b"]],
      );
    } finally {
      source.close();
      await proxy.close();
    }
  });

  it("indexes and inventories a row with megabytes of user metadata", async () => {
    await bench.storage.rows(
      `UPDATE storage.objects SET user_metadata = jsonb_build_object('note', repeat('x', 3 << 20)) WHERE name = 'a'`,
    );
    await sync();
    const again = await sync({ full: true });
    assert.deepEqual([again.counts.unchanged, told(again)], [3, []]);
    const { manifest } = await bench.backup(bench.url);
    const [row] = await collect(readInventory(bench.vault, manifest, PHOTOS));
    assert.equal(row?.metadata?.note?.length, 3 << 20);
  });

  it("says when Storage lists in another order, instead of copying everything again", async () => {
    await sync();
    const { proxy, endpoint } = await proxied();
    const listed = ["z", "b", "a"].map((name) => `<Contents><Key>${name}</Key><Size>10</Size></Contents>`);
    proxy.inject({
      when: ({ url }) => url.includes("list-type=2") && !url.includes("max-keys"),
      kind: {
        answer: 200,
        body: `<ListBucketResult><IsTruncated>false</IsTruncated>${listed.join("")}</ListBucketResult>`,
      },
    });
    const source = new StorageSource(settings(endpoint));
    try {
      assert.deepEqual(await failureOf(sync({ full: true, source })), ["STORAGE_LISTING_UNSORTED", 1]);
    } finally {
      source.close();
      await proxy.close();
    }
  });

  it("ends uploads at a target once, also when they stay in its listing", async () => {
    const { proxy, endpoint } = await proxied();
    const upload = "<Upload><Key>a</Key><UploadId>u1</UploadId></Upload>";
    proxy.inject({
      when: ({ method, url }) => method === "GET" && url.includes("uploads"),
      kind: { answer: 200, body: `<ListMultipartUploadsResult>${upload}</ListMultipartUploadsResult>` },
    });
    proxy.inject({
      when: ({ method }) => method === "DELETE",
      kind: { answer: 404, body: "<Error><Code>NoSuchUpload</Code></Error>" },
    });
    const target = new TargetStorage({
      ...settings(endpoint),
      bucket: PHOTOS,
    });
    try {
      assert.equal(await target.endUploads(), 1);
    } finally {
      target.close();
      await proxy.close();
    }
  });
});

describe("the metadata that S3 takes", () => {
  it("is no more than 2 KiB of metadata, keys and values together", () => {
    const row = { name: "a", version: "v", eTag: "", updatedAt: "2026-01-01T00:00:00.000Z" };
    const kept = (metadata: Record<string, string>) =>
      Object.keys(objectHeaders({ ...row, metadata }).Metadata ?? {});
    assert.deepEqual(kept({ k: "x".repeat(2047) }), ["k"]);
    assert.deepEqual(kept({ k: "x".repeat(2048) }), []);
    assert.deepEqual(kept({ small: "1", k: "ü".repeat(1200), last: "2" }), ["small", "last"]);
  });
});
