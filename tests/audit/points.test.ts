import assert from "node:assert/strict";
import { DeleteObjectCommand, PutObjectRetentionCommand } from "@aws-sdk/client-s3";
import { pointsSource } from "../../audit/facts/points.ts";
import { recordEvidence } from "../../jobs/record-evidence.ts";
import { chunkKey, manifestKey } from "../../vault/layout.ts";
import type { Manifest } from "../../vault/manifest.ts";
import { markVerified } from "../../vault/mark-verified.ts";
import { type AuditBench, createAuditBench, factOf, findings } from "./support/audit-bench.ts";
import { putAuditPoint } from "./support/put-audit-point.ts";

const PROJECT = {
  name: "shop",
  kind: "postgres",
  connection: { env: "SHOP_URL" },
  tiers: { nightly: { retain: { days: 4 } }, weekly: { retain: { count: 1 } } },
};
const NAMES = ["gaps", "age", "vanished", "sizes", "whole", "locks", "settled", "unproved"];

describe("audit of points", function () {
  this.timeout(120_000);
  let bench: AuditBench;
  const findingsNow = async () => findings(await bench.facts(pointsSource));
  const put = (taken: string, options: Parameters<typeof putAuditPoint>[3] = {}) =>
    putAuditPoint(bench, "shop", taken, { retainDays: 4, ...options });
  const remove = async (key: string) => {
    const target = { Bucket: bench.vault.bucket, Key: key };
    const { VersionId } = await bench.vault.s3.send(new DeleteObjectCommand(target));
    // As a person mends it: without its delete marker the object is there again.
    return () => bench.vault.s3.send(new DeleteObjectCommand({ ...target, VersionId }));
  };
  const nightly = (night: string) => `nightly_203106${night}_020030`;

  describe("over a few days", () => {
    let newest: Manifest;
    before(async () => {
      bench = await createAuditBench({ projects: [PROJECT] });
      await put("2031-06-29T03:00:30Z", { tier: "weekly", retainDays: 7 });
      for (const night of ["27", "28", "29"]) await put(`2031-06-${night}T02:00:30Z`);
      newest = await put("2031-06-30T02:00:30Z");
    });
    after(() => bench.close());

    it("finds nothing where all is as the plan says, and tells the facts of each tier", async () => {
      const facts = await bench.facts(pointsSource);
      assert.deepEqual(findings(facts), []);
      assert.deepEqual(
        facts.map(({ id }) => id),
        [
          ...["nightly", "weekly"].flatMap((tier) => NAMES.map((name) => `points.${name}/shop/${tier}`)),
          ...["points.verified/shop", "points.litter/shop"],
        ],
      );
      const { declared, actual, fix } = factOf(facts, "points.gaps/shop/nightly");
      assert.deepEqual(
        [declared, actual, fix],
        ["none missing of 4: daily at 02:00, kept 4 days", "none", undefined],
      );
      const weekly = factOf(facts, "points.gaps/shop/weekly");
      assert.equal(weekly.declared, "none missing of 1: Sundays at 03:00, kept the newest 1 verified");
      const age = factOf(facts, "points.age/shop/nightly");
      assert.deepEqual([age.declared, age.actual], ["at most 26h", "9h59m30s"]);
    });

    it("finds a point that was on record and is gone, its night, and the rest of it", async () => {
      const mend = await remove(manifestKey("shop", "nightly", nightly("28")));
      assert.deepEqual(await findingsNow(), [
        "points.gaps/shop/nightly: 1 missing: 2031-06-28T02:00Z",
        `points.vanished/shop/nightly: 1 vanished: ${nightly("28")}`,
        `points.litter/shop: 1 without manifest: ${nightly("28")}`,
      ]);
      await mend();
      assert.deepEqual(await findingsNow(), []);
    });

    it("finds a point whose chunks somebody deleted", async () => {
      const mend = await remove(chunkKey("shop", "nightly", nightly("29"), "data/0"));
      const facts = await bench.facts(pointsSource);
      assert.equal(
        factOf(facts, "points.whole/shop/nightly").actual,
        `1 incomplete: ${nightly("29")} (0 B of 1000 B)`,
      );
      await mend();
      assert.deepEqual(await findingsNow(), []);
    });

    it("finds points without evidence of their success", async () => {
      const evidence = async () => ({ ...(await bench.context().evidence()), points: new Map() });
      const { actual } = factOf(await bench.facts(pointsSource, { evidence }), "points.settled/shop/nightly");
      assert.match(actual, /^4 unsettled: nightly_20310627_020030 \(no evidence of its success\), /);
      const unread = await bench.facts(pointsSource, {
        evidence: async () => Promise.reject(new Error("no")),
      });
      assert.deepEqual(findings(unread), []);
    });

    it("finds locks of a weaker mode than the plan's", async () => {
      const lock = { mode: "compliance", days: 400 } as const;
      const plan = { ...bench.plan, vault: { ...bench.plan.vault, lock } };
      const facts = await bench.facts(pointsSource, { plan });
      const { actual } = factOf(facts, "points.locks/shop/weekly");
      assert.equal(actual, "1 too weak: weekly_20310629_030030 (governance)");
    });

    it("finds points that nobody restored before their lock ends, and no proof at all", async () => {
      bench.now = new Date("2031-06-30T16:24:29Z");
      const unproved = async () =>
        factOf(await bench.facts(pointsSource), "points.unproved/shop/nightly").actual;
      assert.equal(await unproved(), "none");
      bench.now = new Date("2031-06-30T16:24:30Z");
      assert.equal(await unproved(), `1 unproved: ${nightly("27")}`);
      bench.now = new Date("2031-07-05T02:00:31Z");
      const verified = async () => factOf(await bench.facts(pointsSource), "points.verified/shop");
      const { verdict, declared, actual } = await verified();
      assert.deepEqual([verdict, declared, actual], ["FAIL", "at most 8d", "no point is proved"]);
      await markVerified(bench.vault, newest, new Date("2031-06-27T02:00:31Z"));
      assert.deepEqual([(await verified()).verdict, (await verified()).actual], ["PASS", "8d"]);
      bench.now = new Date("2031-07-05T02:00:32Z");
      assert.deepEqual([(await verified()).verdict, (await verified()).actual], ["FAIL", "8d1s"]);
    });

    it("finds empty points and those outside of what is usual, and locks shorter than the plan", async () => {
      bench.now = new Date("2031-07-02T12:00:00Z");
      await put("2031-07-01T02:00:30Z", { bytes: 0, retainDays: 3 });
      await put("2031-07-02T02:00:30Z", { bytes: 1_200_000 });
      const facts = await bench.facts(pointsSource);
      assert.equal(
        factOf(facts, "points.sizes/shop/nightly").actual,
        "2 unusual: nightly_20310702_020030 (1.14 MiB; usual 1 B to 1 MiB), nightly_20310701_020030 (empty)",
      );
      assert.equal(
        factOf(facts, "points.locks/shop/nightly").actual,
        "1 too weak: nightly_20310701_020030 (until 2031-07-04, not 2031-07-05)",
      );
    });

    it("finds a chunk whose lock somebody shortened", async () => {
      await bench.vault.s3.send(
        new PutObjectRetentionCommand({
          Bucket: bench.vault.bucket,
          Key: chunkKey("shop", "nightly", nightly("30"), "data/0"),
          Retention: { Mode: "GOVERNANCE", RetainUntilDate: new Date("2031-07-03T02:00:30Z") },
          BypassGovernanceRetention: true,
        }),
      );
      const facts = await bench.facts(pointsSource);
      assert.equal(
        factOf(facts, "points.settled/shop/nightly").actual,
        `1 unsettled: ${nightly("30")} (a chunk is locked until 2031-07-03)`,
      );
    });
  });

  describe("from the beginning", () => {
    before(async () => {
      bench = await createAuditBench({ projects: [PROJECT] });
    });
    after(() => bench.close());
    const tell = (
      at: string,
      project: string | undefined,
      kind: "audit" | "backup",
      verdict: "PASS" | "FAIL",
    ) =>
      recordEvidence({ ...bench.vault, clock: () => new Date(at) }, kind, project, {
        verdict,
        tier: "nightly",
      });

    it("owes nothing before anything is told of, and from then on what is due", async () => {
      assert.deepEqual(await findingsNow(), []);
      await tell("2031-06-29T01:00:00Z", undefined, "audit", "PASS");
      bench.now = new Date("2031-06-29T03:59:59Z");
      assert.deepEqual(await findingsNow(), []);
      bench.now = new Date("2031-06-29T04:00:00Z");
      const facts = await bench.facts(pointsSource);
      assert.deepEqual(findings(facts), [
        "points.gaps/shop/nightly: 1 missing: 2031-06-29T02:00Z",
        "points.age/shop/nightly: no point",
      ]);
      const { fix } = factOf(facts, "points.age/shop/nightly");
      assert.equal(fix, "npm run backup -- --stack test --project shop --tier nightly");
    });

    it("names the nights by the time they were due, and counts those whose every try failed", async () => {
      await put("2031-06-28T02:00:30Z");
      await put("2031-06-30T02:00:30Z");
      bench.now = new Date("2031-06-30T05:00:00Z");
      const gaps = async () => factOf(await bench.facts(pointsSource), "points.gaps/shop/nightly").actual;
      assert.equal(await gaps(), "1 missing: 2031-06-29T02:00Z");
      await tell("2031-06-27T01:00:00Z", "shop", "backup", "FAIL");
      assert.equal(await gaps(), "2 missing: 2031-06-29T02:00Z, 2031-06-27T02:00Z");
    });

    it("finds the newest point too old a second after its bound", async () => {
      const age = async (now: string) => {
        bench.now = new Date(now);
        const { verdict, actual } = factOf(await bench.facts(pointsSource), "points.age/shop/nightly");
        return [verdict, actual];
      };
      assert.deepEqual(await age("2031-07-01T04:00:30Z"), ["PASS", "26h"]);
      assert.deepEqual(await age("2031-07-01T04:00:31Z"), ["FAIL", "26h1s"]);
    });

    it("finds points that a dead run never settled, once it had the time to", async () => {
      await put("2031-07-01T02:00:30Z", { isSettled: false });
      const settled = async (now: string) => {
        bench.now = new Date(now);
        return factOf(await bench.facts(pointsSource), "points.settled/shop/nightly").actual;
      };
      assert.equal(await settled("2031-07-01T04:00:29Z"), "none");
      assert.equal(
        await settled("2031-07-01T04:00:31Z"),
        "1 unsettled: nightly_20310701_020030 (a chunk is locked until 2031-07-02)",
      );
    });
  });

  it("finds a chunk locked by governance below a manifest in compliance, until it is raised", async () => {
    bench = await createAuditBench({ projects: [PROJECT], lockMode: "compliance" });
    try {
      await put("2031-06-29T02:00:30Z");
      const { id } = await put("2031-06-30T02:00:30Z", { chunkLockMode: "governance" });
      const locks = async () => factOf(await bench.facts(pointsSource), "points.locks/shop/nightly").actual;
      assert.equal(await locks(), `1 too weak: ${id} (a chunk by governance)`);
      await bench.vault.s3.send(
        new PutObjectRetentionCommand({
          Bucket: bench.vault.bucket,
          Key: chunkKey("shop", "nightly", id, "data/0"),
          Retention: { Mode: "COMPLIANCE", RetainUntilDate: new Date("2031-07-04T02:00:30Z") },
        }),
      );
      assert.equal(await locks(), "none");
    } finally {
      bench.close();
    }
  });

  it("lets a chunk be locked in compliance where the plan asks for governance", async () => {
    bench = await createAuditBench({ projects: [PROJECT] });
    try {
      await put("2031-06-30T02:00:30Z", { chunkLockMode: "compliance" });
      const { actual } = factOf(await bench.facts(pointsSource), "points.locks/shop/nightly");
      assert.equal(actual, "none");
    } finally {
      bench.close();
    }
  });

  it("asks for no locks where the plan has none", async () => {
    bench = await createAuditBench({ projects: [PROJECT], lockMode: "none" });
    try {
      await put("2031-06-30T02:00:30Z");
      const facts = await bench.facts(pointsSource);
      assert.deepEqual(findings(facts), []);
      assert.ok(!facts.some(({ id }) => id.startsWith("points.locks/")));
    } finally {
      bench.close();
    }
  });
});
