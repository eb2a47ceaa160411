import assert from "node:assert/strict";
import { estimateRecovery } from "../../../jobs/checkpoint/estimate-recovery.ts";
import type { EvidenceRecord } from "../../../vault/evidence/evidence-record.ts";

/** A drill's record with what the estimate reads of it. */
const drill = (body: EvidenceRecord["body"], project = "shop"): EvidenceRecord => ({
  format: "holdfast.evidence",
  version: 1,
  sequence: 1,
  at: "2026-01-05T05:10:00.000Z",
  kind: "drill",
  environment: "test",
  project,
  body: { verdict: "PASS", drill: "staging-restore", point: "p", rtoSeconds: 600, ...body },
  previousHash: "0".repeat(64),
  hash: "0".repeat(64),
});

const estimate = (
  records: EvidenceRecord[],
  sizes: Record<string, number> = {},
  bytes: number | undefined = 100,
) => estimateRecovery(records, { project: "shop", bytes, sizeOf: (point) => sizes[point] });

describe("the estimated recovery time", () => {
  it("is none without a measured drill", () => {
    assert.equal(estimate([]), undefined);
    assert.equal(
      estimate([
        drill({ drill: "pitr-simulation" }),
        drill({ rtoSeconds: null }),
        drill({}, "other"),
        { ...drill({}), kind: "restore" },
      ]),
      undefined,
    );
  });

  it("is the median of the last five", () => {
    const seconds = (...values: number[]) => values.map((rtoSeconds) => drill({ rtoSeconds }));
    assert.equal(estimate(seconds(60, 600, 120))?.minutes, 2);
    assert.equal(estimate(seconds(60, 120))?.minutes, 1.5);
    assert.equal(estimate(seconds(60, 60, 60, 60, 60, 6000, 6000, 6000))?.minutes, 1);
    assert.equal(estimate(seconds(61))?.minutes, 1.1, "never less than was measured");
  });

  it("counts a drill that failed, when it was measured to its end", () => {
    assert.equal(estimate([drill({ verdict: "FAIL" })])?.minutes, 10);
  });

  it("names the drills that it is from", () => {
    assert.deepEqual(estimate([drill({ drill: "full-dr" })])?.from, [
      { drill: "full-dr", point: "p", at: "2026-01-05T05:10:00.000Z", rtoSeconds: 600 },
    ]);
  });

  it("is scaled by size where sizes differ much, but not what a stack takes to make", () => {
    const one = drill({ rtoSeconds: 600, restoreSeconds: 400, proofSeconds: 80, otherSeconds: 300 });
    assert.deepEqual([estimate([one], { p: 80 })?.minutes, estimate([one], { p: 125 })?.minutes], [10, 10]);
    const larger = estimate([one], { p: 50 });
    assert.deepEqual([larger?.minutes, larger?.from[0]?.scaledBy], [(120 + 480 * 2) / 60, 2]);
    const smaller = estimate([one], { p: 400 });
    assert.deepEqual([smaller?.minutes, smaller?.from[0]?.scaledBy], [(120 + 480 / 4) / 60, 0.25]);
  });

  it("is not scaled by a size that nobody knows", () => {
    assert.equal(estimate([drill({})])?.from[0]?.scaledBy, undefined);
    assert.equal(estimate([drill({})], { p: 0 })?.minutes, 10);
  });
});
