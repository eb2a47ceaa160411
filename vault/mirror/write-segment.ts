import { pipeline } from "node:stream/promises";
import { constants, createZstdCompress } from "node:zlib";
import { encryptStream } from "../encrypt-stream.ts";
import { uploadObject } from "../upload-object.ts";
import type { UploadResult } from "../upload-result.ts";
import { compareNames } from "./compare-names.ts";
import type { IndexRow } from "./index-row.ts";
import { lockUntil } from "./lock-until.ts";
import { segmentContext } from "./mirror-context.ts";
import { segmentKey } from "./mirror-layout.ts";
import type { MirrorPlace } from "./mirror-place.ts";
import type { SegmentReference } from "./segment-reference.ts";

export interface SegmentInput {
  readonly run: string;
  readonly number: number;
  /** At least one, sorted by name; rows of one name in the order of their copies. */
  readonly rows: Iterable<IndexRow> | AsyncIterable<IndexRow>;
}

const PIECE_CHARACTERS = 64 * 1024;
const ZSTD_LEVEL = 3;
/** Far above what a segment holds; parts stay at their smallest size. */
const EXPECTED_BYTES = 4 * 1024 ** 3;

/**
 * Writes one segment, once: JSON lines, compressed, encrypted for exactly this run and number.
 * @throws HoldfastError OBJECT_EXISTS, UPLOAD_…, KEY_…, STORE_…
 */
export async function writeSegment(place: MirrorPlace, input: SegmentInput): Promise<SegmentReference> {
  const { run, number } = input;
  const lines = new Lines();
  let uploaded: UploadResult | undefined;
  await pipeline(
    lines.of(input.rows),
    createZstdCompress({
      params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL, [constants.ZSTD_c_checksumFlag]: 1 },
    }),
    encryptStream(place.vault, segmentContext(place, run, number)),
    async (sealed: AsyncIterable<Uint8Array>) => {
      uploaded = await uploadObject(place.vault, {
        key: segmentKey(place.project, place.bucket, run, number),
        body: sealed,
        expectedBytes: EXPECTED_BYTES,
        lockUntil: lockUntil(place),
      });
    },
  );
  if (!uploaded) throw new Error(`the upload of segment ${number} ended without a result`);
  const { bytes, sha256, versionId } = uploaded;
  const { rows, plainBytes, firstName, lastName } = lines;
  return {
    run,
    number,
    rows,
    plainBytes,
    bytes,
    sha256,
    ...(versionId && { versionId }),
    firstName,
    lastName,
  };
}

class Lines {
  rows = 0;
  plainBytes = 0;
  firstName = "";
  lastName = "";

  async *of(rows: SegmentInput["rows"]): AsyncGenerator<Buffer> {
    let text = "";
    for await (const row of rows) {
      this.#count(row);
      text += `${JSON.stringify(row)}\n`;
      if (text.length < PIECE_CHARACTERS) continue;
      yield this.#piece(text);
      text = "";
    }
    if (this.rows === 0) throw new RangeError("a segment has at least one row");
    if (text !== "") yield this.#piece(text);
  }

  #count({ name }: IndexRow): void {
    if (this.rows === 0) this.firstName = name;
    else if (compareNames(this.lastName, name) > 0) throw new RangeError("the rows of a segment are sorted");
    this.lastName = name;
    this.rows += 1;
  }

  #piece(text: string): Buffer {
    const piece = Buffer.from(text, "utf8");
    this.plainBytes += piece.length;
    return piece;
  }
}
