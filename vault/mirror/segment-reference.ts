import { z } from "zod";

const count = z.int().min(0);

/** One stored piece of the index, rows sorted by name. */
export const SegmentReference = z.object({
  run: z.string(),
  /** Within its run, from 0; later ones were written later. */
  number: count,
  rows: count,
  plainBytes: count,
  /** Stored. */
  bytes: count,
  /** Of the stored bytes, hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  versionId: z.string().optional(),
  firstName: z.string(),
  lastName: z.string(),
});
export type SegmentReference = z.infer<typeof SegmentReference>;
