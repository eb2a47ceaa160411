import { createHash, hash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { IndexRow } from "../../vault/mirror/index-row.ts";
import type { Mirror } from "../../vault/mirror/open-mirror.ts";
import { putMirrorObject, SMALL_OBJECT_BYTES } from "../../vault/mirror/put-mirror-object.ts";
import type { CatalogRow } from "./catalog-rows.ts";
import { readWhole, sourceBody } from "./source-body.ts";
import { sourceError } from "./source-error.ts";
import type { StorageSource } from "./storage-source.ts";

export interface CopyRequest {
  readonly source: StorageSource;
  readonly mirror: Mirror;
  readonly row: CatalogRow;
  /** Of an object that comes with other bytes than its row says. @default 3 */
  readonly attempts?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The eTag of an object uploaded at once is its MD5; of one in parts it is not. */
const MD5 = /^[0-9a-f]{32}$/;
const AGAIN = new Set(["STORAGE_OBJECT_DAMAGED", "STORAGE_OBJECT_REPLACED", "MIRROR_SOURCE_CHANGED"]);

/**
 * Copies one version of an object into the mirror, checked against its row by size, eTag and (where the eTag is one)
 * MD5, before anything is stored. The eTag of an object that was uploaded in parts is no hash of its bytes: of these
 * size and eTag are compared, and the SHA-256 of what came is kept in the index.
 *
 * @throws HoldfastError STORAGE_OBJECT_CHANGED, STORAGE_OBJECT_REPLACED, STORAGE_OBJECT_MISSING, STORAGE_OBJECT_DAMAGED, STORAGE_UNAVAILABLE,
 * STORAGE_KEYS_REFUSED, and those of the vault
 */
export async function copyObject(request: CopyRequest): Promise<IndexRow> {
  const { row, mirror, signal, attempts = 3 } = request;
  for (let attempt = 1; ; attempt++) {
    try {
      return await copyOnce(request);
    } catch (cause) {
      if (signal?.aborted) throw signal.reason;
      const error =
        cause instanceof HoldfastError
          ? cause
          : sourceError(cause, { bucket: mirror.bucket, name: row.name });
      if (!AGAIN.has(error.code) || attempt >= attempts) throw error;
      await sleep(50 * 2 ** attempt * (0.5 + Math.random()), undefined, { ...(signal && { signal }) });
    }
  }
}

async function copyOnce({ source, mirror, row, signal }: CopyRequest): Promise<IndexRow> {
  const opened = await source.open(mirror.bucket, row.name, { signal });
  const size = row.size ?? opened.size;
  const isSame = opened.size === size && (row.eTag === "" || opened.eTag === row.eTag);
  if (!isSame) {
    opened.close();
    throw changed(mirror, row);
  }
  const object = { source, bucket: mirror.bucket, name: row.name, signal };
  const expected = { mirror, row, size, eTag: opened.eTag };
  const body =
    size <= SMALL_OBJECT_BYTES
      ? checked(await readWhole(object, opened), expected)
      : check(sourceBody(object, opened), expected);
  const { name, version, contentType, cacheControl, metadata, updatedAt } = row;
  const stored = await putMirrorObject(mirror, { name, version, size, body, signal });
  return {
    ...{ name, version, updatedAt, eTag: opened.eTag, ...stored },
    ...(contentType !== undefined && { contentType }),
    ...(cacheControl !== undefined && { cacheControl }),
    ...(metadata && { metadata: { ...metadata } }),
    copiedAt: mirror.vault.clock().toISOString(),
  };
}

interface Expected {
  readonly mirror: Mirror;
  readonly row: CatalogRow;
  readonly size: number;
  readonly eTag: string;
}

/** Ends cleanly only after the right bytes, so that a wrong object is never stored. */
async function* check(body: AsyncIterable<Uint8Array>, expected: Expected): AsyncGenerator<Uint8Array> {
  const { eTag, mirror, row, size } = expected;
  const md5 = MD5.test(eTag) ? createHash("md5") : undefined;
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    md5?.update(piece);
    yield piece;
  }
  const sum = md5?.digest("hex") ?? eTag;
  if (bytes !== size || sum !== eTag) throw damaged(mirror, row, bytes);
}

function checked(body: Buffer, { eTag, mirror, row, size }: Expected): Buffer {
  const sum = MD5.test(eTag) ? hash("md5", body) : eTag;
  if (body.length !== size || sum !== eTag) throw damaged(mirror, row, body.length);
  return body;
}

function changed({ bucket }: Mirror, { name, version }: CatalogRow): HoldfastError {
  return new HoldfastError({
    code: "STORAGE_OBJECT_CHANGED",
    message: `${bucket}/${name} is not the version ${version} that its row named.`,
    hint: "It was replaced while it was copied: the next sync copies it.",
  });
}

function damaged({ bucket }: Mirror, { name, size }: CatalogRow, bytes: number): HoldfastError {
  return new HoldfastError({
    code: "STORAGE_OBJECT_DAMAGED",
    message: `${bucket}/${name} came with ${bytes} bytes of ${size ?? "an unknown number"} or another content than its eTag says.`,
    hint: "Download it at the source and look: if it stays so, the object is damaged there.",
  });
}
