import assert from "node:assert/strict";
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { StorageSource } from "../../jobs/storage/storage-source.ts";
import { storageSync } from "../../jobs/storage-sync.ts";
import { parseDatabaseUrl } from "../../postgres/database-url.ts";
import { orderPhotoName, putOrderPhotos } from "../../sandbox/seed/ordak/order-photos.ts";
import { mirrorKey } from "../../vault/mirror/mirror-layout.ts";
import { readIndex } from "../../vault/mirror/read-index.ts";
import { openVault } from "../../vault/open-vault.ts";
import type { Vault } from "../../vault/vault.ts";
import { createJobBench } from "../support/jobs.ts";
import { PLANNED_PROJECT, PROJECT_VARIABLE, writePlanFile } from "../support/plan-file.ts";
import { assertRefused } from "../support/refusals.ts";
import { runScript, type ScriptName, type ScriptRun } from "../support/run-script.ts";
import { PHOTOS } from "../support/storage-bench.ts";
import { getSupabase, type TestSupabase } from "../support/supabase.ts";
import { createVaultPlan } from "../support/vaults.ts";
import { collect } from "../vault/mirror/test-mirror.ts";

const KEYS = {
  accessKeyId: { env: "STORAGE_ACCESS_KEY_ID" },
  secretAccessKey: { env: "STORAGE_SECRET_ACCESS_KEY" },
};

describe("the commands about stored objects, on a project with a cluster and Storage", function () {
  this.timeout(60_000);
  let supabase: TestSupabase;
  let ref: string;
  let url: string;
  let vault: Vault;
  let s3: S3Client;
  let plan: string;
  let variables: Record<string, string>;

  const planFile = async (project: Record<string, unknown>) => {
    const { vault: settings } = await createVaultPlan({ lockMode: "governance" });
    return { settings, file: await writePlanFile(settings, { project }) };
  };
  before(async () => {
    supabase = await getSupabase();
    ref = await supabase.add({ database: "cluster" });
    url = supabase.cluster(ref)?.url() ?? "";
    const { endpoint, region, accessKeyId, secretAccessKey } = supabase.storage(ref);
    s3 = new S3Client({
      endpoint,
      region,
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey },
    });
    await s3.send(new CreateBucketCommand({ Bucket: PHOTOS }));
    await putOrderPhotos(s3, { count: 5, largeFiles: 1 });
    const storage = [{ bucket: PHOTOS }];
    const { settings, file } = await planFile({ kind: "supabase", ref, storage, storageAccess: KEYS });
    plan = file;
    vault = await openVault(settings, { clock: () => new Date(), purpose: "write" });
    variables = { [PROJECT_VARIABLE]: url, OBJECTS_ID: accessKeyId, OBJECTS_SECRET: secretAccessKey };
  });
  after(() => {
    s3?.destroy();
    vault?.close();
  });

  const run = (name: ScriptName, ...args: string[]): Promise<ScriptRun> =>
    runScript(name, ["--plan", plan, ...args], variables);
  const ended = async (expected: number, name: ScriptName, ...args: string[]) => {
    const { exitCode, stdout, stderr } = await run(name, ...args);
    assert.equal(exitCode, expected, stdout + stderr);
    return args.includes("--json") ? JSON.parse(stdout) : stdout;
  };
  const sync = async () => {
    const source = new StorageSource(supabase.storage(ref));
    try {
      const place = { vault, project: PLANNED_PROJECT, bucket: PHOTOS };
      await storageSync({
        ...place,
        address: parseDatabaseUrl(url),
        source,
        workers: 4,
        progress: () => undefined,
      });
    } finally {
      source.close();
    }
  };

  it("a backup lists the objects, and points --missing those that are not mirrored, until they are", async () => {
    const taken = await ended(0, "backup", "--json");
    assert.deepEqual(taken.storedObjects, [{ bucket: PHOTOS, objects: 6 }]);
    const words = await ended(3, "points", "--missing", "latest");
    assert.match(
      words,
      /^order_photos: 6 of 6 objects of nightly_\d+_\d+ are not in the mirror, .* never synced/m,
    );
    assert.ok(words.includes(`missing-in-mirror ${JSON.stringify(orderPhotoName(0))} version `), words);
    assert.match(words, /npm run sync/);
    await sync();
    const { buckets, point } = await ended(0, "points", "--missing", taken.point, "--json");
    assert.deepEqual(
      [point, buckets[0].objects, buckets[0].missing, buckets[0].names],
      [taken.point, 6, 0, []],
    );
    assert.match(await ended(0, "points", "--missing", "latest"), /all 6 objects of .* are in the mirror/);
  });

  it("verify --storage reads the mirror back, and ends with 3 naming what it cannot", async () => {
    const proof = await ended(0, "verify", "--storage", "--all", "--json");
    assert.deepEqual(
      [proof.verdict, proof.buckets[0].copies.read, proof.buckets[0].copies.bad],
      ["PASS", 6, 0],
    );
    const name = orderPhotoName(2);
    const entries = await collect(
      (await readIndex({ vault, project: PLANNED_PROJECT, bucket: PHOTOS })).entries(),
    );
    const VersionId = entries.find((entry) => entry.name === name)?.versions[0].mirrorVersionId;
    const Key = mirrorKey(PLANNED_PROJECT, PHOTOS, name);
    await vault.s3.send(
      new DeleteObjectCommand({ Bucket: vault.bucket, Key, VersionId, BypassGovernanceRetention: true }),
    );
    const words = await ended(3, "verify", "--storage", "--all");
    assert.match(words, /^FAIL: /m);
    assert.ok(words.includes(`FAIL copy of ${PHOTOS}/${name}: `), words);
  });

  it("verify proves a database with its storage, and ends with 3 when an object is another", async () => {
    const target = ["--target-env", PROJECT_VARIABLE, "--target-storage", supabase.storage(ref).endpoint];
    const keys = ["--target-storage-keys", "OBJECTS_ID,OBJECTS_SECRET"];
    const region = ["--target-storage-region", supabase.storage(ref).region];
    const proof = await ended(0, "verify", ...target, ...keys, ...region, "--no-tag", "--json");
    assert.equal(proof.verdict, "PASS");
    const objects = proof.checks.find(
      (check: { name: string }) => check.name === `stored objects of ${PHOTOS}`,
    );
    assert.match(objects.detail, /^6 referred to, 6 read back/);
    await s3.send(new PutObjectCommand({ Bucket: PHOTOS, Key: orderPhotoName(1), Body: "another photo" }));
    const words = await ended(3, "verify", ...target, ...keys, ...region, "--no-tag");
    assert.ok(words.includes(`FAIL object ${PHOTOS}/${orderPhotoName(1)}: changed`), words);
  });

  it("refuses what asks for two proofs, for half of one, or for objects that no plan or point names", async () => {
    const usage = (...args: string[]) =>
      assertRefused("verify", ["--plan", plan, ...args], { code: "USAGE", exitCode: 2, variables });
    await usage("--storage", "--target-env", PROJECT_VARIABLE);
    await usage("--target-storage", "mirror");
    await usage("--target-env", PROJECT_VARIABLE, "--target-storage", "no url");
    const bench = await createJobBench();
    const plain = await writePlanFile(bench.settings);
    await assertRefused("verify", ["--plan", plain, "--storage"], {
      code: "PLAN_WITHOUT_STORAGE",
      exitCode: 2,
    });
    await bench.backup(url);
    const missing = { code: "POINT_WITHOUT_INVENTORY", exitCode: 2, words: true } as const;
    await assertRefused("points", ["--plan", plain, "--missing", "latest"], missing);
    const storage = [{ bucket: PHOTOS }, { bucket: "order_fotos" }];
    const { file } = await planFile({ kind: "supabase", ref, storage, storageAccess: KEYS });
    const refusal = { code: "STORAGE_BUCKET_UNKNOWN", exitCode: 2, variables } as const;
    const { message } = await assertRefused("backup", ["--plan", file], refusal);
    assert.match(message, /no bucket order_fotos; it has order_photos/);
  });
});
