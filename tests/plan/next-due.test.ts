import assert from "node:assert/strict";
import { nextDueItems } from "../../plan/next-due.ts";
import { parseChanged } from "./support/plan-fixture.ts";

const access = { accessKeyId: { env: "ID" }, secretAccessKey: { env: "KEY" } };

describe("nextDueItems", () => {
  const plan = parseChanged({
    "projects.0.storage": [{ bucket: "photos" }],
    "projects.0.storageAccess": access,
    "projects.0.drills": { "full-dr": { skip: "later" } },
  });
  const now = new Date("2026-11-22T12:00:00Z");
  const items = nextDueItems(plan, now);

  it("lists what the plan starts, soonest first, without what is left out", () => {
    assert.deepEqual(
      items.map(({ kind, name, dueAt }) => [kind, name, dueAt.toISOString()]),
      [
        ["point", "nightly", "2026-11-23T02:00:00.000Z"],
        ["storage-mirror", "photos", "2026-11-23T02:30:00.000Z"],
        ["drill", "staging-restore", "2026-11-23T05:00:00.000Z"],
        ["alert-test", "canary", "2026-11-23T07:00:00.000Z"],
        ["point", "weekly", "2026-11-29T03:00:00.000Z"],
        ["drill", "pitr-simulation", "2026-12-02T05:00:00.000Z"],
        ["drill", "region-failover", "2027-11-04T05:00:00.000Z"],
      ],
    );
  });

  it("says when each should have run last", () => {
    const drill = items.find(({ name }) => name === "region-failover");
    assert.equal(drill?.previousAt.toISOString(), "2026-11-04T05:00:00.000Z");
    assert.equal(drill?.project, "shop");
    assert.equal(items.find(({ kind }) => kind === "alert-test")?.project, undefined);
  });
});
