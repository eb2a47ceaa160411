import { HoldfastError } from "../../plan/holdfast-error.ts";
import { decryptionError, misplaced } from "../decrypt-stream.ts";
import { encryptionClient, isContext } from "../encryption.ts";
import { readObject } from "../read-object.ts";
import { runContext } from "./mirror-context.ts";
import { runKey } from "./mirror-layout.ts";
import type { MirrorPlace } from "./mirror-place.ts";
import { RUN_RECORD_VERSION, RunRecord } from "./run-record.ts";

const LARGEST_RECORD_BYTES = 64 * 1024 * 1024;

/**
 * @throws HoldfastError STORAGE_RUN_MISSING, STORAGE_RUN_DAMAGED, STORAGE_RUN_TOO_NEW, KEY_…, STORE_…
 */
export async function readRunRecord(place: MirrorPlace, sequence: number): Promise<RunRecord> {
  const key = runKey(place.project, place.bucket, sequence);
  try {
    const sealed = await readObject(place.vault, key, { maximumBytes: LARGEST_RECORD_BYTES });
    return parse(await open(place, sequence, sealed), place, sequence);
  } catch (error) {
    throw recordError(error, key);
  }
}

async function open(place: MirrorPlace, sequence: number, sealed: Buffer): Promise<string> {
  const context = runContext(place, sequence);
  const { plaintext, messageHeader } = await encryptionClient
    .decrypt(place.vault.decryptKeyring, sealed)
    .catch((error: unknown) => {
      throw decryptionError(error, context);
    });
  if (!isContext(messageHeader.encryptionContext, context))
    throw misplaced(messageHeader.encryptionContext, context);
  return plaintext.toString("utf8");
}

function parse(text: string, { project, bucket }: MirrorPlace, sequence: number): RunRecord {
  const json: unknown = JSON.parse(text);
  const version = typeof json === "object" && json !== null && "version" in json ? json.version : undefined;
  if (typeof version === "number" && version > RUN_RECORD_VERSION) throw tooNew(version);
  const record = RunRecord.parse(json);
  if (record.project !== project || record.bucket !== bucket || record.sequence !== sequence)
    throw new TypeError("it belongs to another place");
  return record;
}

function recordError(error: unknown, key: string): unknown {
  const code = error instanceof HoldfastError ? error.code : "";
  if (code === "CHUNK_MISSING") {
    return new HoldfastError({
      code: "STORAGE_RUN_MISSING",
      message: `${key}, the record of a storage sync, is not in the vault.`,
      hint: "Remove its delete marker or copy it back from the replica; else run the sync with --full.",
      cause: error,
    });
  }
  const isDamage =
    code.startsWith("CHUNK_") || code === "OBJECT_TOO_LARGE" || !(error instanceof HoldfastError);
  if (!isDamage) return error;
  return new HoldfastError({
    code: "STORAGE_RUN_DAMAGED",
    message: `${key}, the record of a storage sync, was changed or cut.`,
    hint: "Restore the object's first version or its replica; else run the sync with --full.",
    cause: error,
  });
}

function tooNew(version: number): HoldfastError {
  return new HoldfastError({
    code: "STORAGE_RUN_TOO_NEW",
    message: `The record of a storage sync has version ${version}; this Holdfast reads up to ${RUN_RECORD_VERSION}.`,
    hint: "Update Holdfast to the version that runs the syncs.",
  });
}
