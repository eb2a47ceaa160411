import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { getMirrorObject } from "../../../vault/mirror/get-mirror-object.ts";
import { listMirrorVersions } from "../../../vault/mirror/list-mirror-versions.ts";
import { mirrorKey } from "../../../vault/mirror/mirror-layout.ts";
import type { Mirror } from "../../../vault/mirror/open-mirror.ts";
import { putMirrorObject, SMALL_OBJECT_BYTES } from "../../../vault/mirror/put-mirror-object.ts";
import { SLOW_DOWN } from "../../support/fault-proxy.ts";
import { bytesOf, closeAll, failsWith } from "../test-vault.ts";
import {
  closeMirrors,
  collect,
  openMirrorThroughProxy,
  openMirrorWatchingKms,
  openTestMirror,
  type TestMirror,
} from "./test-mirror.ts";

const LARGE = 9 * 1024 * 1024;

async function* pieces(bytes: Buffer, size = 1_000_000): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Small ones as bytes, large ones as a stream, as a sync does. */
async function put(mirror: Mirror, name: string, bytes: Buffer, version = "v1") {
  const body = bytes.length <= SMALL_OBJECT_BYTES ? bytes : pieces(bytes);
  return { name, version, ...(await putMirrorObject(mirror, { name, version, size: bytes.length, body })) };
}

describe("objects of the mirror", () => {
  let opened: TestMirror;
  let mirror: Mirror;
  const keyOf = (name: string) => mirrorKey("ordak", "order_photos", name);

  before(async () => {
    opened = await openTestMirror();
    ({ mirror } = opened);
  });
  after(async () => {
    await closeMirrors();
    await closeAll();
  });

  it("gives back every size and name exactly, and stores neither bytes nor names", async () => {
    const names = [
      "plain.jpg",
      "ünï çødé/ 100%/😀",
      "/leading//slashes/",
      `${"x".repeat(1020)}.jpg`,
      "a",
      "a/b",
    ];
    for (const [index, name] of names.entries()) {
      const bytes = bytesOf([0, 1, 65_536, 1_048_576, 1_048_577, 3][index] ?? 5, index + 1);
      const stored = await put(mirror, name, bytes);
      assert.equal(stored.sha256, createHash("sha256").update(bytes).digest("hex"));
      assert.deepEqual(await buffer(getMirrorObject(mirror, stored)), bytes, name);
      const head = await opened.vault.s3.send(
        new HeadObjectCommand({ Bucket: opened.vault.bucket, Key: keyOf(name) }),
      );
      assert.equal(head.ContentLength, stored.bytes);
      assert.equal(head.VersionId, stored.mirrorVersionId);
      assert.equal(head.Metadata?.["holdfast-version"], "v1");
      assert.equal(head.Metadata?.["holdfast-sha256"], stored.sha256);
      assert.doesNotMatch(JSON.stringify(head), /plain|slashes/);
    }
    const text = Buffer.from("a secret that stands in the file".repeat(50));
    const { mirrorVersionId } = await put(mirror, "secret.txt", text);
    const raw = await opened.vault.s3.send(
      new GetObjectCommand({
        Bucket: opened.vault.bucket,
        Key: keyOf("secret.txt"),
        VersionId: mirrorVersionId,
      }),
    );
    const sealed = Buffer.from((await raw.Body?.transformToByteArray()) ?? []);
    assert.ok(sealed.length > text.length && !sealed.includes("secret"));
  });

  it("keeps each version of a name, and reads exactly the one asked for", async () => {
    const first = await put(mirror, "twice.jpg", bytesOf(1000, 1), "v1");
    const second = await put(mirror, "twice.jpg", bytesOf(1000, 2), "v2");
    const large = await put(mirror, "twice.jpg", bytesOf(LARGE, 3), "v3");
    assert.equal(new Set([first, second, large].map((one) => one.mirrorVersionId)).size, 3);
    assert.deepEqual(await buffer(getMirrorObject(mirror, first)), bytesOf(1000, 1));
    assert.deepEqual(await buffer(getMirrorObject(mirror, second)), bytesOf(1000, 2));
    assert.deepEqual(await buffer(getMirrorObject(mirror, large)), bytesOf(LARGE, 3));
    const listed = await collect(listMirrorVersions(mirror, { digits: keyOf("twice.jpg").slice(-64, -62) }));
    assert.deepEqual(
      new Set(listed.filter(({ key }) => key === keyOf("twice.jpg")).map(({ versionId }) => versionId)),
      new Set([first, second, large].map((one) => one.mirrorVersionId)),
    );
  });

  it("asks KMS for a data key once for many small objects, in both directions", async () => {
    const { mirror: watched, kms } = await openMirrorWatchingKms(opened);
    for (let index = 0; index < 5; index++) {
      const stored = await put(watched, `many/${index}`, bytesOf(100, index));
      assert.deepEqual(await buffer(getMirrorObject(watched, stored)), bytesOf(100, index));
    }
    // One generates, one wraps for the replica's key, one opens.
    assert.equal(kms.seen.length, 3);
    await put(watched, "many/large", bytesOf(LARGE));
    assert.equal(kms.seen.length, 5, "a large object has a data key of its own");
  });

  it("asks KMS for a data key once also when many workers begin at once, and again after a failure", async () => {
    const { mirror: watched, kms } = await openMirrorWatchingKms(opened);
    const names = Array.from({ length: 20 }, (_, at) => `burst/${at}`);
    const stored = await Promise.all(names.map((name, at) => put(watched, name, bytesOf(100, at))));
    assert.equal(kms.seen.length, 2);
    const read = await Promise.all(stored.map((one) => buffer(getMirrorObject(watched, one))));
    assert.equal(kms.seen.length, 3);
    assert.deepEqual(
      read,
      names.map((_, at) => bytesOf(100, at)),
    );
    const { mirror: refused, kms: faulty } = await openMirrorWatchingKms(opened);
    faulty.inject({
      kind: { answer: 400, body: '{"__type":"DisabledException"}' },
      when: ({ headers }) => String(headers["x-amz-target"]).endsWith("GenerateDataKey"),
      times: 1,
    });
    await failsWith("KEY_UNAVAILABLE", () => put(refused, "refused", bytesOf(100)));
    await put(refused, "accepted", bytesOf(100));
  });

  for (const [what, kind, code] of [
    ["503", SLOW_DOWN, "STORE_UNAVAILABLE"],
    ["a reset", "reset", "STORE_UNAVAILABLE"],
    ["silence", "hang", "STORE_UNAVAILABLE"],
    ["a lost answer", "lose-answer", "STORE_UNAVAILABLE"],
  ] as const) {
    it(`gets over ${what} once, and says so when it stays`, async () => {
      const { mirror: faulty, proxy } = await openMirrorThroughProxy(opened);
      const bytes = bytesOf(2000, 7);
      proxy.inject({ kind, times: 1 });
      const stored = await put(faulty, `fault/${what}`, bytes);
      assert.deepEqual(await buffer(getMirrorObject(mirror, stored)), bytes);
      proxy.clear();
      proxy.inject({ kind, times: 1 });
      assert.deepEqual(await buffer(getMirrorObject(faulty, stored)), bytes);
      assert.equal(proxy.seen.length, 2 + 2);
      const { mirror: broken, proxy: forEver } = await openMirrorThroughProxy(opened, 0.5);
      forEver.inject({ kind });
      await failsWith(code, () => put(broken, "fault/for-ever", bytes));
      await failsWith(code, () => buffer(getMirrorObject(broken, stored)));
      assert.equal(forEver.seen.length, 3 + 3);
    });
  }

  it("reads a truncated answer again, small and large, and resumes large ones", async () => {
    const { mirror: faulty, proxy } = await openMirrorThroughProxy(opened);
    const small = await put(mirror, "cut/small", bytesOf(50_000, 1));
    const large = await put(mirror, "cut/large", bytesOf(LARGE, 2));
    // So much of the large one that the reader has certainly taken some of it when the connection breaks.
    for (const [stored, bytes, cutAfter] of [
      [small, bytesOf(50_000, 1), 20_000],
      [large, bytesOf(LARGE, 2), LARGE / 2],
    ] as const) {
      proxy.inject({ kind: { cutAfter }, times: 1, when: ({ method }) => method === "GET" });
      assert.deepEqual(await buffer(getMirrorObject(faulty, stored)), bytes);
      proxy.clear();
    }
    assert.ok(proxy.seen.some(({ headers }) => /^bytes=\d+-$/.test(headers.range ?? "")));
  });

  it("is refused by the store when bytes changed on their way", async () => {
    const { mirror: faulty } = await openMirrorThroughProxy(opened);
    const connection = faulty.connection;
    const wrong = { ...faulty, connection };
    wrong.connection.send = async (request) => {
      const body = Buffer.from(request.body ?? []);
      body[body.length - 20] = (body[body.length - 20] ?? 0) ^ 1;
      return await mirror.connection.send({ ...request, body });
    };
    const error = await failsWith("STORE_REFUSED", () => put(wrong, "flipped", bytesOf(1000)));
    assert.match(error.message, /Digest|Checksum|BadDigest|XAmz/i);
  });

  it("names the object whose version is gone, is another one's, or was changed", async () => {
    const first = await put(mirror, "harm.jpg", bytesOf(1000, 1), "v1");
    const other = await put(mirror, "other.jpg", bytesOf(1000, 2), "v1");
    const target = { Bucket: opened.vault.bucket, Key: keyOf("harm.jpg") };
    const second = await opened.vault.s3.send(
      new PutObjectCommand({ ...target, Body: bytesOf(first.bytes, 3) }),
    );
    const raw = await opened.vault.s3.send(
      new GetObjectCommand({ ...target, Key: keyOf("other.jpg"), VersionId: other.mirrorVersionId }),
    );
    const moved = await opened.vault.s3.send(
      new PutObjectCommand({ ...target, Body: await raw.Body?.transformToByteArray() }),
    );
    for (const VersionId of [second.VersionId, moved.VersionId]) {
      assert.ok(VersionId);
      const error = await failsWith("MIRROR_OBJECT_DAMAGED", () =>
        buffer(getMirrorObject(mirror, { ...first, mirrorVersionId: VersionId })),
      );
      assert.match(error.message, /order_photos\/harm\.jpg \(version v1\)/);
    }
    // A deletion only hides it.
    await opened.vault.s3.send(new DeleteObjectCommand(target));
    assert.deepEqual(await buffer(getMirrorObject(mirror, first)), bytesOf(1000, 1));
    await opened.vault.s3.send(new DeleteObjectCommand({ ...target, VersionId: first.mirrorVersionId }));
    const gone = await failsWith("MIRROR_OBJECT_MISSING", () => buffer(getMirrorObject(mirror, first)));
    assert.match(gone.message, /order_photos\/harm\.jpg \(version v1\)/);
    const large = await put(mirror, "large.bin", bytesOf(LARGE, 4));
    const largeTarget = { Bucket: opened.vault.bucket, Key: keyOf("large.bin") };
    await opened.vault.s3.send(new DeleteObjectCommand({ ...largeTarget, VersionId: large.mirrorVersionId }));
    await failsWith("MIRROR_OBJECT_MISSING", () => buffer(getMirrorObject(mirror, large)));
  });

  it("stores nothing of a body that has another size than announced", async () => {
    const bytes = bytesOf(LARGE);
    for (const [size, body] of [
      [10, bytes.subarray(0, 9)],
      [10, bytes.subarray(0, 11)],
      [LARGE + 1, pieces(bytes)],
      [LARGE - 1, pieces(bytes)],
    ] as const) {
      const error = await failsWith("MIRROR_SOURCE_CHANGED", () =>
        putMirrorObject(mirror, { name: "changed", version: "v1", size, body }),
      );
      assert.match(error.message, /order_photos\/changed/);
    }
    await assert.rejects(
      opened.vault.s3.send(new HeadObjectCommand({ Bucket: opened.vault.bucket, Key: keyOf("changed") })),
    );
  });

  it("stops at once when told to", async () => {
    const stop = new AbortController();
    stop.abort(new Error("enough"));
    const { signal } = stop;
    const input = { name: "stopped", version: "v1", size: 3, signal };
    await assert.rejects(putMirrorObject(mirror, { ...input, body: bytesOf(3) }), /enough/);
    await assert.rejects(putMirrorObject(mirror, { ...input, body: pieces(bytesOf(3)) }));
  });
});
