import { z } from "zod";

const ZONE = /(?:z|[+-]\d\d(?::?\d\d)?)$/i;

/**
 * A time as the Management API writes it: ISO 8601 or PostgreSQL's form, fractions of a second or none. Where no zone
 * is written it is UTC.
 */
export const instant = z.string().transform((text, context): Date => {
  const time = new Date(ZONE.test(text) ? text : `${text}Z`);
  if (!Number.isNaN(time.getTime())) return time;
  context.addIssue({ code: "custom", message: "a time such as 2026-05-04T14:40:44Z" });
  return z.NEVER;
});
