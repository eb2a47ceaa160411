import { z } from "zod";

/** The key itself, a secret. */
export const rootKeyReply = z.object({ root_key: z.string() }).transform(({ root_key }) => root_key);
