import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { type DownloadOptions, downloadObject } from "../../vault/download-object.ts";
import { readObject } from "../../vault/read-object.ts";
import type { Vault } from "../../vault/vault.ts";
import { SLOW_DOWN } from "../support/fault-proxy.ts";
import {
  bytesOf,
  closeAll,
  failsWith,
  openTestVault,
  openThroughProxy,
  reopen,
  type TestVault,
} from "./test-vault.ts";

const BYTES = bytesOf(1_000_000);
const CHECKED = {
  expectedBytes: BYTES.length,
  expectedSha256: createHash("sha256").update(BYTES).digest("hex"),
};
const KEY = "ordak/points/nightly/nightly_20260131_020000/data/0";
const isGet = ({ method, url }: { method: string; url: string }) =>
  method === "GET" && url.includes("/data/");

describe("downloadObject", () => {
  let opened: TestVault;
  let versionId: string | undefined;
  const download = (vault: Vault, options: DownloadOptions = CHECKED) =>
    buffer(downloadObject(vault, KEY, options));
  const put = async (bytes: Buffer, key = KEY) => {
    const { vault } = opened;
    return await vault.s3.send(new PutObjectCommand({ Bucket: vault.bucket, Key: key, Body: bytes }));
  };
  before(async () => {
    opened = await openTestVault({ lockMode: "governance" });
    versionId = (await put(BYTES)).VersionId;
  });
  after(closeAll);

  it("reads an object, and an empty one", async () => {
    assert.ok((await download(opened.vault)).equals(BYTES));
    await put(Buffer.alloc(0), `${KEY}-empty`);
    assert.equal(
      (await buffer(downloadObject(opened.vault, `${KEY}-empty`, { expectedBytes: 0 }))).length,
      0,
    );
  });

  it("goes on where a dropped, silent or refused connection stopped", async () => {
    for (const kind of [
      { cutAfter: 300_000 },
      { stallAfter: 300_000 },
      "reset",
      "hang",
      SLOW_DOWN,
    ] as const) {
      const { vault, proxy } = await openThroughProxy(opened.settings);
      proxy.inject({ kind, when: isGet, times: 1 });
      assert.ok(
        (await download(vault, { ...CHECKED, idleSeconds: 1.5 })).equals(BYTES),
        JSON.stringify(kind),
      );
      const ranges = proxy.seen.filter(isGet).map(({ headers }) => headers.range);
      if (typeof kind === "object" && !("answer" in kind)) assert.match(ranges.at(-1) ?? "", /^bytes=\d+-$/);
    }
  });

  it("outlives many drops as long as bytes come, and gives up when none do", async () => {
    const { vault, proxy } = await openThroughProxy(opened.settings);
    proxy.inject({ kind: { cutAfter: 120_000 }, when: isGet, times: 8 });
    assert.ok((await download(vault)).equals(BYTES));
    proxy.inject({ kind: { cutAfter: 0 }, when: isGet });
    const error = await failsWith("STORE_UNAVAILABLE", () => download(vault));
    assert.match(error.message, /GetObject/);
  });

  it("finds a wrong hash, a wrong size, a truncated and a missing object", async () => {
    const other = bytesOf(BYTES.length, 7);
    await put(other, `${KEY}-other`);
    await put(BYTES.subarray(0, -1), `${KEY}-cut`);
    const at = (key: string) => buffer(downloadObject(opened.vault, `${KEY}${key}`, CHECKED));
    await failsWith("CHUNK_DAMAGED", () => at("-other"));
    const error = await failsWith("CHUNK_DAMAGED", () => at("-cut"));
    assert.match(error.message, /999999 bytes, the manifest says 1000000/);
    await failsWith("CHUNK_MISSING", () => at("-none"));
  });

  it("reads the version it is asked for, whatever was written or deleted after it", async () => {
    const { vault } = opened;
    const key = `${KEY}-versions`;
    const first = await put(BYTES, key);
    await put(bytesOf(10), key);
    const pinned = () => buffer(downloadObject(vault, key, { ...CHECKED, versionId: first.VersionId }));
    assert.ok((await pinned()).equals(BYTES));
    await failsWith("CHUNK_DAMAGED", () => buffer(downloadObject(vault, key, CHECKED)));
    await vault.s3.send(new DeleteObjectCommand({ Bucket: vault.bucket, Key: key }));
    assert.ok((await pinned()).equals(BYTES));
    await failsWith("CHUNK_MISSING", () => buffer(downloadObject(vault, key, CHECKED)));
  });

  it("takes the newest version when the one asked for is gone, if its hash is right", async () => {
    const gone = "11111111-2222-3333-4444-555555555555";
    assert.ok((await download(opened.vault, { ...CHECKED, versionId: gone })).equals(BYTES));
    await failsWith("CHUNK_MISSING", () => download(opened.vault, { versionId: gone }));
    await put(bytesOf(BYTES.length, 8));
    await failsWith("CHUNK_DAMAGED", () => download(opened.vault, { ...CHECKED, versionId: gone }));
    assert.ok((await download(opened.vault, { ...CHECKED, versionId })).equals(BYTES));
  });

  it("does not mix two objects when one is replaced while it is read", async () => {
    const { vault, proxy } = await openThroughProxy(opened.settings);
    const key = `${KEY}-replaced`;
    await put(BYTES, key);
    proxy.inject({ kind: { cutAfter: 300_000 }, when: isGet, times: 1 });
    const replace = () => put(bytesOf(BYTES.length, 5), key);
    proxy.inject({ kind: { answerHeaders: {} }, when: isGet, times: 1, onFault: replace });
    const error = await failsWith("CHUNK_DAMAGED", () => buffer(downloadObject(vault, key)));
    assert.match(error.message, /replaced/);
  });

  it("stops on a signal and frees the connection when its reader stops", async () => {
    const { vault, proxy } = await openThroughProxy(opened.settings);
    proxy.inject({ kind: { stallAfter: 100 }, when: isGet });
    const started = Date.now();
    await assert.rejects(download(vault, { signal: AbortSignal.timeout(200) }));
    assert.ok(Date.now() - started < 10_000);
    const patient = await reopen({ ...opened.settings, endpoint: proxy.endpoint }, { timeouts: {} });
    for (const end of ["signal", "destroy"] as const) {
      const stop = new AbortController();
      const stalled = downloadObject(patient, KEY, { signal: stop.signal });
      const closed = new Promise((resolve) => stalled.once("close", resolve));
      stalled.on("error", () => {}).resume();
      setTimeout(() => (end === "signal" ? stop.abort() : stalled.destroy()), 200);
      await closed;
    }
    assert.ok(Date.now() - started < 20_000, "long before a silence ends");
    proxy.clear();
    for await (const _ of downloadObject(vault, KEY)) break;
    assert.ok((await download(vault, { ...CHECKED, versionId })).equals(BYTES));
  });

  it("bounds what is read into memory", async () => {
    await failsWith("OBJECT_TOO_LARGE", () =>
      readObject(opened.vault, KEY, { maximumBytes: BYTES.length - 1 }),
    );
    assert.equal((await readObject(opened.vault, KEY, { maximumBytes: BYTES.length })).length, BYTES.length);
  });

  it("names missing rights and buckets", async () => {
    const nowhere = await reopen({ ...opened.settings, bucket: "no-such-bucket-here" });
    await failsWith("BUCKET_UNKNOWN", () => download(nowhere));
    const { vault, proxy } = await openThroughProxy(opened.settings);
    proxy.inject({ kind: { answer: 403, body: "<Error><Code>AccessDenied</Code></Error>" } });
    const error = await failsWith("STORE_ACCESS_DENIED", () => download(vault));
    assert.match(error.hint, /s3:GetObject/);
  });
});
