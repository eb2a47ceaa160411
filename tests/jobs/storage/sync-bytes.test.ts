import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { StorageSource } from "../../../jobs/storage/storage-source.ts";
import { storageSync } from "../../../jobs/storage-sync.ts";
import { parseDatabaseUrl } from "../../../postgres/database-url.ts";
import { getMirrorObject } from "../../../vault/mirror/get-mirror-object.ts";
import { openMirror } from "../../../vault/mirror/open-mirror.ts";
import { readIndex } from "../../../vault/mirror/read-index.ts";
import { type FaultKind, type FaultProxy, startFaultProxy } from "../../support/fault-proxy.ts";
import {
  createStorageBench,
  PHOTOS,
  type StorageBench,
  storageProject,
} from "../../support/storage-bench.ts";
import { collect } from "../../vault/mirror/test-mirror.ts";

const MEBIBYTE = 1024 * 1024;

describe("the bytes that a sync reads", function () {
  this.timeout(120_000);
  let bench: StorageBench;
  let proxy: FaultProxy;
  const sync = async (idleSeconds = 10, full = false) => {
    const { origin } = new URL(bench.storage.endpoint);
    const source = new StorageSource({
      endpoint: bench.storage.endpoint.replace(origin, proxy.endpoint),
      region: "eu-west-2",
      accessKeyId: "storage-key",
      secretAccessKey: "storage-secret",
      attempts: 2,
      idleSeconds,
    });
    try {
      const address = parseDatabaseUrl(bench.url);
      const request = { ...bench.place, address, source, full, workers: 4, progress: () => undefined };
      return await storageSync(request);
    } finally {
      source.close();
    }
  };
  const inject = (name: string, kind: FaultKind, times?: number) =>
    proxy.inject({
      kind,
      when: ({ method, url }) => method === "GET" && url.includes(`/${PHOTOS}/${name}?`),
      ...(times !== undefined && { times }),
    });
  const stored = async (name: string) => {
    const entries = await collect((await readIndex(bench.place)).entries());
    const version = entries.find((entry) => entry.name === name)?.versions.at(-1);
    if (version === undefined) return undefined;
    const mirror = await openMirror(bench.place);
    const bytes = Buffer.concat(await collect(getMirrorObject(mirror, version)));
    mirror.close();
    return bytes;
  };

  before(async () => {
    bench = await createStorageBench(storageProject(), { anyKey: true });
    proxy = await startFaultProxy(new URL(bench.storage.endpoint).origin);
  });
  afterEach(() => proxy.clear());
  after(async () => {
    await proxy.close();
    await bench.close();
  });

  it("go on where a connection broke or fell silent, small and large, without reading them twice", async () => {
    const large = randomBytes(9 * MEBIBYTE);
    await bench.put("large", large);
    await bench.put("small", "a small object");
    inject("large", { cutAfter: 3 * MEBIBYTE }, 1);
    inject("large", { stallAfter: 2 * MEBIBYTE }, 1);
    inject("small", { cutAfter: 2 }, 1);
    const record = await sync(4);
    assert.deepEqual([record.counts.copied, record.problems], [2, []]);
    assert.ok((await stored("large"))?.equals(large));
    assert.equal((await stored("small"))?.toString(), "a small object");
    const ranges = proxy.seen
      .filter(({ url }) => url.includes("/large?"))
      .map(({ headers }) => headers.range);
    assert.equal(ranges[0], undefined);
    assert.ok(
      ranges.slice(1).every((range) => /^bytes=[1-9]\d*-$/.test(range ?? "")),
      ranges.join(),
    );
  });

  it("are named by their object when they stay cut, and nothing of it is stored", async () => {
    await bench.put("cut", "twelve bytes");
    await bench.put("whole", "whole");
    inject("cut", { cutAfter: 0 });
    const record = await sync();
    assert.deepEqual(
      record.problems.map(({ name, problem }) => [name, problem]),
      [["cut", "unavailable-at-source"]],
    );
    assert.deepEqual([await stored("cut"), (await stored("whole"))?.toString()], [undefined, "whole"]);
    proxy.clear();
    assert.deepEqual([(await sync()).counts.copied, (await stored("cut"))?.toString()], [1, "twelve bytes"]);
  });

  it("are compared with the eTag's hash before anything is stored", async () => {
    const body = randomBytes(5 * MEBIBYTE);
    await bench.put("wrong", body);
    bench.storage.fault = ({ method, key }) =>
      method === "GET" && key === "wrong" ? { kind: "wrong-bytes" } : undefined;
    const record = await sync();
    bench.storage.fault = undefined;
    assert.deepEqual(
      record.problems.map(({ name, problem }) => [name, problem]),
      [["wrong", "damaged-at-source"]],
    );
    assert.equal(await stored("wrong"), undefined);
    await sync();
    assert.ok((await stored("wrong"))?.equals(body));
  });

  it("belong to names of every kind, and to no bytes at all", async () => {
    const names = [
      "a",
      "a/b",
      "/leading",
      "//two",
      "with space",
      " edges ",
      "100%",
      "%41%2F",
      "plus+and&=?#",
      "ünï/码/😀.jpg",
      "\uffeeand\u{10000}",
      "back\\slash",
      "quote\"'",
      "x".repeat(1024),
      `${"码".repeat(341)}z`,
      "zero",
    ];
    const bytesOf = (name: string) => (name === "zero" ? "" : `bytes of ${name}`);
    for (const name of names) await bench.put(name, bytesOf(name));
    const record = await sync();
    assert.deepEqual([record.counts.copied, record.problems], [names.length, []]);
    const full = await sync(10, true);
    assert.deepEqual([full.counts.copied, full.problems], [0, []]);
    const entries = await collect((await readIndex(bench.place)).entries());
    const found = new Map(entries.map((entry) => [entry.name, entry.versions.at(-1)]));
    for (const name of names) {
      const sha256 = createHash("sha256").update(bytesOf(name)).digest("hex");
      assert.equal(found.get(name)?.sha256, sha256, name);
    }
  });
});
