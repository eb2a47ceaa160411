import { testRules } from "../support/plan-fixture.ts";

const project = "projects.0";
const plainDatabase = {
  [`${project}.kind`]: "postgres",
  [`${project}.ref`]: undefined,
  [`${project}.pitr`]: undefined,
};
const access = { accessKeyId: { env: "ID" }, secretAccessKey: { env: "KEY" } };

describe("rule supabase-only", () => {
  testRules([
    {
      rule: "a plain database has no ref",
      accepts: plainDatabase,
      refuses: { ...plainDatabase, [`${project}.ref`]: "abcdefghijklmnopqrst" },
      path: "projects[0].ref",
      value: '"abcdefghijklmnopqrst"',
      bound: /kind supabase/,
      fix: /remove ref, or write kind: supabase/,
    },
    {
      rule: "a plain database has no point-in-time recovery to buy",
      accepts: plainDatabase,
      refuses: { ...plainDatabase, [`${project}.pitr`]: { windowDays: 7 } },
      path: "projects[0].pitr",
      value: '{"windowDays":7}',
      bound: /kind supabase/,
      fix: /remove pitr/,
    },
    {
      rule: "a plain database has no compute size",
      accepts: { [`${project}.compute`]: "small" },
      refuses: { ...plainDatabase, [`${project}.compute`]: "small" },
      path: "projects[0].compute",
      value: '"small"',
      bound: /kind supabase/,
      fix: /remove compute/,
    },
    {
      rule: "a plain database has no settings of the platform",
      accepts: { [`${project}.sslEnforcement`]: true, [`${project}.backupSchedule`]: "03:30" },
      refuses: { ...plainDatabase, [`${project}.sslEnforcement`]: true },
      path: "projects[0].sslEnforcement",
      value: "true",
      bound: /kind supabase/,
      fix: /remove sslEnforcement/,
    },
    {
      rule: "a plain database has no storage buckets",
      accepts: { [`${project}.storage`]: [{ bucket: "photos" }], [`${project}.storageAccess`]: access },
      refuses: { ...plainDatabase, [`${project}.storage`]: [{ bucket: "photos" }] },
      path: "projects[0].storage",
      value: /photos/,
      bound: /kind supabase/,
      fix: /remove storage/,
    },
  ]);
});
