import { testRules } from "../support/plan-fixture.ts";

const project = "projects.0";

describe("rule wiring-distinct", () => {
  const target = (stage: string) => ({
    kind: "vercel",
    stage,
    project: "ui",
    token: { env: "VERCEL_TOKEN" },
    variables: { VITE_SUPABASE_URL: "url" },
  });
  const edge = { kind: "edge-secrets", stage: "production", variables: { MY_KEY: "service-role-key" } };
  const own = {
    kind: "command",
    stage: "production",
    command: ["node", "wire.js"],
    variables: { URL: "url" },
  };
  testRules([
    {
      rule: "a variable is wired once for each place and stage",
      accepts: { [`${project}.wiring`]: [target("staging"), target("production")] },
      refuses: { [`${project}.wiring`]: [target("production"), target("production")] },
      path: "projects[0].wiring[1].variables.VITE_SUPABASE_URL",
      value: '"url"',
      bound: /wired once for each place and stage/,
      fix: /remove it, wiring\[0\] sets it/,
    },
    {
      rule: "places of other kinds are told apart",
      accepts: { [`${project}.wiring`]: [edge, own] },
      refuses: { [`${project}.wiring`]: [edge, own, own] },
      path: "projects[0].wiring[2].variables.URL",
      value: '"url"',
      bound: /wired once/,
      fix: /wiring\[1\] sets it/,
    },
  ]);
});
