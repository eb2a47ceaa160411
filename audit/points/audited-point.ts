import type { Point } from "../../vault/list-points.ts";

/** A recovery point as an audit sees it: what its manifest's object tells, and what is really there. */
export interface AuditedPoint
  extends Pick<Point, "id" | "tier" | "createdAt" | "verifiedAt" | "lockUntil" | "lockMode"> {
  /** Of all chunks, as the manifest's metadata say. */
  readonly recordedBytes?: number;
  /** Of all chunks, as the listing shows. */
  readonly storedBytes: number;
  /** Of one chunk; absent when it is not locked, or there is none. */
  readonly chunkLockUntil?: Date;
  /** How that chunk is locked. */
  readonly chunkLockMode?: "compliance" | "governance";
}

/** The points of one project, and what is left of some that never became one. */
export interface AuditedPoints {
  readonly points: readonly AuditedPoint[];
  /** Ids. */
  readonly litter: readonly string[];
}
