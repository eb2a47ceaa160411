/** The simulated project that everything is copied from. */
export const REF = "benchstoragebenchsto";
/** Its bucket of the first copies: every round copies all of it to a place of its own. */
export const FIRST = "bench_first";
/** Its buckets in which few objects change: a small one and a large one. */
export const SMALL = "bench_small";
export const LARGE = "bench_large";
/** Rows without bytes, which only inventory and index are made of. */
export const LISTED = "bench_listed";

/** How many objects, and of how many bytes each. */
export interface StorageSizes {
  readonly firstObjects: number;
  readonly firstBytes: number;
  readonly smallObjects: number;
  readonly largeObjects: number;
  /** Of both. */
  readonly nightBytes: number;
  readonly changes: number;
  readonly listedObjects: number;
}

const FULL: StorageSizes = {
  firstObjects: 20_000,
  firstBytes: 64 * 1024,
  smallObjects: 20_000,
  largeObjects: 200_000,
  nightBytes: 4 * 1024,
  changes: 100,
  listedObjects: 1_000_000,
};

/** @param share of the full number of objects, 0 to 1; what is measured below 1 is a trial */
export function storageSizes(share: number): StorageSizes {
  const of = (objects: number) => Math.max(100, Math.round(objects * share));
  return {
    ...FULL,
    firstObjects: of(FULL.firstObjects),
    smallObjects: of(FULL.smallObjects),
    largeObjects: of(FULL.largeObjects),
    listedObjects: of(FULL.listedObjects),
  };
}

/** The name of an object: a thousand folders, as an application with many customers has them. */
export function objectName(number: number): string {
  const folder = String(number % 1_000).padStart(4, "0");
  return `orders/${folder}/${String(number).padStart(7, "0")}.jpg`;
}
