import type { IncomingHttpHeaders } from "node:http";
import { isUnchanged } from "./is-unchanged.ts";
import { readRange } from "./read-range.ts";
import { findObject, type ObjectRow } from "./rows/object-rows.ts";
import type { StorageAnswer } from "./storage-answer.ts";
import type { StorageContext } from "./storage-context.ts";
import { refusals } from "./storage-refusal.ts";

/** Up to this size an object is read at once. */
const SMALL_BYTES = 256 * 1024;

export interface ObjectAddress {
  readonly bucket: string;
  readonly key: string;
}

/** An object's row and its open file; the reader closes the file. */
export interface OpenObject {
  readonly row: ObjectRow;
  readonly file: NonNullable<Awaited<ReturnType<StorageContext["blobs"]["open"]>>>;
  /** Of the file; what the row says may differ. */
  readonly bytes: number;
}

/**
 * Opens the bytes of the version that the row names.
 * @throws StorageRefusal NoSuchKey, also for a row without bytes, as a rewound database has them
 */
export async function openObject(context: StorageContext, address: ObjectAddress): Promise<OpenObject> {
  let looked: string | undefined;
  for (;;) {
    const row = await findObject(context, address.bucket, address.key);
    const file = row.version ? await context.blobs.open(row.version) : undefined;
    if (file) return { row, file, bytes: (await file.stat()).size };
    // The object may have been written anew between the look at the row and the look at its file.
    if (!row.version || row.version === looked) throw refusals.noSuchKey();
    looked = row.version;
  }
}

/** What a client learns of an object without its bytes. */
export function objectHeaders({ metadata, userMetadata }: ObjectRow): Record<string, string | undefined> {
  const headers: Record<string, string | undefined> = {
    "cache-control": metadata?.cacheControl,
    "content-type": metadata?.mimetype,
    etag: metadata?.eTag,
  };
  let missing = 0;
  for (const [name, value] of Object.entries(userMetadata ?? {})) {
    if (typeof value === "string" && /^[\t\x20-\x7e]*$/.test(value) && /^[\w!#$%&'*+.^`|~-]+$/.test(name))
      headers[`x-amz-meta-${name.toLowerCase()}`] = value;
    else missing += 1;
  }
  if (missing > 0) headers["x-amz-missing-meta"] = String(missing);
  return headers;
}

/**
 * Answers a request for an object's bytes, or for a range of them.
 * @throws StorageRefusal NoSuchKey, PreconditionFailed, InvalidRange
 */
export async function readObject(
  context: StorageContext,
  address: ObjectAddress,
  requested: IncomingHttpHeaders,
): Promise<StorageAnswer> {
  const { row, file, bytes } = await openObject(context, address);
  try {
    const modified = new Date(row.metadata?.lastModified ?? row.updatedAt);
    const headers = { ...objectHeaders(row), "last-modified": modified.toUTCString() };
    if (isUnchanged(requested, row.metadata?.eTag ?? "", modified)) {
      await file.close();
      return { status: 304, headers };
    }
    const range = readRange(requested.range, bytes);
    const { first, last } = range ?? { first: 0, last: bytes - 1 };
    const length = last - first + 1;
    const all = {
      ...headers,
      "accept-ranges": "bytes",
      "content-length": length,
      "content-range": range && `bytes ${first}-${last}/${bytes}`,
    };
    const status = range ? 206 : 200;
    // The stream closes the file.
    if (length > SMALL_BYTES)
      return { status, headers: all, body: file.createReadStream({ start: first, end: last }) };
    const body = Buffer.alloc(length);
    if (length > 0) await file.read(body, 0, length, first);
    await file.close();
    return { status, headers: all, body };
  } catch (error) {
    await file.close();
    throw error;
  }
}
