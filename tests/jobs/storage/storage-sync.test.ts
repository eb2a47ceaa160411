import assert from "node:assert/strict";
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { StorageSource } from "../../../jobs/storage/storage-source.ts";
import { storageSync } from "../../../jobs/storage-sync.ts";
import { parseDatabaseUrl } from "../../../postgres/database-url.ts";
import { getMirrorObject } from "../../../vault/mirror/get-mirror-object.ts";
import { readIndex } from "../../../vault/mirror/read-index.ts";
import { startStorage, type TestStorage } from "../../sandbox/supabase/storage/start-storage.ts";
import { closeMirrors, collect, openTestMirror, type TestMirror } from "../../vault/mirror/test-mirror.ts";

const BUCKET = "order_photos";
const NAMES = ["a", "a/b", "with space", "100%", "ünï/码/😀.jpg", "back\\slash", "zero", "x".repeat(900)];

describe("storageSync", function () {
  this.timeout(60_000);
  let storage: TestStorage;
  let test: TestMirror;
  /** Short only where silence is what is tested. */
  let idleSeconds = 10;
  const put = (name: string, body: string) =>
    storage.s3.send(
      new PutObjectCommand({ Bucket: BUCKET, Key: name, Body: body, ContentType: "text/plain" }),
    );
  const sync = async (
    keys = { accessKeyId: "storage-key", secretAccessKey: "storage-secret" },
    bucket = BUCKET,
    full = false,
  ) => {
    const source = new StorageSource({
      endpoint: storage.endpoint,
      region: "eu-west-2",
      ...keys,
      attempts: 2,
      idleSeconds,
    });
    const { connectionString = "" } = storage.pool.options;
    const address = parseDatabaseUrl(connectionString);
    try {
      return await storageSync({
        vault: test.vault,
        project: "ordak",
        bucket,
        address,
        source,
        workers: 4,
        full,
        progress: () => {},
      });
    } finally {
      source.close();
    }
  };
  const failure = async (work: Promise<unknown>) => {
    try {
      await work;
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    }
    return "none";
  };

  before(async () => {
    storage = await startStorage();
    test = await openTestMirror(BUCKET);
    await storage.rows("INSERT INTO storage.buckets (id, name) VALUES ($1, $1)", BUCKET);
    for (const name of NAMES) {
      try {
        await put(name, name === "zero" ? "" : `bytes of ${name}`);
      } catch (error) {
        if ((error as { name?: string }).name !== "InvalidKey") throw error;
        NAMES.splice(NAMES.indexOf(name), 1);
      }
    }
  });
  afterEach(() => {
    storage.fault = undefined;
  });
  after(async () => {
    await closeMirrors();
    await storage.close();
  });

  it("copies everything the first time, readable byte for byte", async () => {
    const record = await sync();
    const count = Number((await storage.rows("SELECT count(*) AS n FROM storage.objects"))[0]?.n);
    assert.deepEqual([record.kind, record.counts.copied, record.problems], ["full", count, []]);
    for await (const { name, versions } of (await readIndex(test.mirror)).entries()) {
      const bytes = Buffer.concat(await collect(getMirrorObject(test.mirror, versions[0])));
      assert.equal(bytes.toString(), name === "zero" ? "" : `bytes of ${name}`);
      assert.equal(versions[0].contentType, "text/plain");
    }
  });

  it("copies what changed and nothing else, and keeps what was deleted", async () => {
    await put("a", "another");
    await storage.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: "a/b" }));
    const record = await sync();
    assert.deepEqual([record.kind, record.counts.copied], ["changes", 1]);
    const names = (await collect((await readIndex(test.mirror)).entries())).map(({ name }) => name);
    assert.ok(names.includes("a/b"));
    const full = await sync(undefined, BUCKET, true);
    assert.deepEqual([full.counts.copied, full.counts.missingAtSource], [0, 1]);
  });

  it("names a row without bytes, and a damaged object, which the next run asks for again", async () => {
    await put("broken", "twelve bytes");
    await storage.rows(
      'INSERT INTO storage.objects (bucket_id, name, version, metadata) VALUES ($1, \'ghost\', gen_random_uuid()::text, \'{"size": 3, "eTag": "\\"x\\""}\')',
      BUCKET,
    );
    storage.fault = ({ method, key }) =>
      method === "GET" && key === "broken" ? { kind: "wrong-bytes" } : undefined;
    const record = await sync();
    const named = record.problems.map(({ name, problem }) => `${name}: ${problem}`);
    assert.deepEqual(named.sort(), ["broken: damaged-at-source", "ghost: row-without-bytes"]);
    storage.fault = undefined;
    assert.equal((await sync()).counts.copied, 1);
  });

  it("copies an object that is replaced while it is copied, and names one that is deleted", async () => {
    await put("moving", "first");
    await put("leaving", "first");
    const met = new Set<string>();
    storage.fault = ({ method, key = "" }) => {
      if (method !== "GET" || met.has(key)) return undefined;
      met.add(key);
      if (key === "moving") void put("moving", "second, longer");
      if (key === "leaving") void storage.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: key }));
      return key === "moving" || key === "leaving" ? { kind: "status", status: 503 } : undefined;
    };
    const record = await sync();
    const problems = record.problems
      .filter(({ name }) => name !== "ghost")
      .map(({ name, problem }) => `${name}: ${problem}`);
    assert.deepEqual([record.counts.copied, problems], [1, ["leaving: deleted-while-copied"]]);
    const moving = (await collect((await readIndex(test.mirror)).entries())).find(
      ({ name }) => name === "moving",
    );
    assert.deepEqual(
      moving?.versions.map(({ size }) => size),
      ["second, longer".length],
    );
    storage.fault = undefined;
    assert.equal((await sync()).counts.copied, 0);
  });

  it("names one object that never comes, copies the others, and asks for it again", async () => {
    for (let at = 0; at < 4; at++) await put(`slow/${at}`, `slow ${at}`);
    storage.fault = ({ method, key }) =>
      method === "GET" && key === "slow/1" ? { kind: "hang" } : undefined;
    idleSeconds = 3;
    const record = await sync();
    idleSeconds = 10;
    assert.equal(record.counts.copied, 3);
    assert.deepEqual(
      record.problems
        .filter(({ name }) => name !== "ghost")
        .map(({ name, problem }) => `${name}: ${problem}`),
      ["slow/1: unavailable-at-source"],
    );
    storage.fault = undefined;
    assert.equal((await sync()).counts.copied, 1);
  });

  it("leaves no record of a run during which Storage fails, and goes on from what it copied", async () => {
    const before = (await readIndex(test.mirror)).head?.sequence;
    for (let at = 10; at < 40; at++) await put(`late/${at}`, `late ${at}`);
    let isDown = false;
    storage.fault = ({ method, key = "" }) => {
      isDown ||= method === "GET" && key >= "late/20";
      return isDown ? { kind: "status", status: 503 } : undefined;
    };
    assert.equal(await failure(sync()), "STORAGE_UNAVAILABLE");
    assert.equal((await readIndex(test.mirror)).head?.sequence, before);
    storage.fault = undefined;
    const record = await sync();
    assert.equal(record.counts.copied, 20);
    assert.ok((record.counts.unchanged ?? 0) >= 10, JSON.stringify(record.counts));
    assert.equal((await sync()).counts.copied, 0);
  });

  it("copies what there is, however many objects Storage cannot give, as long as it gives others", async () => {
    for (let at = 10; at < 40; at++) await put(`own/${at}`, `own ${at}`);
    storage.fault = ({ method, key = "" }) =>
      method === "GET" && key.startsWith("own/") && key < "own/35"
        ? { kind: "status", status: 500 }
        : undefined;
    const record = await sync();
    const bad = record.problems.filter(({ problem }) => problem === "unavailable-at-source");
    assert.deepEqual([record.counts.copied, bad.length], [5, 25]);
    // None of what is asked for can be had, and others can.
    const again = await sync();
    assert.deepEqual([again.counts.copied, again.counts.unavailable], [0, 25]);
    storage.fault = ({ method }) => (method === "GET" ? { kind: "status", status: 500 } : undefined);
    assert.equal(await failure(sync()), "STORAGE_UNAVAILABLE");
    storage.fault = undefined;
    assert.equal((await sync()).counts.copied, 25);
  });

  it("stops when the keys are refused in the middle, and goes on with new ones", async () => {
    for (let at = 10; at < 30; at++) await put(`keys/${at}`, `keys ${at}`);
    storage.fault = ({ method, key = "" }) => {
      if (method === "GET" && key === "keys/20") storage.access = { ...storage.access, accessKeys: [] };
      return undefined;
    };
    const { accessKeys } = storage.access;
    assert.equal(await failure(sync()), "STORAGE_KEYS_REFUSED");
    storage.fault = undefined;
    storage.access = { ...storage.access, accessKeys };
    const record = await sync();
    const copied = record.counts.copied ?? 0;
    // What the other three workers had under way may be stored and not noted.
    assert.ok(copied >= 10 && copied <= 13, JSON.stringify(record.counts));
  });

  it("refuses keys without rights, a bucket nobody has, Storage without S3, and a second sync", async () => {
    assert.equal(
      await failure(sync({ accessKeyId: "storage-key", secretAccessKey: "wrong" })),
      "STORAGE_KEYS_REFUSED",
    );
    assert.equal(await failure(sync(undefined, "nobody")), "STORAGE_BUCKET_UNKNOWN");
    const both = await Promise.all([failure(sync()), failure(sync())]);
    assert.deepEqual(both.sort(), ["SYNC_RUNNING", "none"]);
    storage.access = { ...storage.access, s3Protocol: false };
    assert.equal(await failure(sync()), "STORAGE_PROTOCOL_DISABLED");
    storage.access = { ...storage.access, s3Protocol: true };
  });
});
