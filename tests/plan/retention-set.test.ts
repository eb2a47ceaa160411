import assert from "node:assert/strict";
import fc from "fast-check";
import type { Retain } from "../../plan/retention-days.ts";
import { type RetainedPoint, retentionSet } from "../../plan/retention-set.ts";

const NOW = new Date("2026-06-30T00:00:00Z");
const daysAgo = (days: number) => new Date(NOW.getTime() - days * 86_400_000);

function point(days: number, verified = true): RetainedPoint {
  const createdAt = daysAgo(days);
  return { id: `p${days}`, tier: "nightly", createdAt, ...(verified && { verifiedAt: createdAt }) };
}

const ids = (decisions: readonly { point: RetainedPoint }[]) =>
  decisions.map((decision) => decision.point.id);

describe("retentionSet", () => {
  it("keeps by days and expires what is older", () => {
    const { keep, expirable } = retentionSet([point(31), point(1), point(30), point(40)], { days: 30 }, NOW);
    assert.deepEqual(ids(keep), ["p1", "p30"]);
    assert.deepEqual(ids(expirable), ["p31", "p40"]);
    assert.match(expirable[0]?.reason ?? "", /31d old, kept for 30d/);
  });

  it("keeps by count the newest verified points", () => {
    const { keep, expirable } = retentionSet(
      [7, 14, 21, 28, 35].map((days) => point(days)),
      { count: 4 },
      NOW,
    );
    assert.deepEqual(ids(keep), ["p7", "p14", "p21", "p28"]);
    assert.deepEqual(ids(expirable), ["p35"]);
    assert.match(expirable[0]?.reason ?? "", /number 5 of the verified points, 4 are kept/);
  });

  it("does not count what was never verified", () => {
    const points = [point(1, false), point(2, false), point(3), point(4), point(5)];
    const { keep, expirable } = retentionSet(points, { count: 2 }, NOW);
    assert.deepEqual(ids(keep), ["p1", "p2", "p3", "p4"]);
    assert.deepEqual(ids(expirable), ["p5"]);
    assert.match(keep[0]?.reason ?? "", /not verified/);
  });

  it("keeps the newest verified point however old it is", () => {
    const { keep, expirable } = retentionSet([point(1_000), point(900), point(1, false)], { days: 7 }, NOW);
    assert.deepEqual(ids(keep), ["p1", "p900"]);
    assert.deepEqual(ids(expirable), ["p1000"]);
  });

  it("keeps what a clock running ahead has dated in the future", () => {
    assert.deepEqual(ids(retentionSet([point(-2), point(-1)], { days: 1 }, NOW).expirable), []);
  });

  it("has nothing to decide about nothing", () => {
    assert.deepEqual(retentionSet([], { days: 1 }, NOW), { keep: [], expirable: [] });
  });

  describe("for any points", () => {
    const anyPoints = fc
      .array(fc.record({ hours: fc.integer({ min: -48, max: 20_000 }), verified: fc.boolean() }), {
        maxLength: 40,
      })
      .map((entries) =>
        entries.map(({ hours, verified }, index): RetainedPoint => {
          const createdAt = new Date(NOW.getTime() - hours * 3_600_000);
          return { id: `p${index}`, tier: "nightly", createdAt, ...(verified && { verifiedAt: NOW }) };
        }),
      );
    const anyRule: fc.Arbitrary<Retain> = fc.oneof(
      fc.record({ days: fc.integer({ min: 1, max: 800 }) }),
      fc.record({ count: fc.integer({ min: 1, max: 50 }) }),
    );

    it("places each exactly once, newest first", () => {
      fc.assert(
        fc.property(anyPoints, anyRule, (points, rule) => {
          const { keep, expirable } = retentionSet(points, rule, NOW);
          assert.deepEqual([...ids(keep), ...ids(expirable)].sort(), points.map(({ id }) => id).sort());
          for (const list of [keep, expirable]) {
            const times = list.map((decision) => decision.point.createdAt.getTime());
            assert.deepEqual(
              times,
              times.toSorted((a, b) => b - a),
            );
          }
        }),
      );
    });

    it("never expires the newest verified one, nor one that is not verified", () => {
      fc.assert(
        fc.property(anyPoints, anyRule, (points, rule) => {
          const { keep, expirable } = retentionSet(points, rule, NOW);
          assert.ok(expirable.every((decision) => decision.point.verifiedAt !== undefined));
          const newest = Math.max(...points.filter((p) => p.verifiedAt).map((p) => p.createdAt.getTime()));
          if (points.some((p) => p.verifiedAt)) {
            assert.ok(keep.some((d) => d.point.verifiedAt && d.point.createdAt.getTime() === newest));
          }
        }),
      );
    });

    it("keeps exactly as many verified ones as the count says, or all there are", () => {
      fc.assert(
        fc.property(anyPoints, fc.integer({ min: 1, max: 50 }), (points, count) => {
          const { keep } = retentionSet(points, { count }, NOW);
          const verified = points.filter((p) => p.verifiedAt).length;
          assert.equal(keep.filter((d) => d.point.verifiedAt).length, Math.min(count, verified));
        }),
      );
    });

    it("expires nothing within its days, and everything verified beyond them but the newest", () => {
      fc.assert(
        fc.property(anyPoints, fc.integer({ min: 1, max: 800 }), (points, days) => {
          const { keep, expirable } = retentionSet(points, { days }, NOW);
          assert.ok(expirable.every((d) => d.point.createdAt < daysAgo(days)));
          const old = keep.filter((d) => d.point.verifiedAt && d.point.createdAt < daysAgo(days));
          assert.ok(old.length <= 1);
        }),
      );
    });

    it("does not depend on the order of the listing, and later keeps no more than before", () => {
      fc.assert(
        fc.property(anyPoints, anyRule, fc.nat({ max: 400 }), (points, rule, later) => {
          const { expirable } = retentionSet(points, rule, NOW);
          assert.deepEqual(ids(retentionSet(points.toReversed(), rule, NOW).expirable), ids(expirable));
          const then = new Date(NOW.getTime() + later * 86_400_000);
          const laterIds = new Set(ids(retentionSet(points, rule, then).expirable));
          assert.ok(ids(expirable).every((id) => laterIds.has(id)));
        }),
      );
    });
  });
});
