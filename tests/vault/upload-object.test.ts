import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { HeadObjectCommand, ListObjectVersionsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { listUploads } from "../../vault/list-versions.ts";
import { readObject } from "../../vault/read-object.ts";
import type { UploadInput } from "../../vault/upload-input.ts";
import { uploadObject } from "../../vault/upload-object.ts";
import type { UploadResult } from "../../vault/upload-result.ts";
import type { Vault } from "../../vault/vault.ts";
import { SLOW_DOWN } from "../support/fault-proxy.ts";
import { createAws } from "../support/servers.ts";
import { startSlowStore } from "../support/slow-store.ts";
import { createVaultPlan } from "../support/vaults.ts";
import { stream } from "./sample-point.ts";
import {
  bytesOf,
  closeAll,
  failsWith,
  openTestVault,
  openThroughProxy,
  QUICK,
  reopen,
  type TestVault,
} from "./test-vault.ts";

const MEBIBYTE = 1024 * 1024;
const SMALL = bytesOf(100_000);
const LARGE = bytesOf(8 * MEBIBYTE + 123);
let number = 0;

/** A key that no other test uses. */
function freshKey(): string {
  number += 1;
  return `ordak/points/nightly/nightly_20260131_020000/data/${number}`;
}

async function put(
  vault: Vault,
  key: string,
  bytes: Uint8Array,
  more: Partial<UploadInput> = {},
): Promise<UploadResult> {
  const pieces = Array.from({ length: Math.ceil(bytes.length / 300_000) }, (_, index) =>
    bytes.subarray(index * 300_000, (index + 1) * 300_000),
  );
  return await uploadObject(vault, { key, body: stream(...pieces), expectedBytes: bytes.length, ...more });
}

const isPart = ({ method, url }: { method: string; url: string }) =>
  method === "PUT" && url.includes("partNumber=");
const isComplete = ({ method, url }: { method: string; url: string }) =>
  method === "POST" && url.includes("uploadId=");
const isPut = ({ method, url }: { method: string; url: string }) =>
  method === "PUT" && !url.includes("partNumber=");

describe("uploadObject", () => {
  let opened: TestVault;
  before(async () => {
    opened = await openTestVault({ lockMode: "governance" });
  });
  after(closeAll);

  async function assertStored(key: string, bytes: Buffer, result: UploadResult): Promise<void> {
    const { vault } = opened;
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    assert.equal(result.sha256, sha256);
    assert.equal(result.bytes, bytes.length);
    const stored = await readObject(vault, key, { maximumBytes: 1e9, expectedSha256: sha256 });
    assert.ok(stored.equals(bytes));
    const { Versions } = await vault.s3.send(
      new ListObjectVersionsCommand({ Bucket: vault.bucket, Prefix: key }),
    );
    assert.deepEqual(
      Versions?.map(({ VersionId }) => VersionId),
      [result.versionId],
    );
    assert.deepEqual(await listUploads(vault, "ordak"), []);
  }

  it("stores small and large objects, with their hash, version, type and lock", async () => {
    const lockUntil = new Date(Math.floor(Date.now() / 1000) * 1000 + 86_400_000);
    for (const [bytes, parts] of [
      [Buffer.alloc(0), 1],
      [SMALL, 1],
      [bytesOf(8 * MEBIBYTE), 1],
      [LARGE, 2],
      [bytesOf(17 * MEBIBYTE), 3],
    ] as const) {
      const key = freshKey();
      const result = await put(opened.vault, key, bytes, {
        lockUntil,
        contentType: "text/x-test",
        metadata: { a: "b" },
      });
      assert.equal(result.parts, parts);
      await assertStored(key, bytes, result);
      const head = await opened.vault.s3.send(
        new HeadObjectCommand({ Bucket: opened.vault.bucket, Key: key }),
      );
      // The store of the tests takes a multipart upload's lock without setting it; see the test below.
      assert.equal(head.ObjectLockMode, parts === 1 ? "GOVERNANCE" : undefined);
      if (parts === 1) assert.equal(head.ObjectLockRetainUntilDate?.getTime(), lockUntil.getTime());
      assert.equal(head.ContentType, "text/x-test");
      assert.equal(head.Metadata?.a, "b");
    }
  });

  it("sends a checksum with every byte and hashes nothing twice", async () => {
    const { vault, proxy } = await openThroughProxy(opened.settings);
    await put(vault, freshKey(), SMALL);
    await put(vault, freshKey(), LARGE);
    const puts = proxy.seen.filter(({ method }) => method === "PUT");
    // A busy store may ask for one of them again.
    assert.equal(new Set(puts.map(({ url }) => url)).size, 3);
    for (const { headers } of puts) {
      assert.ok(headers["x-amz-checksum-sha256"] ?? headers["x-amz-checksum-crc32"]);
      assert.equal(headers["x-amz-content-sha256"], "UNSIGNED-PAYLOAD");
    }
  });

  it("asks for the lock when an upload of several parts begins, and for none in a vault without", async () => {
    const lockUntil = new Date("2030-01-01T00:00:00Z");
    const { vault, proxy } = await openThroughProxy(opened.settings);
    await put(vault, freshKey(), LARGE, { lockUntil });
    const begin = proxy.seen.find(({ url }) => url.includes("uploads"));
    assert.equal(begin?.headers["x-amz-object-lock-mode"], "GOVERNANCE");
    assert.equal(begin?.headers["x-amz-object-lock-retain-until-date"], "2030-01-01T00:00:00Z");
    const without = { ...vault, lockMode: "none" as const };
    await put(without, freshKey(), LARGE, { lockUntil });
    await put(without, freshKey(), SMALL, { lockUntil, lockMode: "compliance" });
    const locked = proxy.seen.filter(({ headers }) => headers["x-amz-object-lock-mode"]);
    assert.equal(locked.length, 1);
  });

  it("never writes over an object, whoever wrote it", async () => {
    for (const bytes of [SMALL, LARGE]) {
      const key = freshKey();
      const first = await put(opened.vault, key, bytes);
      await failsWith("OBJECT_EXISTS", () => put(opened.vault, key, bytesOf(bytes.length, 2)));
      await assertStored(key, bytes, first);
    }
  });

  it("takes an equal small object for the one it was asked to write", async () => {
    const key = freshKey();
    const first = await put(opened.vault, key, SMALL);
    assert.deepEqual(await put(opened.vault, key, SMALL), first);
  });

  it("of two writers at once lets one win and tells the other", async () => {
    for (const length of [SMALL.length, LARGE.length]) {
      const key = freshKey();
      const bodies = [bytesOf(length, 3), bytesOf(length, 4)];
      const results = await Promise.allSettled(bodies.map((body) => put(opened.vault, key, body)));
      const won = results.findIndex(({ status }) => status === "fulfilled");
      const [winner, loser] = [results[won], results[1 - won]];
      assert.ok(winner?.status === "fulfilled" && loser?.status === "rejected");
      assert.equal(loser.reason.code, "OBJECT_EXISTS");
      await assertStored(key, bodies[won] ?? Buffer.alloc(0), winner.value);
    }
  });

  it("passes the body's error on and leaves nothing behind", async () => {
    for (const length of [0, 1000, LARGE.length]) {
      const key = freshKey();
      const body = async function* () {
        yield LARGE.subarray(0, length);
        throw new RangeError("source broke");
      };
      await assert.rejects(uploadObject(opened.vault, { key, body: body(), expectedBytes: 1 }), RangeError);
      await failsWith("CHUNK_MISSING", () => readObject(opened.vault, key, { maximumBytes: 1e9 }));
    }
    assert.deepEqual(await listUploads(opened.vault, "ordak"), []);
  });

  it("stops on a signal, even when the body hangs, and closes the body", async () => {
    for (const before of [0, LARGE.length]) {
      const key = freshKey();
      const stop = new AbortController();
      let isClosed = false;
      const body = new Readable({
        read() {},
        destroy(error, done) {
          isClosed = true;
          done(error);
        },
      });
      if (before > 0) body.push(LARGE.subarray(0, before));
      const started = Date.now();
      setTimeout(() => stop.abort(), 300);
      const upload = pipeline(
        body,
        (source: AsyncIterable<Uint8Array>) =>
          uploadObject(opened.vault, { key, body: source, expectedBytes: 1, signal: stop.signal }),
        { signal: stop.signal },
      );
      await assert.rejects(upload, (error: Error & { code: string }) =>
        /UPLOAD_STOPPED|ABORT_ERR/.test(error.code),
      );
      assert.ok(Date.now() - started < 10_000);
      await sleep(50);
      assert.ok(isClosed);
    }
    await failsWith("UPLOAD_STOPPED", () =>
      put(opened.vault, freshKey(), SMALL, { signal: AbortSignal.abort() }),
    );
    assert.deepEqual(await listUploads(opened.vault, "ordak"), []);
  });

  describe("when the store or the network fails", () => {
    // Most of both is waiting, so that their cases wait together.
    it("goes on after 503s, resets and silence, as long as they end", async () => {
      const stored = async (kind: typeof SLOW_DOWN | "reset" | "hang", bytes: Buffer, when: typeof isPut) => {
        const { vault, proxy } = await openThroughProxy(opened.settings);
        proxy.inject({ kind, when, times: kind === "hang" ? 1 : 2 });
        const key = freshKey();
        return [key, bytes, await put(vault, key, bytes)] as const;
      };
      const kinds = [SLOW_DOWN, "reset", "hang"] as const;
      const all = await Promise.all(
        kinds.flatMap((kind) => [
          stored(kind, SMALL, isPut),
          stored(kind, LARGE, isPart),
          stored(kind, LARGE, isComplete),
        ]),
      );
      for (const [key, bytes, result] of all) await assertStored(key, bytes, result);
    });

    it("gives up after a bounded time, with what to do, and leaves nothing behind", async () => {
      const refused = async (
        kind: typeof SLOW_DOWN | "reset" | "hang",
        bytes: Buffer,
        when: typeof isPut,
      ) => {
        const { vault, proxy } = await openThroughProxy(opened.settings, { timeouts: QUICK });
        proxy.inject({ kind, when });
        const key = freshKey();
        const started = Date.now();
        const error = await failsWith("STORE_UNAVAILABLE", () => put(vault, key, bytes));
        assert.match(error.message, /after 3 attempts/);
        assert.ok(Date.now() - started < 30_000);
        await failsWith("CHUNK_MISSING", () => readObject(opened.vault, key, { maximumBytes: 1e9 }));
      };
      const kinds = [SLOW_DOWN, "reset", "hang"] as const;
      await Promise.all(kinds.flatMap((kind) => [refused(kind, SMALL, isPut), refused(kind, LARGE, isPart)]));
      assert.deepEqual(await listUploads(opened.vault, "ordak"), []);
    });

    it("recognizes its own object when the last answer was lost", async () => {
      for (const [bytes, when] of [
        [SMALL, isPut],
        [LARGE, isPart],
        [LARGE, isComplete],
      ] as const) {
        const { vault, proxy } = await openThroughProxy(opened.settings);
        proxy.inject({ kind: "lose-answer", when, times: 1 });
        const key = freshKey();
        await assertStored(key, bytes, await put(vault, key, bytes));
      }
    });

    it("does not take another writer's object for its own when the answer was lost", async () => {
      for (const [bytes, when] of [
        [SMALL, isPut],
        [LARGE, isComplete],
      ] as const) {
        const { vault, proxy } = await openThroughProxy(opened.settings);
        const key = freshKey();
        // The request never reached the store; meanwhile somebody else wrote the key.
        proxy.inject({ kind: "reset", when, times: 1 });
        const target = { Bucket: opened.vault.bucket, Key: key };
        await opened.vault.s3.send(new PutObjectCommand({ ...target, Body: bytesOf(bytes.length, 9) }));
        await failsWith("OBJECT_EXISTS", () => put(vault, key, bytes));
      }
    });

    it("says so when the answer was lost and the store does not tell", async () => {
      const { vault, proxy } = await openThroughProxy(opened.settings);
      const key = freshKey();
      proxy.inject({ kind: "lose-answer", when: isPut, times: 1 });
      proxy.inject({ kind: { answer: 403 }, when: ({ method }) => method === "HEAD" });
      await failsWith("UPLOAD_UNRESOLVED", () => put(vault, key, SMALL));
    });

    it("fails typed when the store is killed in the middle of an upload", async () => {
      const aws = await createAws();
      const { vault: settings } = await createVaultPlan({ aws });
      const vault = await reopen(settings);
      const body = async function* () {
        yield LARGE;
        await aws.server.kill();
        yield LARGE;
      };
      await failsWith("STORE_UNAVAILABLE", () =>
        uploadObject(vault, { key: freshKey(), body: body(), expectedBytes: 1 }),
      );
      await failsWith("STORE_UNAVAILABLE", () => put(vault, freshKey(), SMALL));
    });

    it("notices bytes that were changed on the way", async () => {
      const { vault } = opened;
      const command = new PutObjectCommand({
        Bucket: vault.bucket,
        Key: freshKey(),
        Body: Buffer.from("changed"),
        ChecksumSHA256: createHash("sha256").update("sent").digest("base64"),
      });
      await assert.rejects(vault.s3.send(command), /checksum|BadDigest|did not match/i);
    });
  });

  it("names what is wrong with bucket, rights, credentials, region and clock", async () => {
    const missing = await reopen({ ...opened.settings, bucket: "no-such-bucket-here" });
    for (const bytes of [SMALL, LARGE]) {
      const error = await failsWith("BUCKET_UNKNOWN", () => put(missing, freshKey(), bytes));
      assert.match(error.message, /no-such-bucket-here/);
    }
    const answers = [
      [403, "AccessDenied", "STORE_ACCESS_DENIED"],
      [403, "RequestTimeTooSkewed", "STORE_CLOCK_SKEW"],
      [403, "InvalidAccessKeyId", "STORE_CREDENTIALS_REFUSED"],
      [400, "ExpiredToken", "STORE_CREDENTIALS_REFUSED"],
      [301, "PermanentRedirect", "BUCKET_WRONG_REGION"],
      [400, "EntityTooLarge", "STORE_REFUSED"],
    ] as const;
    for (const [answer, name, code] of answers) {
      const { vault, proxy } = await openThroughProxy(opened.settings);
      proxy.inject({ kind: { answer, body: `<Error><Code>${name}</Code><Message>no</Message></Error>` } });
      const error = await failsWith(code, () => put(vault, freshKey(), SMALL));
      if (name === "AccessDenied") assert.match(error.hint, /s3:PutObject/);
    }
  });

  it("keeps to parts × (in flight + 1) of memory, however long a stream and however slow the store", async () => {
    const store = await startSlowStore();
    const vault = await reopen({ ...opened.settings, endpoint: store.endpoint });
    globalThis.gc?.();
    const atStart = process.memoryUsage();
    let [peakBuffers, peakRss] = [0, 0];
    const piece = 256 * 1024;
    const body = async function* () {
      for (let sent = 0; sent < 256 * MEBIBYTE; sent += piece) {
        yield LARGE.subarray(0, piece);
        const { arrayBuffers, rss } = process.memoryUsage();
        peakBuffers = Math.max(peakBuffers, arrayBuffers - atStart.arrayBuffers);
        peakRss = Math.max(peakRss, rss - atStart.rss);
      }
    };
    const result = await uploadObject(vault, {
      key: freshKey(),
      body: body(),
      expectedBytes: 256 * MEBIBYTE,
    });
    store.stop();
    assert.equal(result.parts, 32);
    // What is used up but not yet collected is what the slack is for.
    assert.ok(peakBuffers < (3 * 8 + 16) * MEBIBYTE, `${Math.round(peakBuffers / MEBIBYTE)} MiB of buffers`);
    assert.ok(peakRss < 100 * MEBIBYTE, `${Math.round(peakRss / MEBIBYTE)} MiB more`);
  });
});
