import assert from "node:assert/strict";
import { forecastCost } from "../../plan/cost.ts";
import { planNotes } from "../../plan/plan-notes.ts";
import { type Changes, parseChanged } from "./support/plan-fixture.ts";

function notes(changes: Changes): string {
  const plan = parseChanged(changes);
  return planNotes(plan, forecastCost(plan)).join("\n");
}

/** A plan that leaves nothing open. */
const COMPLETE: Changes = {
  "vault.keys.signing": { kms: "alias/evidence" },
  "alerts.topics": { critical: { emails: ["on-call@example.com"] } },
  "projects.0.approvals": { roles: ["CEO"] },
  "projects.0.contacts": { primary: { name: "A", email: "a@example.com" } },
  "projects.0.checks": { criticalTables: ["public.a"] },
  // Seven nightly points and a weekly one, each week.
  "projects.0.drills": { "staging-restore": { schedule: "0 5 * * 1", alsoProve: 7 } },
};

const access = { accessKeyId: { env: "ID" }, secretAccessKey: { env: "KEY" } };

/** What is taken from the complete plan, and what is then said. */
const CASES: readonly (readonly [string, Changes, RegExp])[] = [
  [
    "PITR may be lost with the project",
    { "projects.0.objectives": { rpo: "5m" } },
    /up to 24h of changes are gone \(nightly points\)/,
  ],
  [
    "no scheduled point holds everything",
    { "projects.0.tiers": { monthly: { scope: { kind: "tables", tables: ["public.a"] } } } },
    /no scheduled tier holds the whole database/,
  ],
  ["the dump's own time comes on top", { "projects.0.pitr": undefined }, /minutes a dump takes come on top/],
  [
    "objects have a longer RPO",
    {
      "projects.0.objectives": { rpo: "24h" },
      "projects.0.storage": [{ bucket: "photos", schedule: "0 3 * * 0" }],
      "projects.0.storageAccess": access,
    },
    /objects of photos are mirrored every 7d/,
  ],
  [
    "a drill is left out",
    { "projects.0.drills": { "full-dr": { skip: "too costly" } } },
    /full-dr is left out: too costly/,
  ],
  [
    "drills prove fewer points than are taken",
    { "projects.0.drills": { "staging-restore": { schedule: "0 5 * * 1", alsoProve: 6 } } },
    /of 35 points a month the drill staging-restore proves 30\..+alsoProve: 7,/,
  ],
  [
    "a drill has no room for so many",
    { "projects.0.drills": { "staging-restore": { schedule: "0 5 3 1,4,7,10 *" } } },
    /proves 0\..+: rehearse more often, or/,
  ],
  ["nobody approves", { "projects.0.approvals": undefined }, /nobody has to approve/],
  ["nobody is called", { "projects.0.contacts": undefined }, /calls nobody/],
  ["there are no checks", { "projects.0.checks": undefined }, /against the manifest alone/],
  ["points are not locked", { "vault.lock": { mode: "none" } }, /points are not locked/],
  ["the lock can be lifted", { "vault.lock": { mode: "governance" } }, /break-glass can remove/],
  [
    "there is no replica",
    { "vault.replicaRegion": undefined, "vault.keys.replicaKms": undefined },
    /no replica/,
  ],
  ["there is no escrow key", { "vault.keys.escrowPublicKey": undefined }, /no escrow key/],
  ["evidence is not signed", { "vault.keys.signing": undefined }, /not signed/],
  ["nobody is told", { "alerts.topics": undefined }, /nobody is told of a failed backup/],
  ["storage outgrows its budget", { "vault.budget": { storage: "10 GiB" } }, /more than 80 % of the 10 GiB/],
  ["cost outgrows its budget", { "vault.budget": { monthlyUsd: 50 } }, /exceeds the \$50 set aside/],
];

describe("planNotes", () => {
  it("has nothing to say of a plan that leaves nothing open", () => assert.equal(notes(COMPLETE), ""));

  for (const [name, changes, expected] of CASES) {
    it(`says when ${name}`, () => {
      const found = notes({ ...COMPLETE, ...changes });
      assert.match(found, expected);
    });
  }

  it("is content with a budget that is kept", () => {
    assert.equal(notes({ ...COMPLETE, "vault.budget": { storage: "1 TiB", monthlyUsd: 5_000 } }), "");
  });
});
