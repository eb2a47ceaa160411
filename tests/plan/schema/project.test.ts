import { testRules } from "../support/plan-fixture.ts";

const project = "projects.0";

describe("fields of a project", () => {
  testRules([
    {
      rule: "an unknown key that resembles nothing is to be removed",
      accepts: {},
      refuses: { [`${project}.password`]: "hunter2" },
      path: "projects[0].password",
      value: "an unknown key",
      bound: /known keys/,
      fix: /remove it/,
    },
    {
      rule: "a connection is a reference, and a secret is not repeated",
      accepts: {
        [`${project}.connection`]: {
          secretArn: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:a/b-AbCdEf",
        },
      },
      refuses: { [`${project}.connection`]: "postgres://postgres:hunter2@db/postgres" },
      path: "projects[0].connection",
      value: "a text of 39 characters (not shown)",
      bound: /never the secret itself/,
      fix: /write \{env: DATABASE_URL\}/,
    },
    {
      rule: "a reference names one place",
      accepts: { [`${project}.connection`]: { file: "secrets/url" } },
      refuses: { [`${project}.connection`]: { env: "A", file: "b" } },
      path: "projects[0].connection",
      value: "an object with the keys env, file (values not shown)",
      bound: /a reference/,
      fix: /write \{env/,
    },
    {
      rule: "an environment variable has a name",
      accepts: { [`${project}.connection`]: { env: "_A1" } },
      refuses: { [`${project}.connection`]: { env: "postgres://a:hunter2@b" } },
      path: "projects[0].connection.env",
      value: "a text of 22 characters (not shown)",
      bound: /the name of an environment variable/,
      fix: /write \{env/,
    },
    {
      rule: "a duration has a unit",
      accepts: { [`${project}.objectives.rto`]: "90m" },
      refuses: { [`${project}.objectives.rto`]: "90" },
      path: "projects[0].objectives.rto",
      value: '"90"',
      bound: /a duration from 1m to 30d/,
      fix: /a number with a unit s, m, h, d or w/,
    },
    {
      rule: "a duration is a text",
      accepts: { [`${project}.objectives.rto`]: "30m" },
      refuses: { [`${project}.objectives.rto`]: 30 },
      path: "projects[0].objectives.rto",
      value: "30",
      bound: /a duration from 1m to 30d/,
      fix: /rto: 4h/,
    },
    {
      rule: "a duration is within its bounds",
      accepts: { [`${project}.objectives.rto`]: "30d" },
      refuses: { [`${project}.objectives.rto`]: "31d" },
      path: "projects[0].objectives.rto",
      value: '"31d"',
      bound: /from 1m to 30d/,
      fix: /write 30d or a value between/,
    },
    {
      rule: "a PITR window is one that Supabase sells",
      accepts: { [`${project}.pitr.windowDays`]: 28 },
      refuses: { [`${project}.pitr.windowDays`]: 10 },
      path: "projects[0].pitr.windowDays",
      value: "10",
      bound: /7, 14 or 28/,
      fix: /windowDays: 7/,
    },
    {
      rule: "a drill has a schedule or a reason",
      accepts: { [`${project}.drills.full-dr`]: { skip: "rehearsed with prod" } },
      refuses: { [`${project}.drills.full-dr`]: { schedul: "0 5 1 * *" } },
      path: "projects[0].drills.full-dr.schedul",
      value: "an unknown key",
      bound: /schedule, skip/,
      fix: /did you mean schedule\?/,
    },
  ]);
});
