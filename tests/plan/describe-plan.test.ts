import assert from "node:assert/strict";
import { describePlan } from "../../plan/describe-plan.ts";
import { parseChanged } from "./support/plan-fixture.ts";

const NOW = new Date("2026-11-22T12:00:00Z");

describe("describePlan", () => {
  const text = describePlan(parseChanged({}), NOW);

  it("says what is promised and how it is kept", () => {
    for (const part of [
      "Protection plan of test: shop",
      "As of 2026-11-22 12:00. All times are UTC.",
      "back in service within 4h (RTO); at most 24h of changes lost (RPO); point-in-time recovery can keep it to 2m",
      "address in the environment variable SHOP_DATABASE_URL",
      "any second of the last 7 days, by Supabase",
      "nightly    daily at 02:00; whole database; kept 30 days; locked (compliance)",
      "weekly     Sundays at 03:00; whole database; the 4 newest verified kept (28 days); locked (compliance)",
      "compliance, up to 30 days",
      "or the offline escrow key",
    ]) {
      assert.ok(text.includes(part), `${part}\n\n${text}`);
    }
  });

  it("says what is due, what it costs, moves, assumes and leaves open", () => {
    assert.match(text, /2026-11-23 02:00 {2}in 14h {6}shop: nightly recovery point/);
    assert.match(text, /Total +\$\d+\.\d{2}/);
    assert.match(text, /Supabase, shop: dumps +\d/);
    assert.match(text, /What the forecast assumes\n {2}- shop: the database has 8 GiB/);
    assert.match(text, /What to know\n {2}- /);
  });

  it("fits a terminal's reader: no line ends in blanks, none is endless", () => {
    for (const line of text.split("\n")) {
      assert.equal(line, line.trimEnd());
      assert.ok(line.length <= 250, line);
    }
  });

  it("tells of everything a project declares", () => {
    const full = describePlan(
      parseChanged({
        "alerts.chatWebhook": { env: "CHAT" },
        job: { concurrency: 7 },
        "vault.keyAdmins": ["arn:aws:iam::123456789012:role/break-glass"],
        "vault.keys.signing": { privateKey: { file: "signing.pem" } },
        "projects.0.storage": [{ bucket: "photos", shards: 4 }],
        "projects.0.storageAccess": { accessKeyId: { env: "ID" }, secretAccessKey: { env: "KEY" } },
        "projects.0.tiers.monthly": { scope: { kind: "tables", tables: ["public.a", "public.b"] } },
        "projects.0.tiers.checkpoint": { prove: true },
        "projects.0.approvals": { roles: ["CEO", "Director"], minimum: 2 },
        "projects.0.contacts": {
          primary: { name: "A", phone: "+49 30 1234567" },
          escalationChannel: "#incidents",
        },
        "projects.0.hooks": { redeploy: { command: ["a"] } },
        "projects.0.wiring": [
          { kind: "edge-secrets", stage: "staging", variables: { SUPABASE_URL: "platform" } },
        ],
        "projects.0.drills": {
          "staging-restore": { schedule: "0 5 * * 1", alsoProve: 6 },
          "full-dr": { skip: "later" },
        },
      }),
      NOW,
    );
    for (const part of [
      "through the webhook in the environment variable CHAT",
      "Backups\n  at once  at most 7 of those with the same tier and time\n",
      "arn:aws:iam::123456789012:role/break-glass",
      "chained and signed by the file signing.pem",
      "photos: changes mirrored daily at 02:30 by 4 tasks, everything compared",
      "Once, for the first copy of 10 GiB of stored objects",
      "10.7 × $0.09 per GB; https://supabase.com/docs/guides/platform/manage-your-usage/egress",
      "rows of public.a, public.b; the 6 newest verified kept (186 days)",
      "checkpoint on demand; whole database; kept 30 days; locked (compliance); each restored and proved",
      "2 of CEO, Director must approve",
      "first: A, +49 30 1234567",
      "channel: #incidents",
      "runbook hooks    redeploy",
      "staging: edge functions: SUPABASE_URL ← platform",
      "staging-restore Mondays at 05:00, and up to 6 more points that were never proved\n",
      "full-dr         left out: later",
    ]) {
      assert.ok(full.includes(part), `${part}\n\n${full}`);
    }
  });
});
