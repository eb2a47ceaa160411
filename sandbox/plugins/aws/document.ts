import { z } from "zod";

/** A JSON document, such as a policy: as text, or as the object that it says. */
export const document = z
  .union([z.string(), z.record(z.string(), z.json())])
  .transform((value) => (typeof value === "string" ? value : JSON.stringify(value)));
