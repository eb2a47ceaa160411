import assert from "node:assert/strict";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { readInventory } from "../../../jobs/storage/read-inventory.ts";
import { verifyVault } from "../../../jobs/verify-vault.ts";
import { chunkKey } from "../../../vault/layout.ts";
import { type Manifest, parseManifest } from "../../../vault/manifest.ts";
import { compareNames } from "../../../vault/mirror/compare-names.ts";
import { readManifest } from "../../../vault/read-manifest.ts";
import { failures } from "../../support/jobs.ts";
import { failsWith, storedFolders } from "../../support/point-facts.ts";
import {
  createStorageBench,
  PHOTOS,
  type StorageBench,
  storageProject,
} from "../../support/storage-bench.ts";
import { collect } from "../../vault/mirror/test-mirror.ts";

const HOSTILE = [
  "a",
  "a/b",
  " with space ",
  "100%25",
  "tab\tnew\nline",
  'quote"\\n',
  "\u{1f600}.jpg",
  "\uffe0",
  "é",
];

describe("the storage inventory of a recovery point", function () {
  this.timeout(60_000);
  let bench: StorageBench;
  const rows = (manifest: Manifest, bucket = PHOTOS) => collect(readInventory(bench.vault, manifest, bucket));
  /** A row as another writer of the catalog may leave it. */
  const insert = (
    name: string,
    version: string | null,
    metadata: object | null,
    user: object | null = null,
  ) =>
    bench.storage.rows(
      `INSERT INTO storage.objects (bucket_id, name, version, metadata, user_metadata, updated_at)
       VALUES ($1, $2, $3, $4, $5, '2026-01-31T02:00:00.123Z')`,
      ...[PHOTOS, name, version, metadata, user],
    );

  before(async () => {
    bench = await createStorageBench();
    for (const [at, name] of HOSTILE.entries())
      await insert(name, `v${at}`, {
        size: at,
        eTag: `"e${at}"`,
        mimetype: "image/jpeg",
        cacheControl: "no-cache",
      });
    await insert("bare", null, null);
    await insert("described", "v", { size: 7, eTag: '"e"' }, { order: "1007", count: 3 });
  });
  after(() => bench?.close());

  it("names exactly the versions of the snapshot, sorted by the bytes of their names", async () => {
    const { manifest } = await bench.backup(bench.url);
    const listed = await rows(manifest);
    const names = [...HOSTILE, "bare", "described"].sort(compareNames);
    assert.deepEqual(
      listed.map(({ name }) => name),
      names,
    );
    const of = (name: string) => listed.find((row) => row.name === name);
    const updatedAt = "2026-01-31T02:00:00.123Z";
    assert.deepEqual(of("a/b"), {
      ...{ name: "a/b", version: "v1", size: 1, eTag: "e1", updatedAt },
      ...{ contentType: "image/jpeg", cacheControl: "no-cache" },
    });
    assert.deepEqual(of("bare"), { name: "bare", version: "", eTag: "", updatedAt });
    assert.deepEqual(of("described")?.metadata, { order: "1007", count: "3" });
    const bytes = HOSTILE.reduce((sum, _, at) => sum + at, 7);
    const [entry] = manifest.storage ?? [];
    assert.deepEqual([entry?.objects, entry?.bytes], [names.length, bytes]);
    const chunk = manifest.chunks.find(({ path }) => path === entry?.chunk);
    assert.deepEqual(
      [chunk?.kind, chunk?.rows, chunk?.hash],
      ["storage-inventory", names.length, entry?.hash],
    );
    // Sealed and read like every other part of the point.
    assert.deepEqual(await readManifest(bench.vault, manifest), manifest);
    const checks = await verifyVault({ ...bench, manifest, workers: 2, progress: () => undefined });
    assert.deepEqual(failures({ checks }), []);
  });

  it("is of the same moment as the rows: what is committed during the dump is in neither", async () => {
    let late: Promise<unknown> | undefined;
    let asked = 0;
    const clock = () => {
      // Asked for the third time when the first chunk is stored: the snapshot stands, the inventory is not yet read.
      asked += 1;
      if (asked > 2) late ??= insert("late", "v1", { size: 1, eTag: '"x"' });
      return new Date();
    };
    const { manifest } = await bench.backup(bench.url, { vault: { ...bench.vault, clock } });
    await late;
    const [found] = await bench.storage.rows("SELECT count(*)::int AS n FROM storage.objects");
    assert.equal(found?.n, HOSTILE.length + 3);
    const dumped = manifest.tables.find((table) => table.schema === "storage" && table.name === "objects");
    assert.equal(dumped?.rows, manifest.storage?.[0]?.objects);
    assert.equal((await rows(manifest)).length, HOSTILE.length + 2);
    await bench.storage.rows("DELETE FROM storage.objects WHERE name = 'late'");
  });

  it("holds how each bucket is set, and the policies that concern it", async () => {
    await bench.storage.rows(
      `INSERT INTO storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
       VALUES ('with space & more', 'with space & more', true, 5000000, '{image/png,image/jpeg}')`,
    );
    for (const sql of [
      "CREATE POLICY of_photos ON storage.objects FOR SELECT TO authenticated USING (bucket_id = 'order_photos')",
      "CREATE POLICY of_space ON storage.objects FOR INSERT TO anon WITH CHECK (bucket_id = 'with space & more')",
      "CREATE POLICY of_all ON storage.objects FOR DELETE TO authenticated USING (owner = auth.uid())",
    ])
      await bench.storage.rows(sql);
    const storage = [{ bucket: "with space & more" }, { bucket: PHOTOS }];
    const project = storageProject(storage);
    const { manifest } = await bench.backup(bench.url, { project });
    const [space, photos] = manifest.storage ?? [];
    assert.deepEqual(
      [space?.public, space?.fileSizeLimit, space?.allowedMimeTypes, space?.objects, space?.bytes],
      [true, 5_000_000, ["image/png", "image/jpeg"], 0, 0],
    );
    assert.deepEqual(
      [photos?.public, photos?.fileSizeLimit, photos?.allowedMimeTypes],
      [false, undefined, undefined],
    );
    const names = (policies: readonly string[] = []) => policies.map((sql) => sql.split(" ")[2]);
    assert.deepEqual(
      [names(space?.policies), names(photos?.policies)],
      [
        ["of_all", "of_space"],
        ["of_all", "of_photos"],
      ],
    );
    assert.equal(
      photos?.policies[1],
      "CREATE POLICY of_photos ON storage.objects FOR SELECT TO authenticated USING ((bucket_id = 'order_photos'::text));",
    );
    assert.deepEqual(await rows(manifest, "with space & more"), []);
    const refusal = await failsWith("POINT_WITHOUT_BUCKET", rows(manifest, "elsewhere"));
    assert.match(refusal.message, /with space & more, order_photos/);
  });

  it("refuses a bucket that is not there before anything is dumped, and names those that are", async () => {
    const before = await storedFolders(bench.vault, "shop");
    const project = storageProject([{ bucket: PHOTOS }, { bucket: "order_fotos" }]);
    const refusal = await failsWith("STORAGE_BUCKET_UNKNOWN", bench.backup(bench.url, { project }));
    assert.deepEqual(
      [refusal.exitCode, /no bucket order_fotos; it has order_photos/.test(refusal.message)],
      [2, true],
    );
    assert.deepEqual(await storedFolders(bench.vault, "shop"), before);
  });

  it("is of data, and of Supabase: a point of definitions and a plain database have none", async () => {
    const storage = [{ bucket: PHOTOS }];
    await bench.storage.rows("CREATE TABLE public.notes (note text)");
    const tiers = {
      nightly: {},
      weekly: { scope: "schema" },
      monthly: { scope: { kind: "tables", tables: ["public.notes"] } },
    };
    const selection = await bench.backup(bench.url, {
      project: storageProject(storage, { tiers }),
      tier: "monthly",
    });
    assert.equal((await rows(selection.manifest)).length, HOSTILE.length + 2);
    const definitions = await bench.backup(bench.url, {
      project: storageProject(storage, { tiers }),
      tier: "weekly",
    });
    assert.equal(definitions.manifest.storage, undefined);
    const refusal = await failsWith("POINT_WITHOUT_INVENTORY", rows(definitions.manifest));
    assert.equal(refusal.exitCode, 2);
    const plain = await bench.backup(bench.url, {
      project: { ...storageProject([{ bucket: "not asked for" }]), kind: "postgres" },
    });
    assert.equal(plain.manifest.storage, undefined);
    assert.equal(
      plain.manifest.chunks.some(({ kind }) => kind === "storage-inventory"),
      false,
    );
    // As an older release wrote it: without the field.
    const { storage: _, ...older } = plain.manifest;
    assert.equal(parseManifest(older, "an older manifest").storage, undefined);
  });

  it("of 10,000 objects is read back row by row, and to the end", async () => {
    await bench.storage.rows(
      `INSERT INTO storage.objects (bucket_id, name, version, metadata)
       SELECT $1, 'many/' || n, 'v' || n, jsonb_build_object('size', n, 'eTag', '"' || md5(n::text) || '"')
         FROM generate_series(1, 10000) AS n`,
      PHOTOS,
    );
    const { manifest } = await bench.backup(bench.url);
    const [entry] = manifest.storage ?? [];
    assert.equal(entry?.objects, 10_000 + HOSTILE.length + 2);
    let many = 0;
    for await (const { name, size } of readInventory(bench.vault, manifest, PHOTOS))
      if (name.startsWith("many/")) many += size ?? 0;
    assert.equal(many, 50_005_000);
    const reader = readInventory(bench.vault, manifest, PHOTOS);
    assert.equal((await reader.next()).value?.name, [...HOSTILE].sort(compareNames)[0]);
    // One who stops early leaves nothing open.
    await reader.return(undefined);
  });

  it("that is damaged, gone or not the manifest's is told so, never taken for a shorter one", async () => {
    const { manifest } = await bench.backup(bench.url);
    const [entry] = manifest.storage ?? [];
    const other = { ...manifest, storage: [{ ...entry, objects: 3 }] } as Manifest;
    await failsWith("CHUNK_DAMAGED", rows(other));
    const elsewhere = { ...manifest, storage: [{ ...entry, chunk: "storage/00001-x.jsonl" }] } as Manifest;
    await failsWith("CHUNK_DAMAGED", rows(elsewhere));
    const unlisted = {
      ...manifest,
      chunks: manifest.chunks.map((one) => ({ ...one, versionId: undefined })),
    } as Manifest;
    const Key = chunkKey(manifest.project, manifest.tier, manifest.id, entry?.chunk ?? "");
    await bench.vault.s3.send(
      new PutObjectCommand({ Bucket: bench.vault.bucket, Key, Body: Buffer.from("x") }),
    );
    await failsWith("CHUNK_DAMAGED", rows(unlisted));
    // The point's own version is untouched below it.
    assert.equal((await rows(manifest)).length, entry?.objects);
    const lost = { ...manifest, id: "nightly_20200101_000000" } as Manifest;
    await failsWith(["CHUNK_MISSING", "STORE_ANSWER"], rows({ ...lost, chunks: unlisted.chunks }));
  });
});
