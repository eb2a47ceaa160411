import { testRules } from "../support/plan-fixture.ts";

const project = "projects.0";

const smoke = (sql: string, expect?: object) => ({
  [`${project}.checks.smoke`]: [{ name: "a", sql, ...(expect && { expect }) }],
});

describe("fields of the checks", () => {
  testRules([
    {
      rule: "a table is named once",
      accepts: { [`${project}.checks.expectedTables`]: ["a.b", "a.c"] },
      refuses: { [`${project}.checks.expectedTables`]: ["a.b", "a.b"] },
      path: "projects[0].checks.expectedTables[1]",
      value: '"a.b"',
      bound: /tables that differ/,
      fix: /entry 0 says the same/,
    },
    {
      rule: "a smoke query reads",
      accepts: smoke("/* note */ (select 1);"),
      refuses: smoke("delete from a"),
      path: "projects[0].checks.smoke[0].sql",
      value: '"delete from a"',
      bound: /one statement that reads/,
      fix: /write a query/,
    },
    {
      rule: "a smoke query is one statement",
      accepts: smoke("select ';' as \";\", $x$;$x$ -- ;\n"),
      refuses: smoke("select 1; commit"),
      path: "projects[0].checks.smoke[0].sql",
      value: '"select 1; commit"',
      bound: /a single statement/,
      fix: /a check of its own/,
    },
    {
      rule: "an expectation expects something",
      accepts: smoke("select 1", { rows: { min: 1 } }),
      refuses: smoke("select 1", { rows: {} }),
      path: "projects[0].checks.smoke[0].expect.rows",
      value: "{}",
      bound: /at least one condition/,
      fix: /\{min: 1\}/,
    },
    {
      rule: "a minimum is not above its maximum",
      accepts: smoke("select 1", { rows: { min: 1, max: 1 } }),
      refuses: smoke("select 1", { rows: { min: 2, max: 1 } }),
      path: "projects[0].checks.smoke[0].expect.rows.min",
      value: "2",
      bound: /at most max \(1\)/,
      fix: /exchange/,
    },
    {
      rule: "smoke queries have names of their own",
      accepts: {
        [`${project}.checks.smoke`]: [
          { name: "a", sql: "select 1" },
          { name: "b", sql: "select 1" },
        ],
      },
      refuses: {
        [`${project}.checks.smoke`]: [
          { name: "a", sql: "select 1" },
          { name: "a", sql: "select 1" },
        ],
      },
      path: "projects[0].checks.smoke[1].name",
      value: '"a"',
      bound: /no other check has/,
      fix: /rename it/,
    },
  ]);
});
