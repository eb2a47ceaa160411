import { setTimeout as sleep } from "node:timers/promises";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { FilledPart, PartReader } from "./part-reader.ts";
import { storeError } from "./store-error.ts";
import type { UploadResult } from "./upload-result.ts";
import { findWritten, isConflict, isTaken, objectProperties, type UploadTarget } from "./upload-target.ts";

/** Attempts after a conflict between two writers; the store then knows which one won. */
const CONFLICT_ATTEMPTS = 5;

/** Writes an object of one part by a single request. */
export async function putSingle(
  target: UploadTarget,
  reader: PartReader,
  part: FilledPart,
): Promise<UploadResult> {
  const digest = reader.digest();
  const result = { bytes: part.bytes.length, sha256: digest.toString("hex"), parts: 1 };
  const command = new PutObjectCommand({
    ...objectProperties(target),
    Body: part.bytes,
    ContentLength: part.bytes.length,
    ...(target.input.newVersion ? {} : { IfNoneMatch: "*" }),
    // The manifest's own hash serves as the store's checksum.
    ChecksumSHA256: digest.toString("base64"),
  });
  const { vault, input } = target;
  for (let attempt = 1; ; attempt++) {
    try {
      const { VersionId } = await vault.s3.send(command, { abortSignal: input.signal });
      return { ...result, ...(VersionId && VersionId !== "null" && { versionId: VersionId }) };
    } catch (error) {
      if (isConflict(error) && attempt < CONFLICT_ATTEMPTS) {
        await sleep(50 * 2 ** attempt * (0.5 + Math.random()));
        continue;
      }
      const found = isTaken(error)
        ? await findWritten(target, { bytes: result.bytes, sha256: digest }, error)
        : undefined;
      if (found) return { ...result, ...found };
      throw storeError(error, { operation: "PutObject", bucket: vault.bucket, key: input.key });
    }
  }
}
