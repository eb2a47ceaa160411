import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { type ObjectMetadata, putObjectRow } from "../rows/object-rows.ts";
import type { StorageContext } from "../storage-context.ts";

/** What a client says of an object besides its bytes. */
export interface ObjectFacts {
  readonly mimetype: string;
  readonly cacheControl: string;
  readonly userMetadata: Readonly<Record<string, string>> | undefined;
}

export interface WrittenObject {
  readonly eTag: string;
  readonly lastModified: string;
}

const USER_PREFIX = "x-amz-meta-";

export function readFacts(headers: IncomingHttpHeaders): ObjectFacts {
  const user = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    name.startsWith(USER_PREFIX) && typeof value === "string"
      ? [[name.slice(USER_PREFIX.length), value]]
      : [],
  );
  return {
    mimetype: headers["content-type"] ?? "application/octet-stream",
    cacheControl: headers["cache-control"] ?? "no-cache",
    userMetadata: user.length > 0 ? Object.fromEntries(user) : undefined,
  };
}

interface NewBytes {
  readonly bucket: string;
  readonly key: string;
  readonly facts: ObjectFacts;
  /** @default a fresh one */
  readonly version?: string;
  /** Brings the bytes into the store under this version. */
  readonly store: (version: string) => Promise<{ readonly bytes: number; readonly eTag: string }>;
}

/**
 * Writes an object: first its bytes, under a version that nothing names yet, then the row, then the bytes of the
 * version that it replaced are gone for good. A refusal leaves what was there.
 * @throws StorageRefusal NoSuchBucket, EntityTooLarge, InvalidMimeType, and what `store` throws
 */
export async function writeObject(context: StorageContext, object: NewBytes): Promise<WrittenObject> {
  const { bucket, key, facts, version = randomUUID(), store } = object;
  const { bytes, eTag } = await store(version);
  const lastModified = context.clock().toISOString();
  const metadata: ObjectMetadata = {
    eTag,
    size: bytes,
    mimetype: facts.mimetype,
    cacheControl: facts.cacheControl,
    lastModified,
    contentLength: bytes,
    httpStatusCode: 200,
  };
  try {
    const replaced = await putObjectRow(context, {
      bucket,
      key,
      version,
      metadata,
      userMetadata: facts.userMetadata,
    });
    if (replaced !== undefined && replaced !== version) await context.blobs.discard(replaced);
  } catch (error) {
    await context.blobs.discard(version);
    throw error;
  }
  return { eTag, lastModified };
}
