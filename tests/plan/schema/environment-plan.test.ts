import { testRules } from "../support/plan-fixture.ts";

describe("fields of the environment", () => {
  testRules([
    {
      rule: "the environment is a slug",
      accepts: { environment: "prod-2" },
      refuses: { environment: "Prod 2" },
      path: "environment",
      value: '"Prod 2"',
      bound: /lower-case letters, digits and single hyphens/,
      fix: /environment: prod/,
    },
    {
      rule: "a plan protects something",
      accepts: {},
      refuses: { projects: [] },
      path: "projects",
      value: "[]",
      bound: /at least one project/,
      fix: /projects: \[/,
    },
    {
      rule: "a chat webhook is a reference, and its URL is not repeated",
      accepts: { "alerts.chatWebhook": { env: "CHAT_WEBHOOK_URL" } },
      refuses: { "alerts.chatWebhook": "https://hooks.slack.com/services/T0/B0/abc" },
      path: "alerts.chatWebhook",
      value: "a text of 42 characters (not shown)",
      bound: /never the secret itself/,
      fix: /write \{env: CHAT_WEBHOOK_URL\}/,
    },
  ]);
});
