import { type Duplex, pipeline } from "node:stream";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { decryptStream } from "../decrypt-stream.ts";
import { dispose } from "../disposable.ts";
import { downloadObject } from "../download-object.ts";
import { readLines } from "../read-lines.ts";
import { zstdStream } from "../zstd-stream.ts";
import { compareNames } from "./compare-names.ts";
import { IndexRow } from "./index-row.ts";
import { segmentContext } from "./mirror-context.ts";
import { segmentKey } from "./mirror-layout.ts";
import type { MirrorPlace } from "./mirror-place.ts";
import type { SegmentReference } from "./segment-reference.ts";

/** What finds a segment; size, hash and count are checked where they are known. */
export type SegmentAddress = Pick<SegmentReference, "run" | "number"> & Partial<SegmentReference>;

/**
 * The rows of one segment, in order, with flat memory. No row comes out of bytes that were not authenticated; that all
 * have come is known at the end.
 * @throws HoldfastError INDEX_SEGMENT_MISSING, INDEX_SEGMENT_DAMAGED (both name its key), KEY_…, STORE_…
 */
export async function* readSegment(place: MirrorPlace, address: SegmentAddress): AsyncGenerator<IndexRow> {
  const key = segmentKey(place.project, place.bucket, address.run, address.number);
  let rows = 0;
  let previous: string | undefined;
  try {
    for await (const lines of readLines(openSegment(place, key, address), (why) => damaged(key, why))) {
      for (const line of lines) {
        const row = parseRow(line, key);
        if (previous !== undefined && compareNames(previous, row.name) > 0)
          throw damaged(key, "it is not sorted");
        previous = row.name;
        rows += 1;
        yield row;
      }
    }
  } catch (error) {
    throw segmentError(error, key);
  }
  if (address.rows !== undefined && rows !== address.rows)
    throw damaged(key, `it has ${rows} rows, its run's record says ${address.rows}`);
}

function openSegment(place: MirrorPlace, key: string, address: SegmentAddress): Duplex {
  const stored = downloadObject(place.vault, key, {
    versionId: address.versionId,
    expectedSha256: address.sha256,
    expectedBytes: address.bytes,
  });
  const plain = zstdStream("decompress", dispose);
  // The error reaches the reader of the last stream.
  pipeline(
    stored,
    decryptStream(place.vault, segmentContext(place, address.run, address.number)),
    plain,
    () => undefined,
  );
  return plain;
}

function parseRow(line: string, key: string): IndexRow {
  try {
    return IndexRow.parse(JSON.parse(line));
  } catch (cause) {
    throw damaged(key, "a row of it cannot be read", cause);
  }
}

function segmentError(error: unknown, key: string): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "CHUNK_MISSING") {
    return new HoldfastError({
      code: "INDEX_SEGMENT_MISSING",
      message: `${key}, a segment of the storage index, is not in the vault.`,
      hint: "Remove its delete marker or copy it back from the replica; else run the sync with --full.",
      cause: error,
    });
  }
  const isDamage =
    code === "CHUNK_DAMAGED" || code === "CHUNK_MISPLACED" || /^ZSTD_|^ERR_ENCODING/.test(code);
  return isDamage ? damaged(key, error instanceof Error ? error.message : code, error) : error;
}

function damaged(key: string, why: string, cause?: unknown): HoldfastError {
  return new HoldfastError({
    code: "INDEX_SEGMENT_DAMAGED",
    message: `${key}, a segment of the storage index, is damaged: ${why}`.replace(/\.?$/, "."),
    hint: "Restore the object's first version or its replica; else run the sync with --full.",
    cause,
  });
}
