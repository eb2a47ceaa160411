import assert from "node:assert/strict";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { restoreStorage, type StorageRestoreRequest } from "../../../jobs/restore-storage.ts";
import { spotCheck } from "../../../jobs/storage-restore/spot-check.ts";
import { parseDatabaseUrl } from "../../../postgres/database-url.ts";
import { drawJpeg } from "../../../sandbox/seed/ordak/draw-jpeg.ts";
import { listEvidence } from "../../../vault/evidence/list-evidence.ts";
import type { Manifest } from "../../../vault/manifest.ts";
import type { IndexRow } from "../../../vault/mirror/index-row.ts";
import { mirrorKey } from "../../../vault/mirror/mirror-layout.ts";
import { readIndex } from "../../../vault/mirror/read-index.ts";
import { createRunId } from "../../../vault/mirror/run-id.ts";
import { writeRunRecord } from "../../../vault/mirror/write-run-record.ts";
import { writeSegment } from "../../../vault/mirror/write-segment.ts";
import { SERVICE_KEY, startStorage, type TestStorage } from "../../sandbox/supabase/storage/start-storage.ts";
import { writePlanFile } from "../../support/plan-file.ts";
import { failsWith } from "../../support/point-facts.ts";
import { startScript } from "../../support/run-script.ts";
import { getAws } from "../../support/servers.ts";
import {
  createStorageBench,
  PHOTOS,
  type StorageBench,
  storageProject,
} from "../../support/storage-bench.ts";
import { createBucket, testS3 } from "../../support/vaults.ts";
import { collect } from "../../vault/mirror/test-mirror.ts";

const LARGE = "large/9 MiB.bin";
const OWNED = "owned/photo.jpg";
const LOST = "lost.jpg";
const KEYS = { accessKeyId: "storage-key", secretAccessKey: "storage-secret" };
const OWNER = "00000000-0000-4000-8000-000000000001";
const MEDIA = { ContentType: "image/jpeg", CacheControl: "max-age=3600", Metadata: { order: "1007" } };

describe("restoreStorage", function () {
  this.timeout(120_000);
  let bench: StorageBench;
  let manifest: Manifest;
  const bodies = new Map<string, Buffer>();
  const opened: TestStorage[] = [];

  before(async () => {
    bench = await createStorageBench(storageProject());
    for (let at = 0; at < 8; at++) bodies.set(`b/${at}/p ${at}.jpg`, Buffer.from(`bytes of ${at}`));
    bodies.set("zero", Buffer.alloc(0)).set(LARGE, Buffer.alloc(9 * 1024 * 1024, "holdfast"));
    bodies.set(OWNED, Buffer.concat([...drawJpeg({ width: 64, height: 48, seed: 1 })]));
    for (const [Key, Body] of bodies)
      await bench.storage.s3.send(new PutObjectCommand({ Bucket: PHOTOS, Key, Body, ...MEDIA }));
    await bench.storage.rows(
      "UPDATE storage.objects SET owner = $1::text::uuid, owner_id = $1::text, created_at = '2026-01-01T00:00:00Z'",
      OWNER,
    );
    await bench.storage.rows(
      'UPDATE storage.objects SET user_metadata = \'{"größe": {"cm": 7}}\' WHERE name = $1',
      OWNED,
    );
    await bench.storage.rows(
      "UPDATE storage.buckets SET public = true, file_size_limit = 20000000, allowed_mime_types = '{image/*,application/*}'",
    );
    await bench.storage.rows(
      "CREATE POLICY own ON storage.objects FOR SELECT TO authenticated USING (bucket_id = 'order_photos')",
    );
    await bench.sync();
    manifest = (await bench.backup(bench.url)).manifest;
    // After the point: what is restored is the point's, not today's.
    await bench.put("b/0/p 0.jpg", "replaced after the point");
    await bench.remove("b/1/p 1.jpg");
    await bench.sync();
  });
  afterEach(async () => {
    for (const storage of opened.splice(0)) await storage.close();
  });
  after(() => bench?.close());

  /** A fresh project, its database restored unless said otherwise. */
  const project = async (isRestored = true) => {
    const storage = await startStorage();
    opened.push(storage);
    const url = storage.pool.options.connectionString ?? "";
    if (isRestored) await bench.restore(manifest, url);
    return { storage, url };
  };
  /** The service empties the owner of a row when an S3 key replaces its object; the simulator does not. */
  const emptyOwners = async ({ rows }: TestStorage) => {
    await rows(`CREATE FUNCTION public.empty_owner() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN NEW.owner := NULL; NEW.owner_id := NULL; RETURN NEW; END $$`);
    await rows(`CREATE TRIGGER empty_owner BEFORE UPDATE ON storage.objects FOR EACH ROW
      WHEN (NEW.version IS DISTINCT FROM OLD.version) EXECUTE FUNCTION public.empty_owner()`);
    return () => rows("DROP FUNCTION public.empty_owner() CASCADE");
  };
  const into = (storage: TestStorage, overrides: Partial<StorageRestoreRequest> = {}) => {
    const database = parseDatabaseUrl(storage.pool.options.connectionString ?? "");
    const target = { endpoint: storage.endpoint, region: "eu-west-2", ...KEYS, bucket: PHOTOS, database };
    return restoreStorage({
      ...{ vault: bench.vault, manifest, bucket: PHOTOS, target, sources: [bench.storage.endpoint] },
      ...{ confirm: new URL(storage.endpoint).host, workers: 4, progress: () => undefined },
      ...overrides,
    });
  };
  const plainTarget = async (bucket: string) => {
    const { accessKeyId, secretAccessKey, region, endpoint } = await getAws();
    return { endpoint, region, accessKeyId, secretAccessKey, bucket };
  };
  const bytesOf = async (storage: Pick<TestStorage, "s3">, Key: string, Bucket = PHOTOS) => {
    const { Body } = await storage.s3.send(new GetObjectCommand({ Bucket, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  };
  const total = () => [...bodies.values()].reduce((sum, body) => sum + body.length, 0);

  it("restores the point's versions after its database, with owners, times, headers, settings and policies", async () => {
    const { storage, url } = await project();
    const before = await storage.rows("SELECT id, name, version FROM storage.objects ORDER BY name");
    const fillOwners = await emptyOwners(storage);
    const result = await into(storage);
    await fillOwners();
    assert.deepEqual(
      [result.verdict, result.findings, result.policies, result.resumed],
      ["PASS", [], [], false],
    );
    const none = { alreadyThere: 0, missing: 0, orphan: 0, changed: 0 };
    assert.deepEqual(result.counts, { restored: bodies.size, bytes: total(), ...none });
    for (const [name, body] of bodies) assert.ok(body.equals(await bytesOf(storage, name)), name);
    const after = await storage.rows("SELECT id, name, version FROM storage.objects ORDER BY name");
    assert.deepEqual(
      after.map(({ id, name }) => [id, name]),
      before.map(({ id, name }) => [id, name]),
    );
    assert.ok(after.every(({ version }, at) => version !== before[at]?.version));
    const [owned] = await storage.rows(
      "SELECT owner::text, owner_id, to_char(created_at AT TIME ZONE 'UTC', 'YYYY') AS year, user_metadata, metadata->>'cacheControl' AS cache, metadata->>'mimetype' AS type FROM storage.objects WHERE name = $1",
      OWNED,
    );
    assert.deepEqual(owned, {
      ...{ owner: OWNER, owner_id: OWNER, year: "2026", user_metadata: { größe: { cm: 7 } } },
      ...{ cache: "max-age=3600", type: "image/jpeg" },
    });
    assert.equal(
      (await storage.rows("SELECT FROM pg_namespace WHERE nspname = 'holdfast_restore'")).length,
      0,
    );
    const records = (await listEvidence(bench.vault)) as { kind: string; body: Record<string, unknown> }[];
    const [record, ...others] = records.filter(({ kind }) => kind === "storage-restore");
    assert.deepEqual(others, []);
    const told = [record?.body.verdict, record?.body.point, record?.body.bucket, record?.body.counts];
    assert.deepEqual(told, ["PASS", manifest.id, PHOTOS, result.counts]);
    const proof = await bench.verify(manifest, url, { tag: false });
    const failed = proof.checks.filter(({ verdict }) => verdict !== "PASS").map(({ name }) => name);
    // The versions are the upload's: verify --target-storage knows, the rows alone do not.
    assert.deepEqual(failed, ["table storage.objects"]);
    const again = await into(storage);
    assert.deepEqual(
      [again.verdict, again.resumed, again.counts.restored, again.counts.alreadyThere],
      ["PASS", true, 0, bodies.size],
    );
  });

  it("makes the bucket as it was in a project without it, and says which policies the database would bring", async () => {
    const { storage } = await project(false);
    const dry = await into(storage, { dryRun: true });
    assert.deepEqual([dry.verdict, (await storage.rows("SELECT FROM storage.buckets")).length], ["PASS", 0]);
    const result = await into(storage);
    assert.deepEqual([result.verdict, result.findings, result.policies.length], ["FAIL", [], 1]);
    assert.match(result.policies[0] ?? "", /^missing: CREATE POLICY own /);
    assert.deepEqual(
      await storage.rows(
        "SELECT public, file_size_limit::int AS bytes, allowed_mime_types AS types FROM storage.buckets",
      ),
      [{ public: true, bytes: 20_000_000, types: ["image/*", "application/*"] }],
    );
  });

  it("restores into a plain bucket with types, cache control and metadata", async () => {
    const bucket = await createBucket();
    const s3 = testS3(await getAws());
    const plain = { target: await plainTarget(bucket), confirm: bucket };
    try {
      const result = await into(bench.storage, { ...plain, sources: [] });
      assert.deepEqual([result.verdict, result.counts.restored, result.findings], ["PASS", bodies.size, []]);
      for (const [name, body] of bodies) assert.ok(body.equals(await bytesOf({ s3 }, name, bucket)), name);
      const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: "zero" }));
      assert.deepEqual(
        [head.ContentType, head.CacheControl, head.Metadata],
        ["image/jpeg", "max-age=3600", { order: "1007" }],
      );
      // Same size, other bytes: found by content, never overwritten.
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "b/2/p 2.jpg", Body: "bytes 0f 2" }));
      const changed = await into(bench.storage, { ...plain, sources: [] });
      assert.deepEqual(
        [changed.verdict, changed.findings.map(({ name, problem }) => `${problem} ${name}`)],
        ["FAIL", ["changed b/2/p 2.jpg"]],
      );
      assert.equal((await bytesOf({ s3 }, "b/2/p 2.jpg", bucket)).toString(), "bytes 0f 2");
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "b/2/p 2.jpg", Body: "longer than it was" }));
      const refusal = await failsWith("TARGET_NOT_EMPTY", into(bench.storage, { ...plain, sources: [] }));
      assert.match(refusal.message, /b\/2\/p 2\.jpg \(18 bytes; the point has 10\)/);
    } finally {
      s3.destroy();
    }
  });

  it("refuses a target that is not confirmed, the source, the vault, in use, set otherwise, or not there", async () => {
    const { storage } = await project();
    const refused = (code: string, overrides: Partial<StorageRestoreRequest>, at = storage) =>
      failsWith(code, into(at, overrides));
    assert.equal((await refused("TARGET_NOT_CONFIRMED", { confirm: undefined })).exitCode, 2);
    await refused("TARGET_NOT_CONFIRMED", { confirm: PHOTOS });
    await refused("TARGET_IS_SOURCE", {}, bench.storage);
    // The same database through an endpoint that no plan names.
    await refused("TARGET_IS_SOURCE", { sources: [] }, bench.storage);
    const vaultBucket = await plainTarget(bench.vault.bucket);
    await refused("TARGET_IS_VAULT", { target: vaultBucket, confirm: bench.vault.bucket, sources: [] });
    const absent = {
      target: await plainTarget("not-there-at-all"),
      confirm: "not-there-at-all",
      sources: [],
    };
    const unknown = await refused("STORAGE_BUCKET_UNKNOWN", absent);
    assert.match(unknown.message, /^The target has no bucket/);
    await refused("POINT_WITHOUT_BUCKET", { bucket: "elsewhere" });
    await refused("POINT_WITHOUT_INVENTORY", { manifest: { ...manifest, storage: undefined } as Manifest });
    storage.access = { ...storage.access, s3Protocol: false };
    await refused("STORAGE_PROTOCOL_DISABLED", {});
    storage.access = { ...storage.access, s3Protocol: true, accessKeys: [] };
    await refused("STORAGE_KEYS_REFUSED", {});
    storage.access = { ...storage.access, accessKeys: [KEYS] };
    await storage.rows("UPDATE storage.buckets SET public = false");
    const differs = await refused("TARGET_BUCKET_DIFFERS", {});
    assert.match(differs.message, /private, .*; the point has public/);
    await storage.rows("UPDATE storage.buckets SET public = true");
    await storage.s3.send(
      new PutObjectCommand({ Bucket: PHOTOS, Key: "b/3/p 3.jpg", Body: "bytes of 3", ...MEDIA }),
    );
    assert.match((await refused("TARGET_NOT_EMPTY", {})).message, /b\/3\/p 3\.jpg/);
    assert.equal((await bytesOf(storage, "b/3/p 3.jpg")).toString(), "bytes of 3");
  });

  it("outlasts 503, resets and lost answers; ends when they stay, and goes on afterwards", async () => {
    const { storage } = await project();
    const seen = new Map<string, number>();
    storage.fault = ({ method, key = "" }) => {
      const times = (seen.get(`${method} ${key}`) ?? 0) + 1;
      seen.set(`${method} ${key}`, times);
      if (method !== "PUT" || times > 1) return undefined;
      if (key.startsWith("b/0")) return { kind: "status", status: 503 };
      return key === LARGE ? { kind: "reset" } : { kind: "lost-answer" };
    };
    assert.deepEqual((await into(storage)).verdict, "PASS");
    const { storage: other } = await project();
    other.fault = ({ method, key }) =>
      method === "PUT" && key === OWNED ? { kind: "status", status: 503 } : undefined;
    const target = { attempts: 1, endpoint: other.endpoint, region: "eu-west-2", ...KEYS, bucket: PHOTOS };
    const database = parseDatabaseUrl(other.pool.options.connectionString ?? "");
    await failsWith("STORAGE_UNAVAILABLE", into(other, { target: { ...target, database } }));
    other.fault = undefined;
    const result = await into(other);
    assert.deepEqual([result.verdict, result.resumed], ["PASS", true]);
    assert.equal(result.counts.restored + result.counts.alreadyThere, bodies.size);
    const [owned] = await other.rows("SELECT owner_id FROM storage.objects WHERE name = $1", OWNED);
    assert.equal(owned?.owner_id, OWNER);
  });

  it("restores all else when the mirror lost an object, holds a damaged one, or the target takes no such name", async () => {
    const own = await createStorageBench(storageProject());
    try {
      const sizes = { "damaged.bin": 5_000_000, "fine.jpg": 12, [LOST]: 12, "too large.bin": 2_000_000 };
      for (const [name, size] of Object.entries(sizes)) await own.put(name, Buffer.alloc(size, name));
      await own.sync();
      await own.put("never synced.jpg", "new");
      const taken = (await own.backup(own.url)).manifest;
      const { vault, place } = own;
      const { head, entries } = await readIndex(place);
      assert.ok(head);
      const rows = await collect(entries());
      const copyOf = (name: string) => rows.find((entry) => entry.name === name)?.versions[0] as IndexRow;
      const { mirrorVersionId: VersionId } = copyOf(LOST);
      const lost = { Bucket: vault.bucket, Key: mirrorKey(place.project, PHOTOS, LOST), VersionId };
      await vault.s3.send(new DeleteObjectCommand({ ...lost, BypassGovernanceRetention: true }));
      // The mirror has other bytes than the index tells.
      const run = createRunId(new Date());
      const damaged = { ...copyOf("damaged.bin"), sha256: "0".repeat(64) };
      const segments = [await writeSegment(place, { run, number: 0, rows: [damaged] })];
      await writeRunRecord(place, { ...head, kind: "changes", run, sequence: head.sequence + 1, segments });
      const target = await startStorage();
      opened.push(target);
      await own.restore(taken, target.pool.options.connectionString ?? "");
      target.access = { ...target.access, fileSizeLimitBytes: 1_000_000 };
      const result = await into(target, { vault, manifest: taken, sources: [] });
      assert.deepEqual(
        result.findings.map(({ name, problem }) => `${problem} ${name}`),
        ["damaged.bin", LOST, "never synced.jpg", "too large.bin"].map((name) => `missing ${name}`),
      );
      assert.deepEqual([result.verdict, result.counts.restored], ["FAIL", 1]);
      const reasons = [/damaged in the mirror/, /not in the mirror/, /has nothing of it/, /EntityTooLarge/];
      for (const [at, reason] of reasons.entries()) assert.match(result.findings[at]?.detail ?? "", reason);
      const evidence = JSON.stringify(await listEvidence(vault));
      assert.match(evidence, /"findings":\[\{"object":"#[0-9a-f]{16}","problem":"missing"\}/);
      for (const { name } of result.findings) assert.ok(!evidence.includes(name), name);
      // Not one byte of the damaged one was stored, nor is half of it left.
      const found = await target.rows(
        "SELECT name FROM storage.objects AS o WHERE name = 'damaged.bin' AND version = $1",
        copyOf("damaged.bin").version,
      );
      assert.equal(found.length, 1);
      const { Uploads = [] } = await target.s3.send(new ListMultipartUploadsCommand({ Bucket: PHOTOS }));
      assert.deepEqual(Uploads, []);
      assert.equal((await bytesOf(target, "fine.jpg")).length, 12);
    } finally {
      await own.close();
    }
  });

  it("killed in the middle of a part, goes on where it stopped and leaves nothing unfinished", async () => {
    const { storage, url } = await project();
    await emptyOwners(storage);
    const { endpoint } = bench.storage;
    const storageAccess = { endpoint, accessKeyId: { env: "UNUSED" }, secretAccessKey: { env: "UNUSED" } };
    const plan = await writePlanFile(bench.settings, {
      project: { kind: "supabase", storage: [{ bucket: PHOTOS }], storageAccess },
    });
    const host = new URL(storage.endpoint).host;
    const args = ["--plan", plan, "--target-endpoint", storage.endpoint, "--target-env", "NEW_URL"];
    const start = () =>
      startScript("restore-storage", [...args, "--confirm", host, "--workers", "1", "--json"], {
        ...{ NEW_URL: url, TARGET_STORAGE_ACCESS_KEY_ID: KEYS.accessKeyId },
        TARGET_STORAGE_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
      });
    const reached = Promise.withResolvers<void>();
    storage.fault = ({ method, url: asked, key }) => {
      if (method !== "PUT" || key !== LARGE || !asked.includes("partNumber=2")) return undefined;
      reached.resolve();
      return { kind: "hang" };
    };
    const killed = await start();
    await Promise.race([reached.promise, killed.ended]);
    killed.kill();
    const died = await killed.ended;
    assert.equal(died.signal, "SIGKILL", died.stdout + died.stderr);
    const uploads = async () =>
      (await storage.s3.send(new ListMultipartUploadsCommand({ Bucket: PHOTOS }))).Uploads?.length ?? 0;
    assert.equal(await uploads(), 1);
    storage.fault = undefined;
    const { exitCode, stdout, stderr } = await (await start()).ended;
    assert.equal(exitCode, 0, stdout + stderr);
    const [result] = JSON.parse(stdout).buckets;
    assert.deepEqual([result.verdict, result.resumed], ["PASS", true]);
    assert.ok(result.counts.alreadyThere > 0 && result.counts.restored > 0);
    assert.equal(result.counts.restored + result.counts.alreadyThere, bodies.size);
    assert.equal(await uploads(), 0);
    // Also of what the killed run uploaded.
    const owned = await storage.rows("SELECT FROM storage.objects WHERE owner_id = $1", OWNER);
    assert.equal(owned.length, bodies.size);
  });

  it("spot checks fetch by signed URLs: images with their size, or what is wrong with an object", async () => {
    const { storage } = await project();
    await into(storage);
    const look = (overrides = {}) =>
      spotCheck({
        ...{ vault: bench.vault, manifest, bucket: PHOTOS, api: storage.base, serviceKey: SERVICE_KEY },
        ...overrides,
      });
    const checks = await look();
    const of = (name: string, found = checks) =>
      found.find((check) => check.name === `signed URL of ${PHOTOS}/${name}`);
    assert.equal(checks.length, bodies.size);
    assert.deepEqual([of(OWNED)?.verdict, of(LARGE)?.verdict], ["PASS", "PASS"]);
    assert.match(of(OWNED)?.detail ?? "", /a jpeg of 64 × 48$/);
    assert.equal((await look({ objects: 3 })).length, 3);
    const photo = bodies.get(OWNED) ?? Buffer.alloc(0);
    await storage.s3.send(
      new PutObjectCommand({ Bucket: PHOTOS, Key: OWNED, Body: photo.subarray(0, photo.length - 9) }),
    );
    storage.fault = ({ method, key }) =>
      method === "GET" && key === "b/4/p 4.jpg" ? { kind: "wrong-bytes" } : undefined;
    await storage.s3.send(new DeleteObjectCommand({ Bucket: PHOTOS, Key: "b/5/p 5.jpg" }));
    const spoiled = await look();
    assert.match(of(OWNED, spoiled)?.detail ?? "", new RegExp(`^${photo.length - 9} bytes came`));
    assert.match(of("b/4/p 4.jpg", spoiled)?.detail ?? "", /another content/);
    assert.match(of("b/5/p 5.jpg", spoiled)?.detail ?? "", /signing was answered with status 400/);
    assert.equal(spoiled.filter(({ verdict }) => verdict === "FAIL").length, 3);
    await failsWith("SERVICE_KEY_REFUSED", look({ serviceKey: "of another project" }));
  });
});
