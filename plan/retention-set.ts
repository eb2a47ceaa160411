import { formatDuration } from "./duration.ts";
import type { Retain } from "./retention-days.ts";

/** What retention needs to know of a recovery point. */
export interface RetainedPoint {
  readonly id: string;
  readonly tier: string;
  /** When its snapshot was taken. */
  readonly createdAt: Date;
  /** When it was restored and proved; absent until then. */
  readonly verifiedAt?: Date | undefined;
}

export interface RetentionDecision<Point> {
  readonly point: Point;
  /** A sentence for the log and the auditor. */
  readonly reason: string;
}

export interface RetentionSet<Point> {
  readonly keep: readonly RetentionDecision<Point>[];
  readonly expirable: readonly RetentionDecision<Point>[];
}

/**
 * Decides which points of one tier may expire. Only verified points count, and only they expire: a point that was
 * never restored proves nothing, and one that is bad must not push out one that is good. The newest verified point
 * always stays. Each list is newest first.
 *
 * @param points all points of one tier of one project, in any order
 * @param retain so many days, or so many of the newest verified points
 */
export function retentionSet<Point extends RetainedPoint>(
  points: readonly Point[],
  retain: Retain,
  now: Date,
): RetentionSet<Point> {
  const keep: RetentionDecision<Point>[] = [];
  const expirable: RetentionDecision<Point>[] = [];
  let verifiedSeen = 0;
  for (const point of points.toSorted(newestFirst)) {
    if (point.verifiedAt === undefined) {
      keep.push({ point, reason: "not verified: it expires only after it was restored once" });
      continue;
    }
    verifiedSeen += 1;
    const verdict = judge(point, verifiedSeen, retain, now);
    (verdict.expires ? expirable : keep).push({ point, reason: verdict.reason });
  }
  return { keep, expirable };
}

function judge(point: RetainedPoint, rank: number, retain: Retain, now: Date) {
  if (rank === 1) return { expires: false, reason: "the newest verified point: always kept" };
  if ("count" in retain) {
    const place = `number ${rank} of the verified points, ${retain.count} are kept`;
    return { expires: rank > retain.count, reason: place };
  }
  const ageSeconds = (now.getTime() - point.createdAt.getTime()) / 1_000;
  const age = `${formatDuration(Math.max(0, Math.floor(ageSeconds)))} old, kept for ${retain.days}d`;
  return { expires: ageSeconds > retain.days * 86_400, reason: age };
}

/** The id breaks ties, so that the answer does not depend on the order of the listing. */
const newestFirst = (a: RetainedPoint, b: RetainedPoint) =>
  b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
