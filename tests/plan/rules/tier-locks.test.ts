import { testRules } from "../support/plan-fixture.ts";

const project = "projects.0";

describe("rule tier-locks", () => {
  testRules([
    {
      rule: "a tier cannot lock in a vault that does not",
      accepts: { "vault.lock": { mode: "none" }, [`${project}.tiers.nightly.lockMode`]: "none" },
      refuses: { "vault.lock": { mode: "none" }, [`${project}.tiers.nightly.lockMode`]: "compliance" },
      path: "projects[0].tiers.nightly.lockMode",
      value: '"compliance"',
      bound: /none: the vault's lock mode is none/,
      fix: /write vault\.lock\.mode: compliance/,
    },
    {
      rule: "a tier may lock less strictly, but not leave points open",
      accepts: { [`${project}.tiers.checkpoint`]: { lockMode: "governance" } },
      refuses: { [`${project}.tiers.checkpoint`]: { lockMode: "none" } },
      path: "projects[0].tiers.checkpoint.lockMode",
      value: '"none"',
      bound: /compliance or governance/,
      fix: /remove lockMode/,
    },
  ]);
});
