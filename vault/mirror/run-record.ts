import { z } from "zod";
import { SegmentReference } from "./segment-reference.ts";

/** 1: of a whole bucket; 2: of a shard, as its run's id says, which must not be taken for the whole. */
export const RUN_RECORD_VERSION = 2;
/** More problems are counted and left off. */
export const MAXIMUM_PROBLEMS = 1_000;

const instant = z.iso.datetime();
const count = z.int().min(0);

/** What one completed sync of a bucket, or of a shard of it, did. A sync without its record never happened. */
export const RunRecord = z.object({
  format: z.literal("holdfast.storage-run"),
  version: z.literal([1, RUN_RECORD_VERSION]),
  project: z.string(),
  bucket: z.string(),
  run: z.string(),
  /** 1 for the bucket's first run; each takes the next, so that a gap shows a lost record. */
  sequence: z.int().min(1),
  /** `full`: its segments are the whole index, of its shard. `changes`: they add to those of the runs before. */
  kind: z.enum(["changes", "full"]),
  /** Why it was a full one. */
  reason: z.string().optional(),
  startedAt: instant,
  completedAt: instant,
  /** Where the next run goes on. */
  cursor: z.object({ updatedAfter: instant }),
  /** The database's clock when the run asked it for changes. */
  asOf: instant.optional(),
  /** Tells the source's catalog from one that was restored or replaced. */
  source: z.string().optional(),
  /** Why the next run must be a full one. */
  doubt: z.string().optional(),
  /** Runs whose segments hold nothing that this run's do not: those that died, and the full one's predecessors. */
  takenOver: z.array(z.string()).optional(),
  /** In the order in which they were written. */
  segments: z.array(SegmentReference),
  counts: z.record(z.string(), count),
  problems: z
    .array(
      z.object({
        name: z.string(),
        version: z.string().optional(),
        problem: z.string(),
        detail: z.string().optional(),
      }),
    )
    .max(MAXIMUM_PROBLEMS),
  problemsLeftOff: count,
});
export type RunRecord = z.infer<typeof RunRecord>;
