import { testRules } from "../support/plan-fixture.ts";

const project = "projects.0";

describe("rule rpo-reachable", () => {
  testRules([
    {
      rule: "an RPO below a day needs more than nightly points",
      accepts: { [`${project}.pitr`]: undefined, [`${project}.objectives`]: { rpo: "24h" } },
      refuses: { [`${project}.pitr`]: undefined, [`${project}.objectives`]: { rpo: "23h" } },
      path: "projects[0].objectives.rpo",
      value: "23h",
      bound: /at least 24h, which passes between two nightly points at most/,
      fix: /write rpo: 24h, run nightly more often, or add pitr: \{windowDays: 7\}/,
    },
    {
      rule: "the tightest schedule of a full scope counts",
      accepts: {
        [`${project}.pitr`]: undefined,
        [`${project}.objectives`]: { rpo: "6h" },
        [`${project}.tiers`]: { nightly: { schedule: "0 */6 * * *" } },
      },
      refuses: {
        [`${project}.pitr`]: undefined,
        [`${project}.objectives`]: { rpo: "6h" },
        [`${project}.tiers`]: { nightly: { schedule: "0 */12 * * *" } },
      },
      path: "projects[0].objectives.rpo",
      value: "6h",
      bound: /at least 12h/,
      fix: /run nightly more often/,
    },
    {
      rule: "the longest gap counts, not the usual one",
      accepts: {
        [`${project}.pitr`]: undefined,
        [`${project}.objectives`]: { rpo: "3d" },
        [`${project}.tiers`]: { nightly: { schedule: "0 2 * * 1-5" } },
      },
      refuses: {
        [`${project}.pitr`]: undefined,
        [`${project}.objectives`]: { rpo: "2d" },
        [`${project}.tiers`]: { nightly: { schedule: "0 2 * * 1-5" } },
      },
      path: "projects[0].objectives.rpo",
      value: "48h",
      bound: /at least 3d/,
      fix: /write rpo: 3d/,
    },
    {
      rule: "point-in-time recovery reaches two minutes and no less",
      accepts: {
        [`${project}.objectives`]: { rpo: "2m" },
        "alerts.thresholds.pitrLagWarning": "2m",
      },
      refuses: {
        [`${project}.objectives`]: { rpo: "1m" },
        "alerts.thresholds.pitrLagWarning": "1m",
      },
      path: "projects[0].objectives.rpo",
      value: "1m",
      bound: /at least 2m, which is how often Supabase ships/,
      fix: /write rpo: 2m or more/,
    },
    {
      rule: "points that hold a part of the database reach no RPO",
      accepts: { [`${project}.tiers`]: { monthly: { scope: { kind: "tables", tables: ["public.a"] } } } },
      refuses: {
        [`${project}.pitr`]: undefined,
        [`${project}.tiers`]: {
          nightly: { scope: { kind: "tables", tables: ["public.a"] } },
          weekly: { scope: "schema" },
        },
      },
      path: "projects[0].tiers",
      value: /nightly/,
      bound: /reaches the RPO of 24h: pitr, or a scheduled tier with scope full/,
      fix: /add nightly: .* or pitr: \{windowDays: 7\}/,
    },
  ]);
});
