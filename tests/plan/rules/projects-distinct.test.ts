import { testRules } from "../support/plan-fixture.ts";

describe("rule projects-distinct", () => {
  const other = { name: "other", kind: "postgres", connection: { env: "OTHER_URL" } };
  testRules([
    {
      rule: "two projects have two names",
      accepts: { "projects.1": other },
      refuses: { "projects.1": { ...other, name: "shop" } },
      path: "projects[1].name",
      value: '"shop"',
      bound: /a name that no other project has \(projects\[0\] has it too\)/,
      fix: /rename one/,
    },
    {
      rule: "two projects have two refs",
      accepts: { "projects.1": { ...other, kind: "supabase", ref: "bbcdefghijklmnopqrst" } },
      refuses: { "projects.1": { ...other, kind: "supabase", ref: "abcdefghijklmnopqrst" } },
      path: "projects[1].ref",
      value: '"abcdefghijklmnopqrst"',
      bound: /a ref that no other project has/,
      fix: /correct its ref/,
    },
  ]);
});
