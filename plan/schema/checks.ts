import { z } from "zod";
import { Expectation } from "./condition.ts";
import { field } from "./field.ts";
import { refuse } from "./refuse.ts";
import { tableName } from "./table-name.ts";
import { slug, text, uniqueList } from "./texts.ts";

/** Quoted texts, quoted names, dollar-quoted texts and comments: where a semicolon or a keyword means nothing. */
const INERT = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]\w*|)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\//g;

const query = () => {
  const schema = z.string().superRefine((sql, context) => {
    const bare = sql.replaceAll(INERT, " ").trim();
    if (!/^(?:\(\s*)*(?:select|with|values|table|show|explain)\b/i.test(bare)) {
      refuse(context, {
        bound: "one statement that reads: SELECT, WITH, VALUES, TABLE, SHOW or EXPLAIN",
        fix: "write a query whose result shows that the data is right",
      });
    } else if (/;\s*\S/.test(bare)) {
      refuse(context, {
        bound: "a single statement: a second one could leave the read-only transaction",
        fix: "make each statement a check of its own",
      });
    }
  });
  return field(schema, {
    text: "the query, run in a read-only transaction",
    range: "one statement that reads",
    example: "select count(*) from public.orders",
  });
};

const SmokeCheck = z.strictObject({
  name: slug({ text: "the name of the check in reports", example: "orders-by-store" }),
  sql: query(),
  expect: field(Expectation, {
    text: "what the result must be; without it the query must only run",
    range: "{rows: condition, everyRow: {column: condition}}",
    example: "{rows: {min: 1}}",
  }).optional(),
});
export type SmokeCheck = z.output<typeof SmokeCheck>;

const tables = (what: string) =>
  uniqueList(tableName({ text: "a table", example: "public.orders" }), {
    text: what,
    example: "[public.orders]",
    of: "tables",
  }).default([]);

/** What must be true of the live database and of every restored one. */
export const Checks = z.strictObject({
  criticalTables: tables("tables that must exist and hold rows; counted in every checkpoint"),
  expectedTables: tables("tables that must exist"),
  expectedEnums: uniqueList(tableName({ text: "an enum", example: "public.work_stage" }), {
    text: "enums that must exist",
    example: "[public.work_stage]",
    of: "enums",
  }).default([]),
  smoke: field(
    z
      .array(
        field(SmokeCheck, {
          text: "a query whose result shows that the data is right",
          range: "{name, sql, expect}",
          example: "{name: orders, sql: select count(*) from public.orders}",
        }),
      )
      .superRefine(uniqueNames),
    {
      text: "queries whose result shows that the data is right",
      range: "a list of {name, sql, expect}",
      example: "[{name: orders, sql: select count(*) from public.orders}]",
    },
  ).default([]),
  migrationsDirectory: text({
    text: "the directory of migrations in the repository, compared with what the database has applied",
    example: "supabase/migrations",
    range: "a relative path",
    form: /^(?!\/)[^\0\n\r]+$/,
  }).optional(),
});
export type Checks = z.output<typeof Checks>;

function uniqueNames(entries: readonly { name: string }[], context: z.core.$RefinementCtx<unknown>): void {
  entries.forEach((entry, index) => {
    if (entries.findIndex((other) => other.name === entry.name) < index) {
      refuse(context, { path: [index, "name"], bound: "a name that no other check has", fix: "rename it" });
    }
  });
}
