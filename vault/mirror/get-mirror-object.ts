import { createHash } from "node:crypto";
import { pipeline, Readable } from "node:stream";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { decryptionError, decryptStream, misplaced } from "../decrypt-stream.ts";
import { downloadObject } from "../download-object.ts";
import { encryptionClient, isContext } from "../encryption.ts";
import { isAbsent } from "../store-error.ts";
import type { IndexRow } from "./index-row.ts";
import { objectContext } from "./mirror-context.ts";
import { mirrorKey } from "./mirror-layout.ts";
import type { Mirror } from "./open-mirror.ts";
import { SMALL_OBJECT_BYTES } from "./put-mirror-object.ts";

/** What names one version of an object and proves its bytes. */
export type MirrorVersion = Pick<
  IndexRow,
  "name" | "version" | "size" | "sha256" | "mirrorVersionId" | "bytes"
>;

export interface GetOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * The plain bytes of one version of an object. The stream ends cleanly only when size and hash are those of the index;
 * consumers must not trust what they read before it ended. A dropped connection is resumed where it stopped.
 * It fails with MIRROR_OBJECT_MISSING, MIRROR_OBJECT_DAMAGED (both name object and version), KEY_… or STORE_….
 */
export function getMirrorObject(mirror: Mirror, version: MirrorVersion, options: GetOptions = {}): Readable {
  const bytes = version.size <= SMALL_OBJECT_BYTES ? readSmall : readLarge;
  return Readable.from(readProved(bytes(mirror, version, options), mirror, version), { highWaterMark: 1 });
}

async function* readProved(
  plain: AsyncIterable<Buffer>,
  mirror: Mirror,
  version: MirrorVersion,
): AsyncGenerator<Buffer> {
  const hash = createHash("sha256");
  let size = 0;
  try {
    for await (const piece of plain) {
      size += piece.length;
      hash.update(piece);
      yield piece;
    }
  } catch (error) {
    throw objectError(error, mirror, version);
  }
  if (size !== version.size || hash.digest("hex") !== version.sha256)
    throw damaged(mirror, version, `it holds other bytes (${size}; the index says ${version.size})`);
}

/** One request, and the data keys of the objects before it: what a small object costs is calls. */
async function* readSmall(
  mirror: Mirror,
  version: MirrorVersion,
  options: GetOptions,
): AsyncGenerator<Buffer> {
  const { body } = await mirror.connection.send({
    operation: "GetObject",
    key: mirrorKey(mirror.project, mirror.bucket, version.name),
    versionId: version.mirrorVersionId,
    signal: options.signal,
  });
  if (body.length !== version.bytes) throw damaged(mirror, version, `${body.length} bytes are stored`);
  const context = objectContext(mirror);
  const { plaintext, messageHeader } = await encryptionClient
    .decrypt(mirror.decryptMaterials, body)
    .catch((error: unknown) => {
      throw decryptionError(error, context);
    });
  if (!isContext(messageHeader.encryptionContext, context))
    throw misplaced(messageHeader.encryptionContext, context);
  if (plaintext.length > 0) yield plaintext;
}

async function* readLarge(
  mirror: Mirror,
  version: MirrorVersion,
  options: GetOptions,
): AsyncGenerator<Buffer> {
  const stored = downloadObject(mirror.vault, mirrorKey(mirror.project, mirror.bucket, version.name), {
    versionId: version.mirrorVersionId,
    expectedBytes: version.bytes,
    signal: options.signal,
  });
  const plain = decryptStream(mirror.vault, objectContext(mirror));
  // The error reaches the reader of the last stream.
  pipeline(stored, plain, () => undefined);
  yield* plain;
}

function objectError(error: unknown, mirror: Mirror, version: MirrorVersion): unknown {
  const code = error instanceof HoldfastError ? error.code : "";
  const cause = error instanceof Error ? error.cause : undefined;
  // Some stores call an unknown version an invalid argument.
  const isGone =
    cause !== undefined && (isAbsent(cause) || (cause instanceof Error && cause.name === "InvalidArgument"));
  if (code === "CHUNK_MISSING" || (code.startsWith("STORE_") && isGone))
    return missing(mirror, version, error);
  if (code === "CHUNK_DAMAGED" || code === "CHUNK_MISPLACED")
    return damaged(mirror, version, error instanceof Error ? error.message : code, error);
  return error;
}

const described = ({ bucket }: Mirror, { name, version }: MirrorVersion) =>
  `${bucket}/${name} (version ${version})`;

function missing(mirror: Mirror, version: MirrorVersion, cause: unknown): HoldfastError {
  const id = version.mirrorVersionId;
  return new HoldfastError({
    code: "MIRROR_OBJECT_MISSING",
    message: `${described(mirror, version)} is not in the mirror: ${mirrorKey(mirror.project, mirror.bucket, version.name)}${id ? `, version ${id}` : ""} is gone.`,
    hint: "It expired or was deleted: copy it back from the replica, or use a point that does not need it.",
    cause,
  });
}

function damaged(mirror: Mirror, version: MirrorVersion, why: string, cause?: unknown): HoldfastError {
  return new HoldfastError({
    code: "MIRROR_OBJECT_DAMAGED",
    message: `${described(mirror, version)} is damaged in the mirror: ${why}`.replace(/\.?$/, "."),
    hint: "Copy the version back from the replica; a sync with --full copies it again while the source has it.",
    cause,
  });
}
