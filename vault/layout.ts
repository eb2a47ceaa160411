import { HoldfastError } from "../plan/holdfast-error.ts";
import { TIERS, type Tier } from "../plan/tier.ts";

/** Where one recovery point lives. */
export interface PointReference {
  readonly project: string;
  readonly tier: Tier;
  readonly id: string;
}

/** The name of the manifest inside a point; also its `chunk` in the encryption context of the seal. */
export const MANIFEST_FILE = "manifest.json";

/** Pages and states that can be made anew. */
export const REPORTS_PREFIX = "reports/";
/** What the watch remembers from pass to pass. */
export const WATCH_PREFIX = `${REPORTS_PREFIX}watch/`;

/** `<project>/points/` */
export function pointsPrefix(project: string): string {
  return `${keySegment(project, "project")}/points/`;
}

/** `<project>/points/<tier>/` */
export function tierPrefix(project: string, tier: Tier): string {
  return `${pointsPrefix(project)}${tier}/`;
}

/** `<project>/points/<tier>/<id>/` */
export function pointPrefix(project: string, tier: Tier, id: string): string {
  return `${tierPrefix(project, tier)}${keySegment(id, "point id")}/`;
}

/** `<project>/points/<tier>/<id>/manifest.json` */
export function manifestKey(project: string, tier: Tier, id: string): string {
  return pointPrefix(project, tier, id) + MANIFEST_FILE;
}

/**
 * `<project>/points/<tier>/<id>/<path>`
 * @param path relative, `/`-separated, no empty, `.` or `..` part; never `manifest.json`
 */
export function chunkKey(project: string, tier: Tier, id: string, path: string): string {
  for (const part of path.split("/")) keySegment(part, "chunk path");
  if (path === MANIFEST_FILE) throw invalid("chunk path", path);
  return pointPrefix(project, tier, id) + path;
}

/** `evidence/<environment>/` */
export function evidencePrefix(environment: string): string {
  return `evidence/${keySegment(environment, "environment")}/`;
}

/**
 * `evidence/<environment>/<sequence, 10 digits>.json`
 * @param sequence 1 to 9,999,999,999
 */
export function evidenceKey(environment: string, sequence: number): string {
  if (!Number.isSafeInteger(sequence) || sequence < 1 || sequence > 9_999_999_999) {
    throw invalid("evidence sequence", String(sequence));
  }
  return `${evidencePrefix(environment)}${String(sequence).padStart(10, "0")}.json`;
}

/** `reports/watch/<environment>.json`: what the last pass of the watch left for the next one. */
export function watchStateKey(environment: string): string {
  return `${WATCH_PREFIX}${keySegment(environment, "environment")}.json`;
}

/** What a key of a point names: the manifest (path `manifest.json`) or a chunk. Undefined for any other key. */
export function parsePointKey(key: string): (PointReference & { path: string }) | undefined {
  const [project, points, tier, id, ...rest] = key.split("/");
  if (points !== "points" || !project || !id || rest.length === 0 || rest.some((part) => !isSegment(part))) {
    return undefined;
  }
  const known = TIERS.find((name) => name === tier);
  if (!known || !isSegment(project) || !isSegment(id)) return undefined;
  return { project, tier: known, id, path: rest.join("/") };
}

/** The sequence of an evidence key, or undefined for any other key. */
export function parseEvidenceKey(key: string): { environment: string; sequence: number } | undefined {
  const match = /^evidence\/([^/]+)\/(\d{10})\.json$/.exec(key);
  const [, environment, digits] = match ?? [];
  if (!environment || !isSegment(environment) || !digits || Number(digits) === 0) return undefined;
  return { environment, sequence: Number(digits) };
}

// Letters, digits and the signs that S3 lists as safe, so that every tool and console shows keys unescaped.
// @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
const SEGMENT = /^[A-Za-z0-9!_.*'()+=@,-]{1,200}$/;

function isSegment(text: string): boolean {
  return SEGMENT.test(text) && text !== "." && text !== "..";
}

/**
 * A name that may stand between two `/` of a key, as it is.
 * @throws HoldfastError KEY_NAME_INVALID
 */
export function keySegment(text: string, what: string): string {
  if (!isSegment(text)) throw invalid(what, text);
  return text;
}

function invalid(what: string, text: string): HoldfastError {
  return new HoldfastError({
    code: "KEY_NAME_INVALID",
    message: `The ${what} ${JSON.stringify(text.slice(0, 80))} cannot be part of an object key.`,
    hint: "Use letters, digits and -_.+ only, 1 to 200 characters.",
    exitCode: 2,
  });
}
