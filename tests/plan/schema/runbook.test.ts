import { testRules } from "../support/plan-fixture.ts";

const project = "projects.0";

describe("fields that a recovery uses", () => {
  testRules([
    {
      rule: "approvals can be given",
      accepts: { [`${project}.approvals`]: { roles: ["CEO", "Director"], minimum: 2 } },
      refuses: { [`${project}.approvals`]: { roles: ["CEO", "Director"], minimum: 3 } },
      path: "projects[0].approvals.minimum",
      value: "3",
      bound: /at most the number of roles \(2\)/,
      fix: /name more roles/,
    },
    {
      rule: "a contact can be reached",
      accepts: { [`${project}.contacts`]: { primary: { name: "A", phone: "+49 30 1234567" } } },
      refuses: { [`${project}.contacts`]: { primary: { name: "A" } } },
      path: "projects[0].contacts.primary",
      value: '{"name":"A"}',
      bound: /an email, a phone or both/,
      fix: /add email/,
    },
    {
      rule: "the second contact is somebody else",
      accepts: {
        [`${project}.contacts`]: {
          primary: { name: "A", email: "a@b.c" },
          secondary: { name: "B", email: "b@b.c" },
        },
      },
      refuses: {
        [`${project}.contacts`]: {
          primary: { name: "A", email: "a@b.c" },
          secondary: { name: "A", email: "a@b.c" },
        },
      },
      path: "projects[0].contacts.secondary",
      value: /"A"/,
      bound: /somebody other/,
      fix: /name who answers/,
    },
    {
      rule: "a hook stands at a step that exists",
      accepts: { [`${project}.hooks.redeploy`]: { command: ["npm", "run", "deploy"] } },
      refuses: { [`${project}.hooks.redploy`]: { command: ["npm", "run", "deploy"] } },
      path: "projects[0].hooks.redploy",
      value: "an unknown key",
      bound: /banner-on, webhooks-off/,
      fix: /did you mean redeploy\?/,
    },
    {
      rule: "a command is a list, for no shell reads it",
      accepts: { [`${project}.hooks.redeploy`]: { command: ["npm"] } },
      refuses: { [`${project}.hooks.redeploy`]: { command: "npm run deploy" } },
      path: "projects[0].hooks.redeploy.command",
      value: '"npm run deploy"',
      bound: /a list of texts, one an argument/,
      fix: /command: \[node/,
    },
    {
      rule: "a command has no secret in it, and it is not repeated",
      accepts: {
        [`${project}.hooks.redeploy`]: { command: ["a"], environment: { TOKEN: { env: "TOKEN" } } },
      },
      refuses: { [`${project}.hooks.redeploy`]: { command: ["curl", "https://u:hunter2@host/"] } },
      path: "projects[0].hooks.redeploy.command",
      value: "curl https://u:***@host/",
      bound: /without secrets/,
      fix: /pass the secret by environment/,
    },
    {
      rule: "a browser gets no server's key",
      accepts: {
        [`${project}.wiring`]: [
          {
            kind: "command",
            stage: "production",
            command: ["a"],
            variables: { VITE_KEY: "anon-key", KEY: "service-role-key" },
          },
        ],
      },
      refuses: {
        [`${project}.wiring`]: [
          {
            kind: "command",
            stage: "production",
            command: ["a"],
            variables: { VITE_KEY: "service-role-key" },
          },
        ],
      },
      path: "projects[0].wiring[0].variables.VITE_KEY",
      value: '"service-role-key"',
      bound: /readable in every visitor's browser/,
      fix: /only the server reads/,
    },
    {
      rule: "what Supabase provides to functions is not set",
      accepts: {
        [`${project}.wiring`]: [
          { kind: "edge-secrets", stage: "production", variables: { SUPABASE_URL: "platform" } },
        ],
      },
      refuses: {
        [`${project}.wiring`]: [
          { kind: "edge-secrets", stage: "production", variables: { SUPABASE_URL: "url" } },
        ],
      },
      path: "projects[0].wiring[0].variables.SUPABASE_URL",
      value: '"url"',
      bound: /Supabase provides SUPABASE_\* to functions/,
      fix: /write SUPABASE_URL: platform/,
    },
    {
      rule: "a wiring target sets something",
      accepts: { [`${project}.wiring`]: [] },
      refuses: {
        [`${project}.wiring`]: [{ kind: "command", stage: "staging", command: ["a"], variables: {} }],
      },
      path: "projects[0].wiring[0].variables",
      value: "{}",
      bound: /at least one variable/,
      fix: /SUPABASE_URL: url/,
    },
    {
      rule: "variables have names",
      accepts: { [`${project}.hooks.smoke`]: { command: ["a"], environment: { A_B: { env: "A" } } } },
      refuses: { [`${project}.hooks.smoke`]: { command: ["a"], environment: { "A-B": { env: "A" } } } },
      path: "projects[0].hooks.smoke.environment.A-B",
      value: "there",
      bound: /a name of letters, digits and _/,
      fix: /rename the key/,
    },
  ]);
});
