import type { BucketCoverage } from "../../jobs/storage/missing-objects.ts";
import { formatByteSize } from "../../plan/byte-size.ts";

/** What of a point's stored objects the mirror lacks, in words: a line a bucket, and one for each object. */
export function describeCoverage(point: string, coverages: readonly BucketCoverage[]): string {
  return coverages.flatMap((one) => [summary(point, one), ...names(one)]).join("\n");
}

function summary(point: string, one: BucketCoverage): string {
  const { bucket, objects, missing, changed, missingBytes, syncedAt, isSyncedSince } = one;
  const lost = missing + changed;
  const when =
    syncedAt === undefined ? "it was never synced" : `last synced ${syncedAt.slice(0, 16).replace("T", " ")}`;
  if (lost === 0) return `${bucket}: all ${objects} objects of ${point} are in the mirror (${when}).`;
  const advice = isSyncedSince ? "" : ` No sync began after the point: npm run sync -- --bucket ${bucket}`;
  return `${bucket}: ${lost} of ${objects} objects of ${point} are not in the mirror, ${formatByteSize(
    missingBytes,
  )}; of ${changed} it has other versions (${when}).${advice}`;
}

function names({ names: shown, namesLeftOff }: BucketCoverage): string[] {
  return [
    ...shown.map(({ name, version, problem }) => `  ${problem} ${JSON.stringify(name)} version ${version}`),
    ...(namesLeftOff > 0 ? [`  and ${namesLeftOff} more`] : []),
  ];
}
