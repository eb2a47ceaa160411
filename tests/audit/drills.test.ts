import assert from "node:assert/strict";
import { drillsSource } from "../../audit/facts/drills.ts";
import { recordEvidence } from "../../jobs/record-evidence.ts";
import { type AuditBench, createAuditBench, factOf, findings } from "./support/audit-bench.ts";

const PROJECT = {
  name: "shop",
  kind: "postgres",
  connection: { env: "SHOP_URL" },
  drills: {
    "staging-restore": { schedule: "0 5 * * 1" },
    "full-dr": { skip: "no second account yet" },
    "region-failover": { schedule: "0 5 29 2 *" },
  },
};

describe("audit of drills", function () {
  this.timeout(30_000);
  let bench: AuditBench;
  before(async () => {
    bench = await createAuditBench({ projects: [PROJECT], lockMode: "none" });
  });
  after(() => bench.close());
  const at = (time: string) => ({ ...bench.vault, clock: () => new Date(time) });
  const drill = (time: string, kind: string, body: Parameters<typeof recordEvidence>[3]) =>
    recordEvidence(at(time), "drill", "shop", { drill: kind, ...body });
  const findingsAt = async (now: string) => {
    bench.now = new Date(now);
    return findings(await bench.facts(drillsSource));
  };

  it("owes none before the environment began, and tells why one is left out", async () => {
    assert.deepEqual(await findingsAt("2032-02-25T00:00:00Z"), []);
    await recordEvidence(at("2032-02-25T00:00:00Z"), "audit", undefined, { verdict: "PASS" });
    assert.deepEqual(await findingsAt("2032-02-29T05:00:00Z"), []);
    const skipped = factOf(await bench.facts(drillsSource), "drills.done/shop/full-dr");
    assert.deepEqual([skipped.verdict, skipped.declared], ["PASS", "left out: no second account yet"]);
  });

  it("finds a drill overdue a day after it was due, also one of a leap day", async () => {
    assert.deepEqual(await findingsAt("2032-03-01T04:59:59Z"), []);
    assert.deepEqual(await findingsAt("2032-03-01T05:00:00Z"), ["drills.done/shop/region-failover: never"]);
    assert.deepEqual(await findingsAt("2032-03-02T05:00:00Z"), [
      "drills.done/shop/staging-restore: never",
      "drills.done/shop/region-failover: never",
    ]);
    const { fix } = factOf(await bench.facts(drillsSource), "drills.done/shop/staging-restore");
    assert.equal(fix, "npm run drill -- --stack test --project shop --kind staging-restore");
  });

  it("is content with a drill that was executed since, by its outcome and its time", async () => {
    await drill("2032-03-01T05:10:00Z", "staging-restore", {
      verdict: "PASS",
      rtoSeconds: 60,
      rtoObjectiveSeconds: 60,
    });
    await drill("2032-03-01T06:10:00Z", "region-failover", { verdict: "FAIL" });
    assert.deepEqual(await findingsAt("2032-03-02T12:00:00Z"), ["drills.passed/shop/region-failover: FAIL"]);
    await drill("2032-03-02T13:00:00Z", "region-failover", {
      verdict: "PASS",
      rtoSeconds: 61,
      rtoObjectiveSeconds: 60,
    });
    assert.deepEqual(await findingsAt("2032-03-02T14:00:00Z"), [
      "drills.passed/shop/region-failover: PASS, slower than its objective",
    ]);
    await drill("2032-03-02T15:00:00Z", "region-failover", {
      verdict: "PASS",
      rtoSeconds: 1,
      rtoObjectiveSeconds: 60,
    });
    assert.deepEqual(await findingsAt("2032-03-02T16:00:00Z"), []);
    const owed = ["drills.done/shop/staging-restore: 2032-03-01"];
    assert.deepEqual(await findingsAt("2032-03-09T05:00:00Z"), owed);
    // A point that was chosen says nothing of a loss of today; the newest does.
    const late = (isNewest: boolean) =>
      drill("2032-03-09T05:00:00Z", "staging-restore", { verdict: "PASS", isNewest });
    await late(false);
    assert.deepEqual(await findingsAt("2032-03-09T06:00:00Z"), owed);
    await late(true);
    assert.deepEqual(await findingsAt("2032-03-09T06:00:00Z"), []);
  });
});
