import { createHash, hash } from "node:crypto";
import { pipeline } from "node:stream/promises";
import { crc32 } from "node:zlib";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { encryptionError, encryptStream } from "../encrypt-stream.ts";
import { uploadObject } from "../upload-object.ts";
import type { UploadResult } from "../upload-result.ts";
import { encryptSmall } from "./encrypt-small.ts";
import { lockUntil } from "./lock-until.ts";
import { objectContext } from "./mirror-context.ts";
import { mirrorKey } from "./mirror-layout.ts";
import type { Mirror } from "./open-mirror.ts";

/** Objects up to here are held in memory and stored by one request, in bytes. */
export const SMALL_OBJECT_BYTES = 4 * 1024 * 1024;
/** Of a message around its plain bytes: header, three wrapped keys, frames. Generous. */
const OVERHEAD_BYTES = 16 * 1024;
const CONTENT_TYPE = "application/octet-stream";

export interface MirrorObject {
  readonly name: string;
  /** The source's version id. */
  readonly version: string;
  /** As the source announced it, in bytes. */
  readonly size: number;
  /** All bytes, for objects up to `SMALL_OBJECT_BYTES`; a stream, read once, for any. */
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal | undefined;
}

export interface MirroredObject {
  readonly size: number;
  /** Of the plain bytes, hex. */
  readonly sha256: string;
  /** Stored. */
  readonly bytes: number;
  /** Absent in a bucket without versions. */
  readonly mirrorVersionId?: string;
  /** Until when it is locked, ISO 8601; absent where nothing is. */
  readonly lockedUntil?: string;
}

/**
 * Encrypts one object and stores it as a new version of its name. Whatever was there before stays a version; nothing
 * exists before all bytes do. A request whose answer was lost is sent again, which may leave a version nobody names.
 * @throws HoldfastError MIRROR_SOURCE_CHANGED when the body has another size than announced, UPLOAD_…, KEY_…, STORE_…
 */
export async function putMirrorObject(mirror: Mirror, object: MirrorObject): Promise<MirroredObject> {
  const { body } = object;
  return body instanceof Uint8Array
    ? await putSmall(mirror, object, body)
    : await putStream(mirror, object, body);
}

async function putSmall(mirror: Mirror, object: MirrorObject, plain: Uint8Array): Promise<MirroredObject> {
  checkSize(mirror, object, plain.length);
  const sha256 = hash("sha256", plain);
  const sealed = await encrypt(mirror, plain);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(sealed));
  const until = lockUntil(mirror);
  const { headers } = await mirror.connection.send({
    operation: "PutObject",
    key: mirrorKey(mirror.project, mirror.bucket, object.name),
    headers: {
      "content-type": CONTENT_TYPE,
      "x-amz-checksum-crc32": checksum.toString("base64"),
      "x-amz-meta-holdfast-version": object.version,
      "x-amz-meta-holdfast-size": String(object.size),
      "x-amz-meta-holdfast-sha256": sha256,
      ...(until && {
        "x-amz-object-lock-mode": mirror.vault.lockMode.toUpperCase(),
        "x-amz-object-lock-retain-until-date": until.toISOString(),
      }),
    },
    body: sealed,
    signal: object.signal,
  });
  const versionId = headers["x-amz-version-id"];
  return { size: plain.length, sha256, bytes: sealed.length, ...named(versionId), ...locked(until) };
}

async function encrypt(mirror: Mirror, plain: Uint8Array): Promise<Buffer> {
  const context = objectContext(mirror);
  try {
    return await encryptSmall(mirror.encryptMaterials, context, plain);
  } catch (error) {
    throw encryptionError(error, context);
  }
}

async function putStream(
  mirror: Mirror,
  object: MirrorObject,
  body: AsyncIterable<Uint8Array>,
): Promise<MirroredObject> {
  const sum = createHash("sha256");
  const until = lockUntil(mirror);
  let size = 0;
  let uploaded: UploadResult | undefined;
  await pipeline(
    async function* () {
      for await (const piece of body) {
        size += piece.length;
        if (size > object.size) throw sourceChanged(mirror, object, size);
        sum.update(piece);
        yield piece;
      }
      // Before the last frame, so that nothing is stored.
      checkSize(mirror, object, size);
    },
    encryptStream(mirror.vault, objectContext(mirror)),
    async (sealed: AsyncIterable<Uint8Array>) => {
      uploaded = await uploadObject(mirror.vault, {
        key: mirrorKey(mirror.project, mirror.bucket, object.name),
        body: sealed,
        expectedBytes: object.size + OVERHEAD_BYTES,
        contentType: CONTENT_TYPE,
        // The hash is known only at the end, when the metadata of a multipart upload has long been sent.
        metadata: { "holdfast-version": object.version, "holdfast-size": String(object.size) },
        newVersion: true,
        lockUntil: until,
        signal: object.signal,
      });
    },
    { signal: object.signal },
  );
  if (!uploaded) throw new Error(`the upload of ${object.name} ended without a result`);
  const { bytes, versionId } = uploaded;
  return { size, sha256: sum.digest("hex"), bytes, ...named(versionId), ...locked(until) };
}

const locked = (until: Date | undefined) => until && { lockedUntil: until.toISOString() };

function named(versionId: string | string[] | undefined): { mirrorVersionId?: string } {
  return typeof versionId === "string" && versionId !== "null" ? { mirrorVersionId: versionId } : {};
}

function checkSize(mirror: Mirror, object: MirrorObject, size: number): void {
  if (size !== object.size) throw sourceChanged(mirror, object, size);
}

function sourceChanged(
  { bucket }: Mirror,
  { name, version, size }: MirrorObject,
  found: number,
): HoldfastError {
  return new HoldfastError({
    code: "MIRROR_SOURCE_CHANGED",
    message: `${bucket}/${name} (version ${version}) came with ${found} bytes or more; its row says ${size}.`,
    hint: "It was changed or cut while it was copied: the next sync copies it again.",
  });
}
