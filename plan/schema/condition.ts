import { z } from "zod";
import { field } from "./field.ts";
import { refuse } from "./refuse.ts";
import { duration } from "./texts.ts";

const number = (what: string) =>
  field(z.number(), { text: `the ${what} number`, range: "a number", example: "1" });

/** What a value in a result must be; all that is declared must hold. */
export const Condition = z
  .strictObject({
    equals: field(z.union([z.string(), z.number(), z.boolean()]), {
      text: "the exact value, compared as text",
      range: "a text, a number, true or false",
      example: "already_done",
    }).optional(),
    oneOf: field(
      z
        .array(
          field(z.union([z.string(), z.number()]), {
            text: "an allowed value",
            range: "a text or a number",
            example: "bannos",
          }),
        )
        .min(1),
      {
        text: "the values it may have, compared as text",
        range: "a list of at least one text or number",
        example: "[bannos, flourlane]",
      },
    ).optional(),
    min: number("least").optional(),
    max: number("greatest").optional(),
    /** Refuses NULL. */
    notNull: field(z.literal(true), { text: "refuses NULL", range: "true", example: "true" }).optional(),
    /** Not older than this when the recovery point was taken: a drill next year judges the same. */
    newerThan: duration({
      text: "how old the timestamp may have been when the recovery point was taken",
      example: "7d",
      min: "1m",
      max: "3650d",
    }).optional(),
  })
  .superRefine((condition, context) => {
    if (Object.keys(condition).length === 0) {
      refuse(context, { bound: "at least one condition", fix: "write e.g. {min: 1} or {notNull: true}" });
    }
    if (condition.min !== undefined && condition.max !== undefined && condition.min > condition.max) {
      refuse(context, {
        path: ["min"],
        bound: `at most max (${condition.max})`,
        fix: "exchange min and max",
      });
    }
  })
  .transform(({ newerThan, ...rest }) => ({
    ...rest,
    ...(newerThan !== undefined && { newerThanSeconds: newerThan }),
  }));
export type Condition = z.output<typeof Condition>;

/** The expected result of a smoke query. */
export const Expectation = z
  .strictObject({
    rows: field(Condition, {
      text: "how many rows come back",
      range: "a condition",
      example: "{min: 1}",
    }).optional(),
    everyRow: field(z.record(z.string().min(1), Condition), {
      text: "by column, what holds in every row",
      range: "conditions by column name",
      example: "{count: {min: 1}}",
    }).optional(),
  })
  .superRefine((expectation, context) => {
    if (!expectation.rows && !expectation.everyRow) {
      refuse(context, { bound: "rows, everyRow or both", fix: "write e.g. {rows: {min: 1}}" });
    }
  });
export type Expectation = z.output<typeof Expectation>;
