import { pipeline } from "node:stream";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { Manifest, ManifestBucket } from "../../vault/manifest.ts";
import { compareNames } from "../../vault/mirror/compare-names.ts";
import { readLines } from "../../vault/read-lines.ts";
import type { Vault } from "../../vault/vault.ts";
import { chunkStreams } from "../chunk-streams.ts";
import type { CatalogRow } from "./catalog-rows.ts";
import { pointBucket } from "./point-buckets.ts";

/** An object that belongs to a point, as the catalog knew it in the dump's own snapshot. */
export type InventoryRow = CatalogRow;

/**
 * The objects of a bucket that belong to a point, sorted by name (UTF-8 bytes), each once; memory stays flat.
 *
 * @throws HoldfastError POINT_WITHOUT_INVENTORY, POINT_WITHOUT_BUCKET (exit 2), CHUNK_MISSING, CHUNK_DAMAGED,
 * CHUNK_MISPLACED, KEY_…, STORE_…
 */
export async function* readInventory(
  vault: Vault,
  manifest: Manifest,
  bucket: string,
): AsyncGenerator<InventoryRow> {
  const found = pointBucket(manifest, bucket);
  const fail = (why: string, cause?: unknown) => damaged(manifest, found, why, cause);
  let previous: string | undefined;
  let objects = 0;
  for await (const lines of linesOf(vault, manifest, found)) {
    for (const line of lines) {
      const row = parse(line, fail);
      if (previous !== undefined && compareNames(previous, row.name) >= 0) throw fail("it is not sorted");
      previous = row.name;
      objects += 1;
      yield row;
    }
  }
  if (objects !== found.objects) throw fail(`it has ${objects} objects; the manifest says ${found.objects}`);
}

type Fail = (why: string, cause?: unknown) => HoldfastError;

async function* linesOf(vault: Vault, manifest: Manifest, found: ManifestBucket): AsyncGenerator<string[]> {
  const chunk = manifest.chunks.find(
    ({ path, kind }) => path === found.chunk && kind === "storage-inventory",
  );
  if (chunk === undefined) throw damaged(manifest, found, "the manifest names no such chunk");
  const { streams, explain } = chunkStreams({ vault, manifest, chunk });
  const [, , plain] = streams;
  // The error reaches the reader of the last stream.
  pipeline(...streams, () => undefined);
  try {
    yield* readLines(plain, (why) => damaged(manifest, found, why));
  } catch (error) {
    const isText = (error as NodeJS.ErrnoException).code !== "ERR_ENCODING_INVALID_ENCODED_DATA";
    throw isText ? explain(error) : damaged(manifest, found, "it is not UTF-8", error);
  }
}

/** The bytes were authenticated on their way: what is no row here is another program's, not an attack. */
function parse(line: string, fail: Fail): InventoryRow {
  let row: Partial<InventoryRow>;
  try {
    row = Object(JSON.parse(line)) as Partial<InventoryRow>;
  } catch (cause) {
    throw fail("a row of it cannot be read", cause);
  }
  const { name, version, eTag, updatedAt } = row;
  if ([name, version, eTag, updatedAt].every((field) => typeof field === "string"))
    return row as InventoryRow;
  throw fail("a row of it lacks what a row has");
}

function damaged(
  manifest: Manifest,
  { bucket, chunk }: ManifestBucket,
  why: string,
  cause?: unknown,
): HoldfastError {
  return new HoldfastError({
    code: "CHUNK_DAMAGED",
    message: `The inventory of bucket ${bucket} in ${manifest.id} (${chunk}) is damaged: ${why}.`,
    hint: "Use another recovery point, or an older version of this chunk from the versioned bucket.",
    cause,
  });
}
