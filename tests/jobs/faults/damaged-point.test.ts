import assert from "node:assert/strict";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { chunkKey, manifestKey } from "../../../vault/layout.ts";
import type { Manifest } from "../../../vault/manifest.ts";
import { openVault } from "../../../vault/open-vault.ts";
import { readManifest } from "../../../vault/read-manifest.ts";
import type { Vault } from "../../../vault/vault.ts";
import { createDatabase, query } from "../../support/databases.ts";
import { createJobBench, type JobBench } from "../../support/jobs.ts";
import { assertRestores, failsWith } from "../../support/point-facts.ts";
import { createShop } from "../../support/shop.ts";
import { createBucket } from "../../support/vaults.ts";

/** Everything that anybody could have made in a database. */
const OBJECTS = `SELECT (SELECT count(*)::int FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname !~ '^(pg_|information_schema)') AS relations,
  (SELECT count(*)::int FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema)') AS schemas,
  (SELECT count(*)::int FROM pg_proc WHERE oid >= 16384) AS functions, (SELECT count(*)::int FROM pg_largeobject_metadata) AS objects`;

async function getBytes(vault: Vault, key: string): Promise<Buffer> {
  const { Body } = await vault.s3.send(new GetObjectCommand({ Bucket: vault.bucket, Key: key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

async function putBytes(vault: Vault, key: string, bytes: Uint8Array | string): Promise<void> {
  await vault.s3.send(new PutObjectCommand({ Bucket: vault.bucket, Key: key, Body: bytes }));
}

describe("a damaged point", () => {
  let bench: JobBench;
  let older: Manifest;
  let point: Manifest;
  let target: string;
  before(async () => {
    bench = await createJobBench();
    const source = await createShop();
    older = (await bench.backup(source)).manifest;
    await query(
      source,
      "UPDATE orders SET note = 'later' WHERE id < 100",
      "UPDATE customers SET email = 'x' || email",
    );
    point = (await bench.backup(source)).manifest;
    target = await createDatabase();
  });

  const keyOf = (path: string, { project, tier, id }: Manifest = point) => chunkKey(project, tier, id, path);
  const restore = async () =>
    await bench.restore(await readManifest(bench.vault, point), target, { workers: 4 });

  /** Does harm to objects, expects the restore to refuse before it makes anything, and undoes the harm. */
  async function isRefused(
    harm: { readonly keys: readonly string[]; readonly code: string; readonly names?: readonly string[] },
    work: (vault: Vault, ...bytes: Buffer[]) => Promise<void>,
  ): Promise<void> {
    const { vault } = bench;
    const before = await Promise.all(harm.keys.map((key) => getBytes(vault, key)));
    try {
      await work(vault, ...before);
      const error = await failsWith(harm.code, restore());
      for (const name of harm.names ?? [])
        assert.ok(error.message.includes(name), `${error.message}: ${name}`);
      assert.deepEqual(await query(target, OBJECTS), [
        { relations: 0, schemas: 1, functions: 0, objects: 0 },
      ]);
    } finally {
      for (const [index, key] of harm.keys.entries())
        await putBytes(vault, key, before[index] ?? Buffer.alloc(0));
    }
  }

  it("with one bit flipped, in any chunk, is refused before anything is made in the target", async () => {
    for (const [index, { path }] of point.chunks.entries()) {
      const key = keyOf(path);
      await isRefused(
        { keys: [key], code: "CHUNK_DAMAGED", names: [path] },
        async (vault, bytes = Buffer.alloc(0)) => {
          // In the first, the last and some byte in between, chunk by chunk.
          const at = [0, bytes.length - 1, Math.floor(bytes.length / (index + 1))][index % 3] ?? 0;
          const harmed = Buffer.from(bytes);
          harmed[at] = (harmed[at] ?? 0) ^ (1 << (index % 8));
          await putBytes(vault, key, harmed);
        },
      );
    }
  });

  it("with chunks swapped, truncated, extended, missing or from an older point is refused by name", async () => {
    const [one, other] = point.chunks.filter(({ kind }) => kind === "data").map(({ path }) => path);
    assert.ok(one && other);
    const keys = [keyOf(one), keyOf(other)];
    await isRefused({ keys, code: "CHUNK_DAMAGED", names: [one, other] }, async (vault, first, second) => {
      await putBytes(vault, keyOf(one), second ?? "");
      await putBytes(vault, keyOf(other), first ?? "");
    });
    const only = { keys: [keyOf(one)], code: "CHUNK_DAMAGED", names: [one] };
    await isRefused(only, (vault, bytes) => putBytes(vault, keyOf(one), bytes?.subarray(0, -1) ?? ""));
    await isRefused(only, (vault) => putBytes(vault, keyOf(one), Buffer.alloc(0)));
    await isRefused(only, (vault, bytes) =>
      putBytes(vault, keyOf(one), Buffer.concat([bytes ?? Buffer.alloc(0), Buffer.from([0])])),
    );
    await isRefused(only, async (vault) => {
      await putBytes(vault, keyOf(one), await getBytes(vault, keyOf(one, older)));
    });
    await isRefused({ ...only, code: "CHUNK_MISSING" }, async (vault) => {
      await vault.s3.send(new DeleteObjectCommand({ Bucket: vault.bucket, Key: keyOf(one) }));
    });
  });

  it("with a doctored manifest is refused", async () => {
    const key = manifestKey(point.project, point.tier, point.id);
    const olderKey = manifestKey(older.project, older.tier, older.id);
    const edits: readonly (readonly [string, (manifest: Manifest) => object])[] = [
      ["MANIFEST_DOCTORED", (manifest) => ({ ...manifest, retainUntil: "2020-01-01T00:00:00.000Z" })],
      ["MANIFEST_DOCTORED", (manifest) => ({ ...manifest, chunks: manifest.chunks.slice(1) })],
      [
        "MANIFEST_DOCTORED",
        (manifest) => ({ ...manifest, tables: manifest.tables.map((table) => ({ ...table, rows: 0 })) }),
      ],
      ["MANIFEST_DOCTORED", (manifest) => ({ ...manifest, seal: older.seal })],
      ["MANIFEST_DOCTORED", (manifest) => ({ ...manifest, seal: "AAAA" })],
      ["MANIFEST_DOCTORED", (manifest) => ({ ...manifest, addedLater: true })],
      ["MANIFEST_DOCTORED", (manifest) => ({ ...manifest, id: older.id })],
      ["MANIFEST_TOO_NEW", (manifest) => ({ ...manifest, version: manifest.version + 1 })],
      ["MANIFEST_DAMAGED", ({ seal, ...rest }) => (seal === "" ? {} : rest)],
    ];
    for (const [code, edit] of edits) {
      await isRefused({ keys: [key], code }, async (vault, bytes) => {
        const manifest = JSON.parse(bytes?.toString("utf8") ?? "") as Manifest;
        await putBytes(vault, key, JSON.stringify(edit(manifest)));
      });
    }
    await isRefused({ keys: [key], code: "MANIFEST_DOCTORED" }, async (vault) => {
      await putBytes(vault, key, await getBytes(vault, olderKey));
    });
    await isRefused({ keys: [key], code: "MANIFEST_DAMAGED" }, async (vault, bytes) => {
      await putBytes(vault, key, bytes?.subarray(0, bytes.length / 2) ?? "");
    });
  });

  it("restores once it is whole again", async () => {
    await assertRestores(bench, await readManifest(bench.vault, point), { target });
  });

  it("in a bucket with versions restores from the versions that its manifest names", async () => {
    const bucket = await createBucket({ versioning: true });
    const vault = await openVault(
      { ...bench.settings, bucket },
      { clock: () => new Date(), purpose: "write" },
    );
    const source = await createShop();
    const { manifest } = await bench.backup(source, { vault });
    const [one, other, third] = manifest.chunks.map(({ path }) => keyOf(path, manifest));
    assert.ok(one && other && third);
    await putBytes(vault, one, "encrypted by somebody else");
    await vault.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: other }));
    await vault.s3.send(
      new CopyObjectCommand({
        Bucket: bucket,
        Key: third,
        CopySource: `${bucket}/${manifestKey(manifest.project, manifest.tier, manifest.id)}`,
      }),
    );
    // The test's store finds no tags of a version below a delete marker.
    await assertRestores(bench, manifest, { vault, tag: false });
    vault.close();
  });
});
