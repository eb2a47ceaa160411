import { z } from "zod";

const instant = z.iso.datetime();
const Marker = z.strictObject({ id: z.uuid(), at: instant });

/**
 * What a recovery must know of its beginning, to be followed to its end by another process. It is JSON, for the
 * caller's journal: Supabase gives a restore no id that could be asked for later, and the project's own database
 * forgets everything that was written after the target.
 */
export const PitrBegun = z.strictObject({
  ref: z.string(),
  target: instant,
  requestedAt: instant,
  window: z.strictObject({ earliest: instant, latest: instant }),
  /** Absent until Supabase has accepted the restore: before that nobody knows whether it was ever asked. */
  acceptedAt: instant.optional(),
  /** The newest row from after the target: it and all between must be gone. Absent when none could be written. */
  witness: Marker.optional(),
  /** Why there is no witness. */
  noWitness: z.string().optional(),
  /** The state in which the project was found. */
  statusBefore: z.string(),
  /** Rows from well before the target, the newest first: they must be there. */
  earlier: z.array(Marker),
});
export type PitrBegun = z.infer<typeof PitrBegun>;
