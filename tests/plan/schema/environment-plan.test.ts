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
      rule: "the Management API is reached over TLS, except on this machine",
      accepts: { "supabase.endpoint": "http://127.0.0.1:8080" },
      refuses: { "supabase.endpoint": "http://api.supabase.com" },
      path: "supabase.endpoint",
      value: '"http://api.supabase.com"',
      bound: /an https URL/,
      fix: /https:\/\/api\.supabase\.com/,
    },
    {
      rule: "an access token is a reference, and is not repeated",
      accepts: { "supabase.accessToken": { file: "secrets/supabase-token" } },
      refuses: { "supabase.accessToken": "sbp_0102030405060708090a0b0c0d0e0f1011121314" },
      path: "supabase.accessToken",
      value: "a text of 44 characters (not shown)",
      bound: /never the secret itself/,
      fix: /SUPABASE_ACCESS_TOKEN/,
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
