import assert from "node:assert/strict";
import { DeleteObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { checkReferences, type TargetStorage } from "../../../jobs/storage/check-references.ts";
import { StorageSource } from "../../../jobs/storage/storage-source.ts";
import { connect } from "../../../postgres/connect.ts";
import { parseDatabaseUrl } from "../../../postgres/database-url.ts";
import { closeClient } from "../../../postgres/snapshot.ts";
import type { Manifest } from "../../../vault/manifest.ts";
import { startStorage, type TestStorage } from "../../sandbox/supabase/storage/start-storage.ts";
import { failures } from "../../support/jobs.ts";
import { failsWith } from "../../support/point-facts.ts";
import { getAws } from "../../support/servers.ts";
import { createStorageBench, PHOTOS, type StorageBench } from "../../support/storage-bench.ts";
import { createBucket, testS3 } from "../../support/vaults.ts";

const LARGE = "large/6 MiB.bin";
const BODIES = new Map<string, string | Buffer>(
  Array.from({ length: 6 }, (_, at) => [`bannos/${at}/p ${at}.jpg`, `bytes of ${at}`]),
);
BODIES.set("a & b (1)+@=.jpg", "signs")
  .set("zero", "")
  .set(LARGE, Buffer.alloc(6 * 1024 * 1024, "holdfast"));
const [FIRST = "", SECOND = "", THIRD = ""] = BODIES.keys();

describe("a restored database, checked against its storage", function () {
  this.timeout(60_000);
  let bench: StorageBench;
  let target: TestStorage;
  let url: string;
  let manifest: Manifest;
  let source: StorageSource;
  before(async () => {
    bench = await createStorageBench();
    for (const [name, body] of BODIES) await bench.put(name, body);
    await bench.sync();
    manifest = (await bench.backup(bench.url)).manifest;
    target = await startStorage();
    url = target.pool.options.connectionString ?? "";
    await bench.restore(manifest, url);
    const keys = { accessKeyId: "storage-key", secretAccessKey: "storage-secret" };
    source = new StorageSource({
      endpoint: target.endpoint,
      region: "eu-west-2",
      ...keys,
      attempts: 2,
      idleSeconds: 5,
    });
  });
  afterEach(() => {
    target.fault = undefined;
  });
  after(async () => {
    source?.close();
    await target?.close();
    await bench?.close();
  });

  const put = (s3: S3Client, Bucket: string, Key: string, body: string | Buffer) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.from(body), ContentType: "image/jpeg" }));
  const check = async (storage: TargetStorage) => {
    const client = await connect(parseDatabaseUrl(url), { applicationName: "holdfast test" });
    try {
      const { vault } = bench;
      const request = {
        vault,
        manifest,
        bucket: PHOTOS,
        client,
        storage,
        workers: 4,
        progress: () => undefined,
      };
      const { findings, ...counts } = await checkReferences(request);
      return { counts, found: findings.map(({ name, problem }) => `${problem} ${name}`).sort() };
    } finally {
      await closeClient(client);
    }
  };
  const verify = (storage: TargetStorage | undefined) => bench.verify(manifest, url, { storage, tag: false });

  it("finds every object in the mirror, or names what is not there", async () => {
    const proof = await verify({ kind: "mirror" });
    assert.deepEqual([proof.verdict, failures(proof)], ["PASS", []]);
    assert.ok(proof.notChecked.some((what) => what.includes("verify -- --storage")));
    await target.rows("UPDATE storage.objects SET version = 'another' WHERE name = $1", FIRST);
    await target.rows(
      `INSERT INTO storage.objects (bucket_id, name, version, metadata) VALUES ($1, 'never', 'v', '{"size": 1, "eTag": "\\"e\\""}')`,
      PHOTOS,
    );
    const { counts, found } = await check({ kind: "mirror" });
    assert.deepEqual(found, [`changed ${FIRST}`, "missing never"]);
    assert.deepEqual([counts.references, counts.missing, counts.changed], [BODIES.size + 1, 1, 1]);
    const failing = await verify({ kind: "mirror" });
    assert.ok(failures(failing).some(({ name }) => name === `object ${PHOTOS}/never`));
    await target.rows("DELETE FROM storage.objects WHERE name = 'never'");
  });

  it("says what it did not look at when no storage is given", async () => {
    const { notChecked } = await verify(undefined);
    assert.ok(notChecked.some((what) => /stored objects .* no storage of the target is given/.test(what)));
  });

  it("finds rows without bytes: a restored database alone is not a restored project", async () => {
    const { counts, found } = await check({ kind: "endpoint", source });
    assert.equal(counts.missing, BODIES.size);
    assert.ok(found.includes(`missing ${SECOND}`));
  });

  it("proves every byte after the upload, whatever versions and times the upload wrote", async () => {
    for (const [name, body] of BODIES) await put(target.s3, PHOTOS, name, body);
    const { counts, found } = await check({ kind: "endpoint", source });
    const bytes = [...BODIES.values()].reduce((sum, body) => sum + Buffer.byteLength(body), 0);
    const all = { references: BODIES.size, read: BODIES.size, bytes, sizeOnly: 0 };
    assert.deepEqual([counts, found], [{ ...all, missing: 0, orphan: 0, changed: 0 }, []]);
    const proof = await verify({ kind: "endpoint", source });
    assert.deepEqual([proof.verdict, failures(proof)], ["PASS", []]);
    // Without the storage the rows that the upload wrote are another content than the point's.
    const alone = await verify(undefined);
    assert.deepEqual(
      failures(alone).map(({ name }) => name),
      ["table storage.objects"],
    );
  });

  it("names an object with other bytes of the same size, with more bytes, without row, and without bytes", async () => {
    await put(target.s3, PHOTOS, FIRST, "bytes 0f 0");
    await put(target.s3, PHOTOS, SECOND, "bytes of 1 and more");
    await put(target.s3, PHOTOS, "stranger", "not of the point");
    await target.s3.send(new DeleteObjectCommand({ Bucket: PHOTOS, Key: THIRD }));
    target.fault = ({ method, key }) =>
      method === "GET" && key === LARGE ? { kind: "status", status: 404, code: "NoSuchKey" } : undefined;
    const { counts, found } = await check({ kind: "endpoint", source });
    assert.deepEqual(
      found,
      [
        `changed ${FIRST}`,
        `changed ${SECOND}`,
        `missing ${THIRD}`,
        `missing ${LARGE}`,
        "orphan stranger",
      ].sort(),
    );
    assert.deepEqual([counts.missing, counts.orphan, counts.changed], [2, 1, 2]);
    const proof = await verify({ kind: "endpoint", source });
    assert.equal(proof.verdict, "FAIL");
    for (const name of [FIRST, THIRD, "stranger"])
      assert.ok(
        failures(proof).some((one) => one.name === `object ${PHOTOS}/${name}`),
        name,
      );
    for (const name of [FIRST, SECOND, THIRD]) await put(target.s3, PHOTOS, name, BODIES.get(name) ?? "");
    await target.s3.send(new DeleteObjectCommand({ Bucket: PHOTOS, Key: "stranger" }));
  });

  it("reads an object again whose connection broke, and gives up on a storage that stays away", async () => {
    let cut = 0;
    target.fault = ({ method, key }) =>
      method === "GET" && key === LARGE && cut++ === 0
        ? { kind: "truncate", afterBytes: 1_000_000 }
        : undefined;
    assert.deepEqual((await check({ kind: "endpoint", source })).found, []);
    assert.equal(cut, 2);
    target.fault = ({ method, key }) =>
      method === "GET" && key === LARGE ? { kind: "status", status: 503 } : undefined;
    await failsWith("STORAGE_UNAVAILABLE", check({ kind: "endpoint", source }));
  });

  it("takes a plain bucket under another name, with what is in it and belongs to nobody", async () => {
    const aws = await getAws();
    const bucket = await createBucket();
    const s3 = testS3(aws);
    for (const [name, body] of BODIES) await put(s3, bucket, name, body);
    await put(s3, bucket, "litter", "x");
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: SECOND }));
    const { accessKeyId, secretAccessKey, region, endpoint } = aws;
    const plain = new StorageSource({ endpoint, region, accessKeyId, secretAccessKey });
    try {
      const { found } = await check({ kind: "endpoint", source: plain, bucket });
      assert.deepEqual(found, [`missing ${SECOND}`, "orphan litter"]);
      await failsWith("STORAGE_BUCKET_UNKNOWN", check({ kind: "endpoint", source: plain }));
    } finally {
      plain.close();
      s3.destroy();
    }
  });
});
