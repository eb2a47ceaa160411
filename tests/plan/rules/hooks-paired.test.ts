import { testRules } from "../support/plan-fixture.ts";

const project = "projects.0";
const command = { command: ["node", "step.js"] };

describe("rule hooks-paired", () => {
  testRules(
    [
      ["banner-on", "banner-off"],
      ["webhooks-off", "webhooks-on"],
      ["writes-off", "writes-on"],
    ].map(([begin, end]) => ({
      rule: `${begin} needs ${end}`,
      accepts: { [`${project}.hooks.${begin}`]: command, [`${project}.hooks.${end}`]: command },
      refuses: { [`${project}.hooks.${begin}`]: command },
      path: `projects[0].hooks.${end}`,
      value: "missing",
      bound: new RegExp(`declared, as ${begin} is`),
      fix: new RegExp(`add ${end}: \\{command`),
    })),
  );
});
