import { testRules } from "../support/plan-fixture.ts";

const project = "projects.0";

describe("rule alerts-in-time", () => {
  testRules([
    {
      rule: "the lag is reported before the RPO is broken",
      accepts: { [`${project}.objectives`]: { rpo: "5m" } },
      refuses: { [`${project}.objectives`]: { rpo: "4m" } },
      path: "alerts.thresholds.pitrLagWarning",
      value: "5m",
      bound: /at most the RPO of shop \(4m\)/,
      fix: /write pitrLagWarning: 4m/,
    },
    {
      rule: "the warning comes before the critical alert",
      accepts: { "alerts.thresholds": { pitrLagWarning: "59m", pitrGapCritical: "1h" } },
      refuses: { "alerts.thresholds": { pitrLagWarning: "1h", pitrGapCritical: "1h" } },
      path: "alerts.thresholds.pitrLagWarning",
      value: "1h",
      bound: /less than pitrGapCritical \(1h\)/,
      fix: /lower pitrLagWarning or raise pitrGapCritical/,
    },
  ]);
});
