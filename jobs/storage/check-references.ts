import type pg from "pg";
import type { Manifest } from "../../vault/manifest.ts";
import { readIndex } from "../../vault/mirror/read-index.ts";
import type { Vault } from "../../vault/vault.ts";
import type { Progress } from "../progress.ts";
import { runEach } from "../run-each.ts";
import { type CatalogRow, catalogRows } from "./catalog-rows.ts";
import { type InventoryMatch, matchInventory } from "./match-inventory.ts";
import { mergeByName } from "./merge-by-name.ts";
import { readInventory } from "./read-inventory.ts";
import { readSourceObject } from "./read-source-object.ts";
import type { StorageSource } from "./storage-source.ts";

/** Where the objects of a restored database are: behind an S3 endpoint, or still in the mirror alone. */
export type TargetStorage =
  | {
      readonly kind: "endpoint";
      readonly source: StorageSource;
      /** How the bucket is called there. @default as in the point */
      readonly bucket?: string | undefined;
    }
  | { readonly kind: "mirror" };

export interface ReferenceRequest {
  readonly vault: Vault;
  /** The point that was restored. */
  readonly manifest: Manifest;
  readonly bucket: string;
  /** A session of the restored database, used for this alone. */
  readonly client: pg.Client;
  readonly storage: TargetStorage;
  /** Objects read at once, 1 to 256. */
  readonly workers: number;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/**
 * `missing`: referred to, and not there. `orphan`: there, and not referred to by the database or not of the point.
 * `changed`: another size or content than the row and the point tell.
 */
export interface ReferenceFinding {
  readonly name: string;
  readonly problem: "missing" | "orphan" | "changed";
  readonly detail: string;
}

export interface ReferenceReport {
  /** Rows of `storage.objects`. */
  readonly references: number;
  /** Objects read to the last byte; 0 against the mirror, which a proof of its own reads. */
  readonly read: number;
  readonly bytes: number;
  readonly missing: number;
  readonly orphan: number;
  readonly changed: number;
  /** Objects of which only the size could be compared: the mirror has no hash of them, and their eTag is none. */
  readonly sizeOnly: number;
  /** In no order, the first thousand. */
  readonly findings: readonly ReferenceFinding[];
}

const NAMED = 1_000;

/**
 * Checks a restored database against its storage: every object that a row of `storage.objects` refers to must be there
 * with the row's size and the point's content, and no other.
 *
 * @throws HoldfastError POINT_WITHOUT_INVENTORY, POINT_WITHOUT_BUCKET, STORAGE_KEYS_REFUSED, STORAGE_BUCKET_UNKNOWN
 * (exit 2), STORAGE_UNAVAILABLE, STORAGE_LISTING_UNSORTED, and those of the database, the vault and its keys; what does
 * not fit is a result, no error
 */
export async function checkReferences(request: ReferenceRequest): Promise<ReferenceReport> {
  const { vault, manifest, bucket, client, storage, progress } = request;
  const tally = new Tally();
  const index = await readIndex({ vault, project: manifest.project, bucket });
  const rows = catalogRows(client, { bucket });
  if (storage.kind === "mirror") {
    for await (const { row, problem } of matchInventory(rows, index.entries())) {
      tally.counts.references += 1;
      if (problem === "changed") tally.add(row.name, "changed", "the mirror has other versions of it only");
      else if (problem !== undefined) tally.add(row.name, "missing", "the mirror has nothing of it");
    }
    return tally.report();
  }
  const { source, bucket: at = bucket } = storage;
  await source.check(at, request.signal);
  const point = matchInventory(readInventory(vault, manifest, bucket), index.entries());
  const listed = source.list(at, request.signal);
  await runEach({
    ...request,
    items: mergeByName(mergeByName(rows, listed), byName(point)),
    work: async ({ name, left, right }, signal) => {
      const facts = { name, row: left?.left, isListed: left?.right !== undefined, expected: right?.match };
      await judge({ source, bucket: at, signal }, tally, facts);
      progress({ step: "check references", done: tally.counts.references, total: 0, unit: "items" });
    },
  });
  return tally.report();
}

async function* byName(
  matches: AsyncIterable<InventoryMatch>,
): AsyncGenerator<{ readonly name: string; readonly match: InventoryMatch }> {
  for await (const match of matches) yield { name: match.row.name, match };
}

/** What is known of one name. */
interface Facts {
  readonly name: string;
  /** Of the restored database. */
  readonly row: CatalogRow | undefined;
  readonly isListed: boolean;
  /** What the point says. */
  readonly expected: InventoryMatch | undefined;
}

async function judge(
  place: { readonly source: StorageSource; readonly bucket: string; readonly signal: AbortSignal },
  tally: Tally,
  { name, row, isListed, expected }: Facts,
): Promise<void> {
  if (row === undefined) {
    if (isListed) tally.add(name, "orphan", "no row of the database refers to it");
    else tally.add(name, "missing", "the point names it; neither the database nor the storage has it");
    return;
  }
  tally.counts.references += 1;
  if (!isListed) return tally.add(name, "missing", "the storage does not list it");
  if (expected === undefined) return tally.add(name, "orphan", "the point does not name it");
  const found = await readSourceObject(place.source, { ...place, name });
  if (found === undefined) return tally.add(name, "missing", "the storage lists it, but has no bytes of it");
  tally.counts.read += 1;
  tally.counts.bytes += found.size;
  const size = row.size ?? expected.row.size ?? found.size;
  if (found.size !== size) return tally.add(name, "changed", `${found.size} bytes; its row says ${size}`);
  const { sha256 } = expected.indexRow ?? {};
  const { eTag } = expected.row;
  if (sha256 === undefined && !MD5.test(eTag)) tally.counts.sizeOnly += 1;
  else if (sha256 === undefined ? found.md5 !== eTag : found.sha256 !== sha256)
    tally.add(name, "changed", `${size} bytes as expected, but another content than the point's`);
}

/** The eTag of an object uploaded at once is its MD5; of one in parts it is not. */
const MD5 = /^[0-9a-f]{32}$/;

class Tally {
  readonly counts = { references: 0, read: 0, bytes: 0, missing: 0, orphan: 0, changed: 0, sizeOnly: 0 };
  readonly #findings: ReferenceFinding[] = [];

  add(name: string, problem: ReferenceFinding["problem"], detail: string): void {
    this.counts[problem] += 1;
    if (this.#findings.length < NAMED) this.#findings.push({ name, problem, detail });
  }

  report(): ReferenceReport {
    return { ...this.counts, findings: this.#findings };
  }
}
