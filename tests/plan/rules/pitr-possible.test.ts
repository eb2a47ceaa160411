import { testRules } from "../support/plan-fixture.ts";

const project = "projects.0";

describe("rule pitr-possible", () => {
  testRules([
    {
      rule: "point-in-time recovery needs at least Small compute",
      accepts: { [`${project}.compute`]: "small" },
      refuses: { [`${project}.compute`]: "micro" },
      path: "projects[0].compute",
      value: '"micro"',
      bound: /small or larger/,
      fix: /write compute: small, or remove pitr/,
    },
    {
      rule: "point-in-time recovery needs the project's ref",
      accepts: { [`${project}.ref`]: undefined, [`${project}.pitr`]: undefined },
      refuses: { [`${project}.ref`]: undefined },
      path: "projects[0].ref",
      value: "missing",
      bound: /20 lower-case letters/,
      fix: /add ref: .* or remove pitr/,
    },
    {
      rule: "Micro compute is enough without point-in-time recovery",
      accepts: { [`${project}.compute`]: "micro", [`${project}.pitr`]: undefined },
      refuses: { [`${project}.compute`]: "nano" },
      path: "projects[0].compute",
      value: '"nano"',
      bound: /small or larger/,
      fix: /write compute: small/,
    },
  ]);
});
