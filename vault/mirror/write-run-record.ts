import { HoldfastError } from "../../plan/holdfast-error.ts";
import { encryptionError } from "../encrypt-stream.ts";
import { contextRecord, encryptionClient, FRAME_BYTES, SUITE } from "../encryption.ts";
import { uploadObject } from "../upload-object.ts";
import { lockUntil } from "./lock-until.ts";
import { runContext } from "./mirror-context.ts";
import { runKey } from "./mirror-layout.ts";
import type { MirrorPlace } from "./mirror-place.ts";
import { readRunRecord } from "./read-run-record.ts";
import { shardOfRun } from "./run-id.ts";
import { RunRecord } from "./run-record.ts";

/** Tells which run a record is of without a key. */
export const RUN_METADATA = "holdfast-run";

/**
 * Writes the record that makes a sync one, last and once. It is encrypted, as it names files.
 * @param record its `sequence` is that of the record it was based on plus one
 * @returns it with the sequence that it got: records of other shards may have come before it
 * @throws HoldfastError STORAGE_SYNC_OVERTAKEN when another run of the same names took the sequence, UPLOAD_…, KEY_…,
 * STORE_…
 */
export async function writeRunRecord(place: MirrorPlace, record: RunRecord): Promise<RunRecord> {
  const shard = shardOfRun(record.run);
  for (let { sequence } = record; ; sequence++) {
    const numbered = RunRecord.parse({ ...record, sequence });
    try {
      await write(place, numbered);
      return numbered;
    } catch (error) {
      if (!(error instanceof HoldfastError) || error.code !== "OBJECT_EXISTS") throw error;
      // Runs of other shards have ended meanwhile, as many as did; each has its number.
      if (shard.isWhole || shard.overlaps(shardOfRun((await readRunRecord(place, sequence)).run)))
        throw overtaken(place, error);
    }
  }
}

async function write(place: MirrorPlace, record: RunRecord): Promise<void> {
  const { sequence, run, kind, completedAt } = record;
  const context = runContext(place, sequence);
  const { result } = await encryptionClient
    .encrypt(place.vault.encryptKeyring, Buffer.from(JSON.stringify(record), "utf8"), {
      suiteId: SUITE,
      frameLength: FRAME_BYTES,
      encryptionContext: contextRecord(context),
    })
    .catch((error: unknown) => {
      throw encryptionError(error, context);
    });
  await uploadObject(place.vault, {
    key: runKey(place.project, place.bucket, sequence),
    body: once(result),
    expectedBytes: result.length,
    lockUntil: lockUntil(place),
    metadata: { [RUN_METADATA]: run, "holdfast-kind": kind, "holdfast-completed-at": completedAt },
  });
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function overtaken({ project, bucket }: MirrorPlace, cause: unknown): HoldfastError {
  return new HoldfastError({
    code: "STORAGE_SYNC_OVERTAKEN",
    message: `Another sync of ${project}'s bucket ${bucket} ended while this one ran.`,
    hint: "Run the sync again: what this one copied is found and not copied twice.",
    cause,
  });
}
