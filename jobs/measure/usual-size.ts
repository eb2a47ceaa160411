/** What sizes of points are usual, by those that were taken before. */
export interface UsualSize {
  readonly medianBytes: number;
  readonly leastBytes: number;
  readonly mostBytes: number;
}

/** Fewer say nothing about what is usual. */
const FEWEST = 3;
/** A database seldom halves or doubles between two points; a dump that lost a table or ran twice does. */
const FACTOR = 2;
/** Below it, manifests and empty tables outweigh what grows. */
const NEGLIGIBLE_BYTES = 1_048_576;

/**
 * The range in which the size of a point is no surprise: half to twice the median of those before, and never narrower
 * than a mebibyte to each side.
 * @param bytes sizes of earlier points, in any order
 * @returns undefined for fewer than three
 */
export function usualSize(bytes: readonly number[]): UsualSize | undefined {
  if (bytes.length < FEWEST) return undefined;
  const sorted = bytes.toSorted((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  const high = sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0;
  const medianBytes = (low + high) / 2;
  return {
    medianBytes,
    // Not even the smallest database is stored as nothing.
    leastBytes: Math.max(1, Math.min(medianBytes / FACTOR, medianBytes - NEGLIGIBLE_BYTES)),
    mostBytes: Math.max(medianBytes * FACTOR, medianBytes + NEGLIGIBLE_BYTES),
  };
}
