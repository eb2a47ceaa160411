import { z } from "zod";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);

/** One object of a bucket as it was copied: which version of the mirror holds which version of the source. */
export const IndexRow = z.object({
  /** The object's name in its bucket. */
  name: z.string(),
  /** The source's version id; with the name it is the row's identity. */
  version: z.string(),
  /** Plain size, in bytes. */
  size: count,
  /** As the source tells it, without quotes. */
  eTag: z.string(),
  /** Of the plain bytes, hex. */
  sha256,
  /** Version of the mirror's object; absent in a vault's bucket without versions. */
  mirrorVersionId: z.string().optional(),
  /** Stored size, in bytes. */
  bytes: count,
  contentType: z.string().optional(),
  cacheControl: z.string().optional(),
  /** The user's own metadata. */
  metadata: z.record(z.string(), z.string()).optional(),
  /** When the source last changed the row, ISO 8601. */
  updatedAt: z.string(),
  /** When the copy was complete, ISO 8601. */
  copiedAt: z.string(),
  /** When a full run found the object gone at the source, ISO 8601: its retention counts from there. */
  missingSince: z.string().optional(),
  /** Until when it is locked, ISO 8601; absent without lock, and in rows of older releases that no run raised since. */
  lockedUntil: z.string().optional(),
});
export type IndexRow = z.infer<typeof IndexRow>;
