import { hash } from "node:crypto";
import { keySegment } from "../layout.ts";
import { isRunId } from "./run-id.ts";

/** `<project>/storage/<bucket>/` */
export function mirrorPrefix(project: string, bucket: string): string {
  return `${keySegment(project, "project")}/storage/${bucketSegment(bucket)}/`;
}

/**
 * `<project>/storage/<bucket>/<2 hex>/<64 hex>`, of the name's SHA-256: names have up to 1,024 bytes and any signs,
 * which a key behind a prefix cannot hold, and they stay out of listings.
 */
export function mirrorKey(project: string, bucket: string, name: string): string {
  const digest = hash("sha256", name);
  return `${mirrorPrefix(project, bucket)}${digest.slice(0, 2)}/${digest}`;
}

/** `<project>/storage-index/<bucket>/` */
export function segmentsPrefix(project: string, bucket: string): string {
  return `${keySegment(project, "project")}/storage-index/${bucketSegment(bucket)}/`;
}

/**
 * `<project>/storage-index/<bucket>/<run>/<number, 6 digits>`
 * @param number 0 to 999,999
 */
export function segmentKey(project: string, bucket: string, run: string, number: number): string {
  if (!Number.isInteger(number) || number < 0 || number > 999_999) throw new RangeError("segment number");
  if (!isRunId(run)) throw new RangeError("run id");
  return `${segmentsPrefix(project, bucket)}${run}/${String(number).padStart(6, "0")}`;
}

/** `<project>/storage-runs/<bucket>/` */
export function runsPrefix(project: string, bucket: string): string {
  return `${keySegment(project, "project")}/storage-runs/${bucketSegment(bucket)}/`;
}

/**
 * `<project>/storage-runs/<bucket>/<sequence, 10 digits>`
 * @param sequence 1 to 9,999,999,999; each run takes the next
 */
export function runKey(project: string, bucket: string, sequence: number): string {
  if (!Number.isSafeInteger(sequence) || sequence < 1 || sequence > 9_999_999_999)
    throw new RangeError("sequence");
  return `${runsPrefix(project, bucket)}${String(sequence).padStart(10, "0")}`;
}

interface InBucket {
  readonly project: string;
  readonly bucket: string;
}

/** Undefined for any key that `segmentKey` does not make. */
export function parseSegmentKey(
  key: string,
): (InBucket & { readonly run: string; readonly number: number }) | undefined {
  const match = /^([^/]+)\/storage-index\/([^/]+)\/([^/]+)\/(\d{6})$/.exec(key);
  const [, project, segment, run, digits] = match ?? [];
  const bucket = segment && parseBucketSegment(segment);
  if (!project || !bucket || !run || !isRunId(run)) return undefined;
  return { project, bucket, run, number: Number(digits) };
}

/** Undefined for any key that `runKey` does not make. */
export function parseRunKey(key: string): (InBucket & { readonly sequence: number }) | undefined {
  const match = /^([^/]+)\/storage-runs\/([^/]+)\/(\d{10})$/.exec(key);
  const [, project, segment, digits] = match ?? [];
  const bucket = segment && parseBucketSegment(segment);
  if (!project || !bucket || Number(digits) === 0) return undefined;
  return { project, bucket, sequence: Number(digits) };
}

/** Bucket names that are safe in a key stand as they are. */
const PLAIN = /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}$/;

/** Supabase allows spaces and `&$@=;:+,?` in names of buckets; `=` and base64url stands for these. */
function bucketSegment(bucket: string): string {
  if (PLAIN.test(bucket)) return bucket;
  return keySegment(`=${Buffer.from(bucket, "utf8").toString("base64url")}`, "bucket name");
}

function parseBucketSegment(segment: string): string | undefined {
  const bucket = segment.startsWith("=")
    ? Buffer.from(segment.slice(1), "base64url").toString("utf8")
    : segment;
  if (bucket === "") return undefined;
  return bucketSegment(bucket) === segment ? bucket : undefined;
}
