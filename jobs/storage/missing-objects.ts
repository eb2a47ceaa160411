import type { Manifest } from "../../vault/manifest.ts";
import { readIndex } from "../../vault/mirror/read-index.ts";
import type { Vault } from "../../vault/vault.ts";
import { type InventoryProblem, matchInventory } from "./match-inventory.ts";
import { pointBucket, pointBuckets } from "./point-buckets.ts";
import { readInventory } from "./read-inventory.ts";

/** An object of a point that the mirror cannot give back. */
export interface MissingObject {
  readonly name: string;
  readonly version: string;
  readonly problem: InventoryProblem;
}

/** How much of one bucket of a point the mirror has. */
export interface BucketCoverage {
  readonly bucket: string;
  /** Of the point. */
  readonly objects: number;
  /** Objects of which the mirror has nothing. */
  readonly missing: number;
  /** Objects of which it has other versions only: they were replaced before a sync could copy them. */
  readonly changed: number;
  /** Of both, as far as their rows tell it. */
  readonly missingBytes: number;
  /** In the order of names, the first thousand. */
  readonly names: readonly MissingObject[];
  readonly namesLeftOff: number;
  /** The moment of the project that the last completed sync copied, ISO 8601; absent when there was none. */
  readonly syncedAt?: string;
  /** Whether that moment is after the point's: until then what is missing is only not yet copied. */
  readonly isSyncedSince: boolean;
}

const NAMED = 1_000;

/**
 * What of a point's stored objects is not in the mirror, bucket by bucket. Asks the index and reads no object; memory
 * stays flat.
 *
 * @param only of this bucket alone @default all of the point
 * @throws HoldfastError POINT_WITHOUT_INVENTORY, POINT_WITHOUT_BUCKET (exit 2), CHUNK_…, STORAGE_RUN_…,
 * INDEX_SEGMENT_…, KEY_…, STORE_…
 */
export async function missingObjects(
  vault: Vault,
  manifest: Manifest,
  only?: string,
): Promise<BucketCoverage[]> {
  const buckets = only === undefined ? pointBuckets(manifest) : [pointBucket(manifest, only)];
  const coverages: BucketCoverage[] = [];
  for (const { bucket } of buckets) coverages.push(await coverageOf(vault, manifest, bucket));
  return coverages;
}

async function coverageOf(vault: Vault, manifest: Manifest, bucket: string): Promise<BucketCoverage> {
  const index = await readIndex({ vault, project: manifest.project, bucket });
  const counts = { objects: 0, missing: 0, changed: 0, missingBytes: 0 };
  const names: MissingObject[] = [];
  for await (const { row, problem } of matchInventory(
    readInventory(vault, manifest, bucket),
    index.entries(),
  )) {
    counts.objects += 1;
    if (problem === undefined) continue;
    counts[problem === "changed" ? "changed" : "missing"] += 1;
    counts.missingBytes += row.size ?? 0;
    if (names.length < NAMED) names.push({ name: row.name, version: row.version, problem });
  }
  // By the database's clock, as the point's moment is.
  const { syncedAt } = index;
  return {
    ...{ bucket, ...counts, names },
    namesLeftOff: counts.missing + counts.changed - names.length,
    ...(syncedAt !== undefined && { syncedAt }),
    isSyncedSince: syncedAt !== undefined && new Date(syncedAt) > new Date(manifest.createdAt),
  };
}
