import { testRules } from "../support/plan-fixture.ts";

describe("rule lock-meaningful", () => {
  testRules([
    {
      rule: "a lock of mode none has no days",
      accepts: { "vault.lock": { mode: "none", days: 0 } },
      refuses: { "vault.lock": { mode: "none", days: 30 } },
      path: "vault.lock.days",
      value: "30",
      bound: /absent with mode none/,
      fix: /remove days, or write mode: compliance/,
    },
  ]);
});
