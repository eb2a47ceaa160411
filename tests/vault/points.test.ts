import assert from "node:assert/strict";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from "@aws-sdk/client-s3";
import { checkChunks } from "../../vault/check-chunks.ts";
import { extendLocks } from "../../vault/extend-locks.ts";
import { findPoint } from "../../vault/find-point.ts";
import { chunkKey, manifestKey, type PointReference } from "../../vault/layout.ts";
import { listPoints } from "../../vault/list-points.ts";
import type { Manifest } from "../../vault/manifest.ts";
import { markVerified } from "../../vault/mark-verified.ts";
import { readManifest } from "../../vault/read-manifest.ts";
import type { Vault } from "../../vault/vault.ts";
import { writeManifest } from "../../vault/write-manifest.ts";
import { getChunk, putChunk, putPoint, reference, unsealed } from "./sample-point.ts";
import {
  bytesOf,
  closeAll,
  failsWith,
  openTestVault,
  openThroughProxy,
  reopen,
  type TestVault,
} from "./test-vault.ts";

const keyOf = ({ project, tier, id }: PointReference) => manifestKey(project, tier, id);

/** Writes over an object as somebody with access to the bucket would. */
async function overwrite(vault: Vault, Key: string, Body: string | Uint8Array): Promise<void> {
  await vault.s3.send(new PutObjectCommand({ Bucket: vault.bucket, Key, Body: Buffer.from(Body) }));
}

async function read(vault: Vault, Key: string): Promise<string> {
  const { Body } = await vault.s3.send(new GetObjectCommand({ Bucket: vault.bucket, Key }));
  return (await Body?.transformToString()) ?? "";
}

describe("recovery points", () => {
  let opened: TestVault;
  let vault: Vault;
  let next = 0;
  const freshPoint = (project = "ordak") => {
    next += 1;
    return reference(next, project);
  };
  before(async () => {
    opened = await openTestVault({ lockMode: "compliance" });
    ({ vault } = opened);
  });
  after(closeAll);

  describe("manifest", () => {
    it("comes back as it was written, with any one key", async () => {
      const point = freshPoint();
      const manifest = await putPoint(vault, point);
      assert.deepEqual(await readManifest(vault, point), manifest);
      const { escrowPrivateKeyPem, settings } = opened;
      const escrow = await reopen(
        { ...settings, kmsEndpoint: "http://127.0.0.1:1" },
        { escrowPrivateKeyPem },
      );
      assert.deepEqual(await readManifest(escrow, point), manifest);
    });

    it("is written once", async () => {
      const point = freshPoint();
      await putPoint(vault, point);
      await failsWith("OBJECT_EXISTS", () => writeManifest(vault, unsealed(vault, point, [])));
    });

    it("that is not there is an unknown point", async () => {
      const error = await failsWith("POINT_UNKNOWN", () => readManifest(vault, freshPoint()));
      assert.equal(error.exitCode, 2);
      assert.match(error.hint, /npm run points/);
    });

    it("that was changed in any way is found out", async () => {
      const point = freshPoint();
      const manifest = await putPoint(vault, point);
      const other = await putPoint(vault, freshPoint());
      const key = keyOf(point);
      const changes: Record<string, unknown> = {
        rows: { ...manifest, tables: manifest.tables.map((table) => ({ ...table, rows: table.rows - 1 })) },
        chunks: { ...manifest, chunks: [] },
        retention: { ...manifest, retainUntil: "2020-01-01T00:00:00.000Z" },
        added: { ...manifest, added: true },
        "another's seal": { ...manifest, seal: other.seal },
        "no seal at all": { ...manifest, seal: "AAAA" },
        "another point's": other,
      };
      for (const [name, changed] of Object.entries(changes)) {
        await overwrite(vault, key, JSON.stringify(changed));
        await assert.doesNotReject(
          failsWith("MANIFEST_DOCTORED", () => readManifest(vault, point)),
          name,
        );
      }
      // Order and white space are not content.
      await overwrite(vault, key, JSON.stringify(Object.fromEntries(Object.entries(manifest).reverse())));
      assert.deepEqual(await readManifest(vault, point), manifest);
    });

    it("that is broken or newer says so", async () => {
      const point = freshPoint();
      const manifest = await putPoint(vault, point);
      const wrong = [
        ["{ not json", "MANIFEST_DAMAGED"],
        ["", "MANIFEST_DAMAGED"],
        [JSON.stringify({ ...manifest, format: "x" }), "MANIFEST_DAMAGED"],
        [JSON.stringify({ ...manifest, version: 2 }), "MANIFEST_TOO_NEW"],
      ] as const;
      for (const [text, code] of wrong) {
        await overwrite(vault, keyOf(point), text);
        await failsWith(code, () => readManifest(vault, point));
      }
    });

    it("holds no secret, nor does any other object", async () => {
      const project = "secrets";
      await putPoint(vault, freshPoint(project));
      const { Contents = [] } = await vault.s3.send(
        new ListObjectsV2Command({ Bucket: vault.bucket, Prefix: `${project}/` }),
      );
      assert.equal(Contents.length, 2);
      const secrets = [opened.escrowPrivateKeyPem.split("\n")[3] ?? "?", "AWS_SECRET", "PRIVATE KEY"];
      for (const { Key = "" } of Contents) {
        const text = await read(vault, Key);
        for (const secret of secrets)
          assert.ok(!text.includes(secret), `${Key} holds ${secret.slice(0, 12)}`);
        assert.ok(!text.includes("1\n2\n"));
      }
    });
  });

  describe("listing", () => {
    it("shows points newest first, with size, lock and proof, and no litter", async () => {
      const project = "listing";
      const [old, recent, litter] = [freshPoint(project), freshPoint(project), freshPoint(project)];
      const manifest = await putPoint(vault, old);
      await putPoint(vault, recent);
      await putChunk(vault, litter, "data/a/0", bytesOf(10));
      await overwrite(vault, `${project}/points/nightly/not-an-id/manifest.json`, "{}");
      await markVerified(vault, manifest, new Date("2026-02-01T00:00:00Z"));
      const points = await listPoints(vault, project);
      assert.deepEqual(
        points.map(({ id }) => id),
        [recent.id, old.id],
      );
      const shown = points[1];
      assert.equal(
        shown?.bytes,
        manifest.chunks.reduce((sum, { bytes }) => sum + bytes, 0),
      );
      assert.equal(shown?.createdAt.toISOString(), manifest.createdAt);
      assert.equal(shown?.lockUntil?.toISOString(), manifest.retainUntil);
      assert.equal(shown?.verifiedAt?.toISOString(), "2026-02-01T00:00:00.000Z");
      assert.equal(points[0]?.verifiedAt, undefined);
      assert.deepEqual(await listPoints(vault, project, { tier: "weekly" }), []);
      assert.equal((await listPoints(vault, project, { tier: "nightly" })).length, 2);
      assert.deepEqual(await listPoints(vault, "no-such-project"), []);
    });

    it("goes through every page", async () => {
      const { vault: paged, proxy } = await openThroughProxy(opened.settings);
      const project = "pages";
      for (let count = 0; count < 5; count++) await putPoint(vault, reference(count, project), {});
      paged.s3.middlewareStack.add(
        (send, context) => (args) => {
          if (context.commandName === "ListObjectsV2Command") Object.assign(args.input, { MaxKeys: 2 });
          return send(args);
        },
        { step: "initialize" },
      );
      assert.equal((await listPoints(paged, project, { tier: "nightly" })).length, 5);
      assert.equal(proxy.seen.filter(({ url }) => url.includes("list-type")).length, 3);
    });

    it("finds a point by id, the latest, the latest proved, and says what there is instead", async () => {
      const project = "finding";
      const [first, second] = [freshPoint(project), freshPoint(project)];
      await failsWith("POINT_UNKNOWN", () => findPoint(vault, project, "latest"));
      const manifest = await putPoint(vault, first);
      await putPoint(vault, second);
      assert.equal((await findPoint(vault, project, "latest")).id, second.id);
      assert.equal((await findPoint(vault, project, first.id)).id, first.id);
      const none = await failsWith("POINT_UNKNOWN", () => findPoint(vault, project, "latest-verified"));
      assert.match(none.hint, /npm run verify/);
      await markVerified(vault, manifest);
      assert.equal((await findPoint(vault, project, "latest-verified")).id, first.id);
      await failsWith("POINT_UNKNOWN", () => findPoint(vault, project, "latest", { tier: "weekly" }));
      await failsWith("POINT_UNKNOWN", () => findPoint(vault, project, "nightly_20200101_000000"));
      const error = await failsWith("POINT_ID_INVALID", () => findPoint(vault, project, "yesterday"));
      assert.equal(error.exitCode, 2);
    });
  });

  describe("chunks", () => {
    const CHUNKS = {
      "schema/pre-data": "CREATE TABLE",
      "data/a/0": bytesOf(50_000),
      "data/b/0": bytesOf(50_000, 2),
    };
    let point: PointReference;
    let manifest: Manifest;
    const without = (path: string): Manifest => ({
      ...manifest,
      // As in a bucket that does not pin versions: the newest one counts.
      chunks: manifest.chunks.map((chunk) =>
        chunk.path === path ? { ...chunk, versionId: undefined } : chunk,
      ),
    });
    const keyOfChunk = (path: string) => chunkKey(point.project, point.tier, point.id, path);
    beforeEach(async () => {
      point = freshPoint("chunks");
      manifest = await putPoint(vault, point, CHUNKS);
    });

    it("that are whole pass, and every byte is read", async () => {
      let bytes = 0;
      const report = await checkChunks(vault, manifest, {
        onBytes: (count) => {
          bytes += count;
        },
      });
      const stored = manifest.chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
      assert.deepEqual(report, { chunks: 3, bytes: stored, problems: [] });
      assert.equal(bytes, stored);
    });

    it("missing, flipped, truncated and older ones are all named in one run", async () => {
      const [schema, a, b] = manifest.chunks;
      assert.ok(schema && a && b);
      const older = freshPoint("chunks");
      const before = await putChunk(vault, older, "data/a/0", bytesOf(50_000));
      const flipped = Buffer.from(await bodyOf(keyOfChunk("data/b/0")));
      flipped[25_000] = (flipped[25_000] ?? 0) ^ 1;
      await vault.s3.send(
        new DeleteObjectCommand({ Bucket: vault.bucket, Key: keyOfChunk("schema/pre-data") }),
      );
      await overwrite(
        vault,
        keyOfChunk("data/a/0"),
        await bodyOf(chunkKey(older.project, older.tier, older.id, before.path)),
      );
      await overwrite(vault, keyOfChunk("data/b/0"), flipped);
      const unpinned = {
        ...manifest,
        chunks: manifest.chunks.map((chunk) => ({ ...chunk, versionId: undefined })),
      };
      const { problems } = await checkChunks(vault, unpinned);
      assert.deepEqual(
        problems.map(({ path, problem }) => [path, problem]),
        [
          ["schema/pre-data", "missing"],
          ["data/a/0", "damaged"],
          ["data/b/0", "damaged"],
        ],
      );
      // The versions that the manifest names are still there.
      assert.deepEqual((await checkChunks(vault, manifest)).problems, []);
      await overwrite(vault, keyOfChunk("data/b/0"), flipped.subarray(0, 40_000));
      const [cut] = (await checkChunks(vault, without("data/b/0"))).problems;
      assert.match(cut?.detail ?? "", /40000 bytes/);
    });

    it("swapped ones are found twice: by hash, and by what they say they are", async () => {
      const [one, two] = [await bodyOf(keyOfChunk("data/a/0")), await bodyOf(keyOfChunk("data/b/0"))];
      await overwrite(vault, keyOfChunk("data/a/0"), two);
      await overwrite(vault, keyOfChunk("data/b/0"), one);
      const { problems } = await checkChunks(vault, {
        ...without("data/a/0"),
        chunks: without("data/a/0").chunks,
      });
      assert.deepEqual(
        problems.map(({ path }) => path),
        ["data/a/0"],
      );
      const [, a, b] = manifest.chunks;
      assert.ok(a && b);
      // Even with a manifest that was swapped along.
      const swapped = { ...a, sha256: b.sha256, bytes: b.bytes, versionId: undefined };
      await failsWith("CHUNK_MISPLACED", () => getChunk(vault, point, swapped));
    });

    it("a store that does not answer is no damage", async () => {
      const { vault: broken, proxy } = await openThroughProxy(opened.settings);
      proxy.inject({ kind: "reset", when: ({ method }) => method === "GET" });
      await failsWith("STORE_UNAVAILABLE", () => checkChunks(broken, manifest));
    });

    async function bodyOf(Key: string): Promise<Uint8Array> {
      const { Body } = await vault.s3.send(new GetObjectCommand({ Bucket: vault.bucket, Key }));
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    }
  });

  describe("locks", () => {
    const lockOf = async (key: string) => {
      const head = await vault.s3.send(new HeadObjectCommand({ Bucket: vault.bucket, Key: key }));
      return { mode: head.ObjectLockMode, until: head.ObjectLockRetainUntilDate };
    };

    it("are a day for a chunk until its manifest is there, and the retention after that", async () => {
      const point = freshPoint();
      const chunks = [
        await putChunk(vault, point, "data/a/0", bytesOf(10)),
        await putChunk(vault, point, "data/b/0", bytesOf(10)),
      ];
      const key = chunkKey(point.project, point.tier, point.id, "data/a/0");
      const first = (await lockOf(key)).until?.getTime() ?? 0;
      assert.ok(Math.abs(first - Date.now() - 86_400_000) < 60_000);
      const manifest = await writeManifest(vault, unsealed(vault, point, chunks));
      assert.equal((await lockOf(keyOf(point))).until?.toISOString(), manifest.retainUntil);
      assert.equal(await extendLocks(vault, manifest), 2);
      for (const { path } of chunks) {
        const lock = await lockOf(chunkKey(point.project, point.tier, point.id, path));
        assert.deepEqual([lock.mode, lock.until?.toISOString()], ["COMPLIANCE", manifest.retainUntil]);
      }
      const deleting = new DeleteObjectCommand({
        Bucket: vault.bucket,
        Key: key,
        VersionId: chunks[0]?.versionId,
      });
      await assert.rejects(vault.s3.send(deleting), /AccessDenied|denied|protected/i);
    });

    it("are completed by a second run after a killed one, and never shortened", async () => {
      const point = freshPoint();
      const { vault: dying, proxy } = await openThroughProxy(opened.settings);
      const chunks: Manifest["chunks"] = [];
      for (const path of ["a/0", "b/0", "c/0"]) chunks.push(await putChunk(vault, point, path, bytesOf(10)));
      const manifest = await writeManifest(vault, unsealed(vault, point, chunks));
      proxy.inject({ kind: "reset", when: ({ url }) => url.includes("/b/0?retention") });
      await failsWith("STORE_UNAVAILABLE", () => extendLocks(dying, manifest, { concurrency: 1 }));
      assert.equal(await extendLocks(vault, manifest), 3);
      assert.equal(await extendLocks(vault, manifest), 3);
      const sooner = new Date(Date.parse(manifest.retainUntil) - 86_400_000).toISOString();
      assert.equal(await extendLocks(vault, { ...manifest, retainUntil: sooner }), 3);
      for (const { path } of chunks) {
        const { until } = await lockOf(chunkKey(point.project, point.tier, point.id, path));
        assert.equal(until?.toISOString(), manifest.retainUntil);
      }
    });

    it("are not asked for in a vault without locks", async () => {
      const plain = await openTestVault();
      const manifest = await putPoint(plain.vault, freshPoint());
      assert.equal(await extendLocks(plain.vault, manifest), 0);
    });
  });

  describe("the verified tag", () => {
    const tags = async (key: string) => {
      const { TagSet = [] } = await vault.s3.send(
        new GetObjectTaggingCommand({ Bucket: vault.bucket, Key: key }),
      );
      return Object.fromEntries(TagSet.map(({ Key = "", Value }) => [Key, Value]));
    };

    it("is on every object, the manifest last, keeps other tags and can be renewed", async () => {
      const point = freshPoint();
      const { vault: watched, proxy } = await openThroughProxy(opened.settings);
      const manifest = await putPoint(vault, point, { "a/0": "1", "b/0": "2" });
      const key = chunkKey(point.project, point.tier, point.id, "a/0");
      const Tagging = { TagSet: [{ Key: "cost-centre", Value: "42" }] };
      await vault.s3.send(new PutObjectTaggingCommand({ Bucket: vault.bucket, Key: key, Tagging }));
      for (const day of ["2026-02-01T00:00:00.000Z", "2026-03-01T00:00:00.000Z"]) {
        await markVerified(watched, manifest, new Date(day));
        assert.deepEqual(await tags(key), { "cost-centre": "42", verified: "true", "verified-at": day });
        assert.deepEqual(await tags(keyOf(point)), { verified: "true", "verified-at": day });
      }
      const order = proxy.seen.filter(({ method }) => method === "PUT").map(({ url }) => url.split("?")[0]);
      assert.ok(order.at(-1)?.endsWith("manifest.json"));
    });

    it("is not on the manifest when a chunk could not be tagged", async () => {
      const point = freshPoint();
      const { vault: broken, proxy } = await openThroughProxy(opened.settings);
      const manifest = await putPoint(vault, point, { "a/0": "1", "b/0": "2" });
      proxy.inject({ kind: "reset", when: ({ method, url }) => method === "PUT" && url.includes("/b/0") });
      await failsWith("STORE_UNAVAILABLE", () => markVerified(broken, manifest));
      assert.deepEqual(await tags(keyOf(point)), {});
      assert.equal((await findPoint(vault, point.project, point.id)).verifiedAt, undefined);
    });

    it("is not given to a point that is not there", async () => {
      const missing = { ...unsealed(vault, freshPoint(), []), seal: "x" };
      await failsWith("POINT_UNKNOWN", () => markVerified(vault, missing));
    });
  });
});
