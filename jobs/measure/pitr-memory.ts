import { z } from "zod";

const instant = z.iso.datetime().transform((text) => new Date(text));

/** What one look at a project's point-in-time recovery leaves for the next. */
export const PitrMemory = z.object({
  at: instant,
  earliest: instant,
  latest: instant,
  /** Where the project's write-ahead log ended, and a moment after which its last change was made. */
  log: z.object({ position: z.string(), writtenAfter: instant }).optional(),
  /** A look at which the database rested, later than `latest`: up to it nothing is missing, as long as `latest` stands. */
  coveredUntil: instant.optional(),
  /** The longest known stretch that cannot be recovered, as long as the window should reach over it. */
  hole: z.object({ from: instant, to: instant }).optional(),
});
export type PitrMemory = z.output<typeof PitrMemory>;
