import { hash } from "node:crypto";
import { runLimited } from "../run-limited.ts";
import type { IndexRow } from "./index-row.ts";
import { listMirrorVersions } from "./list-mirror-versions.ts";
import { mirrorKey } from "./mirror-layout.ts";
import type { MirrorPlace } from "./mirror-place.ts";
import { MirrorShard } from "./mirror-shard.ts";

/** What names the stored bytes of one version. */
export type StoredCopy = Pick<IndexRow, "name" | "mirrorVersionId" | "bytes">;

/** A mirror that may be larger is listed in shares at once, as a page has a thousand versions. */
const LARGE_ROWS = 20_000;
const HEX = [..."0123456789abcdef"];
const LISTINGS_AT_ONCE = 16;
/** The lowest bit of a print says whether the version is the latest of its key. */
const LATEST = 1n;

/**
 * Which versions a bucket's mirror holds, asked by listing instead of a request for each: eight bytes of memory for
 * each. Two versions have the same print once in some billion mirrors of ten million.
 */
export class MirrorContents {
  #prints = new BigUint64Array(1024);
  #length = 0;

  /**
   * @param expectedRows about how many versions there may be
   * @throws HoldfastError STORE_…, BUCKET_UNKNOWN
   */
  static async list(place: MirrorPlace, expectedRows: number): Promise<MirrorContents> {
    const contents = new MirrorContents();
    await runLimited(shares(place, expectedRows > LARGE_ROWS), LISTINGS_AT_ONCE, async (digits) => {
      for await (const stored of listMirrorVersions(place, { digits })) {
        if (!stored.isDeleteMarker)
          contents.#add(print(stored.key, stored.versionId, stored.bytes) | (stored.isLatest ? LATEST : 0n));
      }
    });
    contents.#prints = contents.#prints.slice(0, contents.#length).sort();
    return contents;
  }

  /** How many versions there are. */
  get size(): number {
    return this.#length;
  }

  /** Whether the copy is there, in its size. */
  has(place: MirrorPlace, row: StoredCopy): boolean {
    return this.#find(printOf(place, row)) || this.isLatest(place, row);
  }

  /** Whether it is there and the latest of its key: the store lets only others expire. */
  isLatest(place: MirrorPlace, row: StoredCopy): boolean {
    return this.#find(printOf(place, row) | LATEST);
  }

  #add(value: bigint): void {
    if (this.#length === this.#prints.length) {
      const larger = new BigUint64Array(this.#length * 2);
      larger.set(this.#prints);
      this.#prints = larger;
    }
    this.#prints[this.#length] = value;
    this.#length += 1;
  }

  #find(value: bigint): boolean {
    let [low, high] = [0, this.#length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#prints[middle] ?? 0n) < value) low = middle + 1;
      else high = middle;
    }
    return this.#prints[low] === value;
  }
}

/** What hashes of names begin with: one listing each. */
function shares({ shard = MirrorShard.WHOLE }: MirrorPlace, isLarge: boolean): (string | undefined)[] {
  if (shard.isWhole && !isLarge) return [undefined];
  const first = shard.digits.map((digit) => digit.toString(16));
  return isLarge ? first.flatMap((digit) => HEX.map((second) => digit + second)) : first;
}

function printOf({ project, bucket }: MirrorPlace, { name, mirrorVersionId, bytes }: StoredCopy): bigint {
  return print(mirrorKey(project, bucket, name), mirrorVersionId ?? "null", bytes);
}

function print(key: string, versionId: string, bytes: number): bigint {
  const digest = hash("sha256", `${key.slice(-64)} ${versionId} ${bytes}`, "buffer");
  return digest.readBigUInt64LE(0) & ~LATEST;
}
