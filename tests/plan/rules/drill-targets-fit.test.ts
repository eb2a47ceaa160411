import { testRules } from "../support/plan-fixture.ts";

const project = "projects.0";
const plainDatabase = {
  [`${project}.kind`]: "postgres",
  [`${project}.ref`]: undefined,
  [`${project}.pitr`]: undefined,
};

describe("rule drill-targets-fit", () => {
  const server = { kind: "server", connection: { env: "DRILL_SERVER_URL" } };
  const supabase = { kind: "supabase", organization: "acme", region: "eu-central-1" };
  const weekly = (target: object) => ({ schedule: "0 5 * * 1", target });
  const left = { skip: "rehearsed by hand" };
  const own = { [`${project}.drills`]: { "staging-restore": weekly(server), "full-dr": left } };
  const skipped = { "staging-restore": left, "full-dr": left, "region-failover": left };
  testRules([
    {
      rule: "a plain database is not drilled into a Supabase project",
      accepts: { ...plainDatabase, [`${project}.drills.staging-restore`]: weekly(server) },
      refuses: { ...plainDatabase, [`${project}.drills.staging-restore`]: weekly(supabase) },
      path: "projects[0].drills.staging-restore.target.kind",
      value: '"supabase"',
      bound: /server: a new Supabase project is not empty/,
      fix: /write kind: server with connection/,
    },
    {
      rule: "nor into one that is named for all drills, which Supabase projects may have",
      accepts: { "drills.target": supabase },
      refuses: { ...plainDatabase, "drills.target": supabase },
      path: "drills.target.kind",
      value: '"supabase"',
      bound: /server for staging-restore, full-dr, region-failover of shop:/,
      fix: /or give these drills of shop such a target/,
    },
    {
      rule: "what is named for all drills binds those alone that run and have no target of their own",
      accepts: { ...plainDatabase, "drills.target": supabase, [`${project}.drills`]: skipped },
      refuses: { ...plainDatabase, ...own, "drills.target": supabase },
      path: "drills.target.kind",
      value: '"supabase"',
      bound: /server for region-failover of shop:/,
      fix: /write kind: server/,
    },
  ]);
});
