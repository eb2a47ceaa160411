import { HoldfastError } from "./holdfast-error.ts";
import type { Tier } from "./tier.ts";

export interface PointIdParts {
  readonly tier: Tier;
  /** UTC, whole seconds. */
  readonly at: Date;
  /** `git describe --tags` of the release; checkpoints only. */
  readonly gitDescribe?: string;
}

const PREFIXES = {
  nightly: "nightly",
  weekly: "weekly",
  monthly: "monthly",
  checkpoint: "CHECKPOINT",
  emergency: "emergency",
} as const satisfies Record<Tier, string>;

const TIER_BY_PREFIX = new Map<string, Tier>(
  Object.entries(PREFIXES).map(([tier, prefix]) => [prefix, tier as Tier]),
);

const FORM = /^([A-Za-z]+)_(\d{4})(\d{2})(\d{2})_(\d{2})(\d{2})(\d{2})(?:_v([A-Za-z0-9.+_-]{1,64}))?$/;

/**
 * Names a recovery point: `nightly_20260131_020000`, `CHECKPOINT_20260131_174501_v1.4.2-3-gabc1234`.
 * Characters of a tag that cannot stand in an object key become `-`, and 64 are kept: the exact description is
 * in the manifest.
 * @param at taken in UTC; fractions of a second are dropped
 * @param gitDescribe for checkpoints only, ignored for other tiers
 * @throws HoldfastError POINT_ID_INVALID (exit 2) for a date that is none or outside the years 1000 to 9999
 */
export function pointId(tier: Tier, at: Date, gitDescribe?: string): string {
  const year = at.getUTCFullYear();
  if (!(year >= 1000 && year <= 9999))
    throw invalid(String(at), "its date lies outside the years 1000 to 9999");
  const [date = "", time = ""] = at.toISOString().split("T");
  const stamp = `${date.replaceAll("-", "")}_${time.slice(0, 8).replaceAll(":", "")}`;
  const version = tier === "checkpoint" && gitDescribe ? `_v${safeVersion(gitDescribe)}` : "";
  return `${PREFIXES[tier]}_${stamp}${version}`;
}

/**
 * Reads a name made by `pointId` back.
 * @throws HoldfastError POINT_ID_INVALID (exit 2) for an unknown tier, an impossible date or another form
 */
export function parsePointId(id: string): PointIdParts {
  const match = FORM.exec(id);
  if (!match) throw invalid(id, "it does not have the form <tier>_YYYYMMDD_HHMMSS");
  const [, prefix = "", year, month, day, hour, minute, second, gitDescribe] = match;
  const tier = TIER_BY_PREFIX.get(prefix);
  if (!tier) throw invalid(id, `its tier "${prefix}" is none of ${Object.values(PREFIXES).join(", ")}`);
  if (gitDescribe !== undefined && tier !== "checkpoint") {
    throw invalid(id, "only a CHECKPOINT carries a version");
  }
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const at = new Date(`${iso}Z`);
  // Date rolls 31 February over into March, and 24:00 into the next day; neither was ever written by us.
  if (Number.isNaN(at.getTime()) || !at.toISOString().startsWith(iso) || Number(year) < 1000) {
    throw invalid(id, `${iso}Z is not a date and time`);
  }
  return gitDescribe === undefined ? { tier, at } : { tier, at, gitDescribe };
}

const safeVersion = (text: string) => text.replaceAll(/[^A-Za-z0-9.+_-]/g, "-").slice(0, 64);

function invalid(id: string, why: string): HoldfastError {
  return new HoldfastError({
    code: "POINT_ID_INVALID",
    message: `"${id}" is not the id of a recovery point: ${why}`,
    hint: 'Write an id such as nightly_20260131_020000, or "latest"; `npm run points` lists those that exist.',
    exitCode: 2,
  });
}
