import { randomUUID } from "node:crypto";
import type pg from "pg";
import { type CatalogRow, catalogRows } from "../../jobs/storage/catalog-rows.ts";
import type { IndexRow } from "../../vault/mirror/index-row.ts";
import type { MirrorPlace } from "../../vault/mirror/mirror-place.ts";
import { createRunId } from "../../vault/mirror/run-id.ts";
import { SegmentWriter } from "../../vault/mirror/segment-writer.ts";
import { writeRunRecord } from "../../vault/mirror/write-run-record.ts";

/** Writes the index that a first sync of the bucket's rows would have written, without copying an object. */
export async function seedIndex(client: pg.Client, place: MirrorPlace): Promise<void> {
  const { project, bucket } = place;
  const startedAt = new Date();
  const run = createRunId(startedAt);
  const writer = new SegmentWriter(place, { run });
  let copied = 0;
  for await (const row of catalogRows(client, { bucket })) {
    await writer.add(indexRow(row, startedAt));
    copied += 1;
  }
  const segments = [...(await writer.finish())];
  await writeRunRecord(place, {
    ...{ format: "holdfast.storage-run", version: 1, project, bucket, run, sequence: 1, kind: "full" },
    ...{ startedAt: startedAt.toISOString(), completedAt: new Date().toISOString() },
    cursor: { updatedAfter: startedAt.toISOString() },
    ...{ segments, counts: { copied }, problems: [], problemsLeftOff: 0 },
  });
}

function indexRow(row: CatalogRow, at: Date): IndexRow {
  const { size = 0, eTag } = row;
  return {
    ...{ ...row, size, sha256: `${eTag}${eTag}`, mirrorVersionId: randomUUID(), bytes: size + 1_000 },
    copiedAt: at.toISOString(),
  };
}
