import { setTimeout as sleep } from "node:timers/promises";
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { HoldfastError } from "../plan/holdfast-error.ts";
import { awsErrorFacts } from "./aws-error.ts";
import type { FilledPart, PartReader } from "./part-reader.ts";
import { MAXIMUM_PARTS } from "./plan-part-size.ts";
import { rejectOnAbort } from "./reject-on-abort.ts";
import { storeError } from "./store-error.ts";
import type { UploadResult } from "./upload-result.ts";
import { findWritten, isConflict, isTaken, objectProperties, type UploadTarget } from "./upload-target.ts";

const IN_FLIGHT = 2;
const CONFLICT_ATTEMPTS = 5;

/** Writes an object of several parts; a few at a time, the buffers go round. */
export async function putMultipart(
  target: UploadTarget,
  reader: PartReader,
  first: FilledPart,
): Promise<UploadResult> {
  const { vault, input } = target;
  const call = { bucket: vault.bucket, key: input.key };
  const { UploadId } = await vault.s3
    .send(new CreateMultipartUploadCommand({ ...objectProperties(target), ChecksumAlgorithm: "CRC32" }), {
      abortSignal: input.signal,
    })
    .catch((error: unknown) => {
      throw storeError(error, { ...call, operation: "CreateMultipartUpload" });
    });
  if (!UploadId) throw storeError(new Error("no upload id"), { ...call, operation: "CreateMultipartUpload" });
  try {
    const parts = await sendParts(target, UploadId, reader, first);
    const written = { bytes: reader.bytes, sha256: reader.digest() };
    const { versionId } = await complete(target, UploadId, parts, written);
    return {
      bytes: written.bytes,
      sha256: written.sha256.toString("hex"),
      parts: parts.length,
      ...(versionId && { versionId }),
    };
  } catch (error) {
    await abort(target, UploadId);
    throw error;
  }
}

async function sendParts(
  target: UploadTarget,
  uploadId: string,
  reader: PartReader,
  first: FilledPart,
): Promise<CompletedPart[]> {
  const { vault, input } = target;
  const stop = new AbortController();
  const signal = input.signal ? AbortSignal.any([input.signal, stop.signal]) : stop.signal;
  const done: CompletedPart[] = [];
  const underWay = new Set<Promise<void>>();
  const { rejection: failure, dispose } = rejectOnAbort(signal);
  const send = async (part: FilledPart, number: number): Promise<void> => {
    done[number - 1] = await sendPart({ vault, key: input.key, uploadId, number, part, signal });
    reader.recycle(part);
  };
  try {
    let part = first;
    for (let number = 1; ; number++) {
      if (number > MAXIMUM_PARTS) throw tooManyParts(input.key, input.expectedBytes);
      while (underWay.size >= (input.inFlightParts ?? IN_FLIGHT)) await Promise.race([...underWay, failure]);
      const sending: Promise<void> = send(part, number)
        .catch((error: unknown) => stop.abort(error))
        .finally(() => underWay.delete(sending));
      underWay.add(sending);
      if (part.isLast) break;
      part = await Promise.race([reader.next(), failure]);
    }
    await Promise.race([Promise.all(underWay), failure]);
    signal.throwIfAborted();
    return done;
  } catch (error) {
    stop.abort(error);
    // A part that is still being sent could be stored after the upload was aborted.
    await Promise.allSettled(underWay);
    throw error;
  } finally {
    dispose();
  }
}

async function sendPart(init: {
  readonly vault: UploadTarget["vault"];
  readonly key: string;
  readonly uploadId: string;
  readonly number: number;
  readonly part: FilledPart;
  readonly signal: AbortSignal;
}): Promise<CompletedPart> {
  const { vault, key, uploadId, number, part } = init;
  const command = new UploadPartCommand({
    Bucket: vault.bucket,
    Key: key,
    UploadId: uploadId,
    PartNumber: number,
    Body: part.bytes,
    ContentLength: part.bytes.length,
    ChecksumCRC32: part.crc32,
  });
  try {
    const { ETag } = await vault.s3.send(command, { abortSignal: init.signal });
    return { PartNumber: number, ETag, ChecksumCRC32: part.crc32 };
  } catch (error) {
    if (init.signal.aborted) throw error;
    throw storeError(error, { operation: "UploadPart", bucket: vault.bucket, key });
  }
}

async function complete(
  target: UploadTarget,
  uploadId: string,
  parts: CompletedPart[],
  written: { bytes: number; sha256: Buffer },
): Promise<{ versionId?: string }> {
  const { vault, input } = target;
  const command = new CompleteMultipartUploadCommand({
    Bucket: vault.bucket,
    Key: input.key,
    UploadId: uploadId,
    MultipartUpload: { Parts: parts },
    ...(input.newVersion ? {} : { IfNoneMatch: "*" }),
  });
  for (let attempt = 1; ; attempt++) {
    try {
      const { VersionId } = await vault.s3.send(command);
      return VersionId && VersionId !== "null" ? { versionId: VersionId } : {};
    } catch (error) {
      if (isConflict(error) && attempt < CONFLICT_ATTEMPTS) {
        await sleep(50 * 2 ** attempt * (0.5 + Math.random()));
        continue;
      }
      // A completed upload is gone: its answer was lost, and the SDK asked again.
      const isLost = isTaken(error) || awsErrorFacts(error).name === "NoSuchUpload";
      const found = isLost ? await findWritten(target, written, error) : undefined;
      if (found) return found;
      throw storeError(error, { operation: "CompleteMultipartUpload", bucket: vault.bucket, key: input.key });
    }
  }
}

/** Best effort: the error that led here matters more, and the sweep ends what stays. */
async function abort({ vault, input }: UploadTarget, uploadId: string): Promise<void> {
  await vault.s3
    .send(new AbortMultipartUploadCommand({ Bucket: vault.bucket, Key: input.key, UploadId: uploadId }))
    .catch(() => undefined);
}

function tooManyParts(key: string, expectedBytes: number): HoldfastError {
  return new HoldfastError({
    code: "UPLOAD_TOO_LARGE",
    message: `${key} needs more than ${MAXIMUM_PARTS} parts: it grew beyond 1.5 times the ${expectedBytes} bytes expected.`,
    hint: "Run the backup again: sizes are then taken anew.",
  });
}
