import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { awsErrorFacts, isUnavailable } from "./aws-error.ts";
import { markDisposable } from "./disposable.ts";
import { isAbsent, storeError } from "./store-error.ts";
import type { Vault } from "./vault.ts";

export interface DownloadOptions {
  /** Without it the newest version is read. */
  readonly versionId?: string | undefined;
  /** Hex; checked at the end. */
  readonly expectedSha256?: string | undefined;
  /** Checked before the first byte. */
  readonly expectedBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** A connection without a byte for so long is given up and made anew. @default 30 */
  readonly idleSeconds?: number | undefined;
}

/** Connections lost one after another without a byte in between before the download fails. */
const ATTEMPTS_WITHOUT_PROGRESS = 5;

/**
 * Reads one object. A dropped or silent connection is made anew where it stopped. The stream ends cleanly only when
 * size and hash are the expected ones; consumers must not trust what they read before it ended.
 * It fails with CHUNK_MISSING, CHUNK_DAMAGED, STORE_UNAVAILABLE, STORE_ACCESS_DENIED or another STORE_ error.
 */
export function downloadObject(vault: Vault, key: string, options: DownloadOptions = {}): Readable {
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const stream = Readable.from(readObject(vault, key, { ...options, signal }), { highWaterMark: 1 });
  // A generator that waits for bytes cannot be told to end; what it waits for can.
  const destroy = stream._destroy;
  stream._destroy = (error, done) => {
    stop.abort();
    destroy.call(stream, error, done);
  };
  return stream;
}

interface Position {
  offset: number;
  /** Makes sure that a resumed download goes on in the same object. */
  eTag?: string;
  size?: number;
}

async function* readObject(
  vault: Vault,
  key: string,
  options: DownloadOptions & { readonly signal: AbortSignal },
): AsyncGenerator<Buffer> {
  const { expectedSha256, signal } = options;
  const hash = expectedSha256 === undefined ? undefined : createHash("sha256");
  const position: Position = { offset: 0 };
  for (let failures = 0; ; ) {
    const before = position.offset;
    try {
      for await (const bytes of readOnce({ vault, key, options, position })) {
        position.offset += bytes.length;
        hash?.update(bytes);
        markDisposable(bytes);
        yield bytes;
      }
      if (position.size === undefined || position.offset === position.size) break;
      throw Object.assign(new Error("the answer ended early"), { code: "ECONNRESET" });
    } catch (error) {
      failures = position.offset > before ? 1 : failures + 1;
      const facts = awsErrorFacts(error);
      if (
        signal.aborted ||
        error instanceof HoldfastError ||
        !isUnavailable(facts) ||
        failures >= ATTEMPTS_WITHOUT_PROGRESS
      ) {
        throw storeError(error, { operation: "GetObject", bucket: vault.bucket, key });
      }
      await sleep(100 * 2 ** failures * (0.5 + Math.random()), undefined, { signal });
    }
  }
  if (hash && hash.digest("hex") !== expectedSha256) {
    throw damaged(key, "its hash differs from the manifest's");
  }
}

interface Reading {
  readonly vault: Vault;
  readonly key: string;
  readonly options: DownloadOptions;
  readonly position: Position;
}

async function* readOnce({ vault, key, options, position }: Reading): AsyncGenerator<Buffer> {
  const answer = await open({ vault, key, options, position });
  // A store that knows no ranges answers with the whole object.
  const skipped = answer.ContentRange === undefined ? position.offset : 0;
  const total = position.offset - skipped + (answer.ContentLength ?? 0);
  position.size ??= answer.ContentLength === undefined ? undefined : total;
  if (answer.ETag) position.eTag = answer.ETag;
  const body = answer.Body;
  if (!(body instanceof Readable)) throw new TypeError("the store answered without a body");
  try {
    if (options.expectedBytes !== undefined && total !== options.expectedBytes) {
      throw damaged(key, `it has ${total} bytes, the manifest says ${options.expectedBytes}`);
    }
    yield* without(skipped, withIdleDeadline(body, options));
  } finally {
    body.destroy();
  }
}

async function* without(skipped: number, pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let left = skipped;
  for await (const piece of pieces) {
    if (left < piece.length) yield left > 0 ? piece.subarray(left) : piece;
    left = Math.max(0, left - piece.length);
  }
}

async function open({ vault, key, options, position }: Reading) {
  const get = (versionId: string | undefined) =>
    vault.s3.send(
      new GetObjectCommand({
        Bucket: vault.bucket,
        Key: key,
        ...(versionId && { VersionId: versionId }),
        ...(position.offset > 0 && { Range: `bytes=${position.offset}-`, IfMatch: position.eTag }),
      }),
      { abortSignal: options.signal },
    );
  try {
    return await get(options.versionId);
  } catch (error) {
    if (position.offset > 0 && awsErrorFacts(error).httpStatus === 412) {
      throw damaged(key, "it was replaced while it was read");
    }
    const isVersionGone = isAbsent(error) || awsErrorFacts(error).name === "InvalidArgument";
    if (!isVersionGone) throw error;
    // A copied bucket has other version ids; there the hash alone decides.
    if (options.versionId && options.expectedSha256)
      return await get(undefined).catch((cause) => rethrow(cause, key));
    throw missing(key, error);
  }
}

function rethrow(error: unknown, key: string): never {
  throw isAbsent(error) ? missing(key, error) : error;
}

async function* withIdleDeadline(
  body: Readable,
  { idleSeconds = 30, signal }: DownloadOptions,
): AsyncGenerator<Buffer> {
  const onAbort = () => body.destroy();
  signal?.addEventListener("abort", onAbort, { once: true });
  let timer: NodeJS.Timeout | undefined;
  const watch = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      body.destroy(Object.assign(new Error("no byte came"), { code: "ETIMEDOUT" }));
    }, idleSeconds * 1000);
  };
  try {
    watch();
    for await (const bytes of body) {
      // While the consumer works the connection may rest.
      clearTimeout(timer);
      yield bytes;
      watch();
    }
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}

function missing(key: string, cause: unknown): HoldfastError {
  return new HoldfastError({
    code: "CHUNK_MISSING",
    message: `${key} is not in the vault.`,
    hint: "Remove its delete marker or copy it back from the replica, or use another recovery point.",
    cause,
  });
}

function damaged(key: string, why: string): HoldfastError {
  return new HoldfastError({
    code: "CHUNK_DAMAGED",
    message: `${key} is damaged: ${why}.`,
    hint: "Restore the object's right version or its replica, or use another recovery point.",
  });
}
