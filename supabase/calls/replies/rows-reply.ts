import { z } from "zod";

/** The rows of the last statement, by column name. */
export const rowsReply = z.array(z.record(z.string(), z.unknown()));
