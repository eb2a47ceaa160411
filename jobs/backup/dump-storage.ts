import type pg from "pg";
import type { ManifestBucket, ManifestChunk } from "../../vault/manifest.ts";
import { type CatalogRow, catalogRows } from "../storage/catalog-rows.ts";
import { storeChunk } from "../store-chunk.ts";
import type { BackupContext } from "./backup-context.ts";
import type { BucketSettings } from "./read-buckets.ts";

export interface DumpedStorage {
  readonly buckets: readonly ManifestBucket[];
  readonly chunks: readonly ManifestChunk[];
}

/** What went by of one inventory. */
interface Tally {
  objects: number;
  bytes: number;
}

const PIECE_CHARACTERS = 64 * 1024;
const SMALLEST_EXPECTATION_BYTES = 64 * 1024 * 1024;
/** JSON of a row against the row on disk, index and headers included. */
const TEXT_GROWTH = 4;

/**
 * Lists the objects of each bucket in the dump's own snapshot, so that the point names exactly the versions that belong
 * to it. One chunk of JSON lines a bucket, sorted by name; memory stays flat whatever the number of objects.
 *
 * @param client the session that holds the snapshot
 */
export async function dumpStorage(
  context: BackupContext,
  client: pg.Client,
  settings: readonly BucketSettings[],
): Promise<DumpedStorage> {
  const buckets: ManifestBucket[] = [];
  const chunks: ManifestChunk[] = [];
  for (const [index, of] of settings.entries()) {
    const tally: Tally = { objects: 0, bytes: 0 };
    const rows = catalogRows(client, { bucket: of.bucket });
    const stored = await storeChunk({
      vault: context.vault,
      point: context.point,
      path: inventoryPath(index, of.bucket),
      source: lines(rows, tally, () =>
        context.progress({ step: "list objects", done: tally.objects, total: 0, unit: "items" }),
      ),
      expectedPlainBytes: Math.max(context.databaseBytes * TEXT_GROWTH, SMALLEST_EXPECTATION_BYTES),
      lockMode: context.lockMode,
      signal: context.signal,
    });
    chunks.push({ ...stored, kind: "storage-inventory" });
    buckets.push({ ...of, ...tally, hash: stored.hash, chunk: stored.path });
  }
  return { buckets, chunks };
}

/** Unique by its number, readable by its name: `storage/00000-order_photos.jsonl`. */
function inventoryPath(index: number, bucket: string): string {
  const name = bucket.replaceAll(/[^A-Za-z0-9_.-]/g, "_").slice(0, 80);
  return `storage/${String(index).padStart(5, "0")}-${name}.jsonl`;
}

async function* lines(
  rows: AsyncIterable<CatalogRow>,
  tally: Tally,
  onPiece: () => void,
): AsyncGenerator<Buffer> {
  let text = "";
  for await (const row of rows) {
    tally.objects += 1;
    tally.bytes += row.size ?? 0;
    text += `${JSON.stringify(row)}\n`;
    if (text.length < PIECE_CHARACTERS) continue;
    yield Buffer.from(text);
    text = "";
    onPiece();
  }
  if (text !== "") yield Buffer.from(text);
}
