import { testRules } from "../support/plan-fixture.ts";

const project = "projects.0";

describe("rule drills-possible", () => {
  const schedule = { schedule: "0 5 1 * *" };
  testRules([
    {
      rule: "a PITR simulation needs point-in-time recovery",
      accepts: { [`${project}.drills.pitr-simulation`]: schedule },
      refuses: { [`${project}.pitr`]: undefined, [`${project}.drills.pitr-simulation`]: schedule },
      path: "projects[0].drills.pitr-simulation",
      value: /0 5 1/,
      bound: /absent without pitr/,
      fix: /add pitr: \{windowDays: 7\}, or remove the drill/,
    },
    {
      rule: "a region failover needs a replica region",
      accepts: { [`${project}.drills.region-failover`]: schedule },
      refuses: {
        "vault.replicaRegion": undefined,
        "vault.keys.replicaKms": undefined,
        [`${project}.drills.region-failover`]: schedule,
      },
      path: "projects[0].drills.region-failover",
      value: /0 5 1/,
      bound: /absent without vault\.replicaRegion/,
      fix: /add vault\.replicaRegion, or write region-failover: \{skip/,
    },
  ]);
});
