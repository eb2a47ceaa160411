import assert from "node:assert/strict";
import fc from "fast-check";
import { keptVersions } from "../../../jobs/storage/kept-versions.ts";
import { isDue, nightSample } from "../../../jobs/storage/night-sample.ts";
import { rowOf } from "../../vault/mirror/test-mirror.ts";

const DAY = 86_400_000;
const later = (at: Date, days: number) => new Date(at.getTime() + days * DAY);

describe("the part of a mirror that is read back in a night", () => {
  const anyDate = fc.date({ min: new Date("2020-01-01"), max: new Date("2090-01-01"), noInvalidDate: true });
  const retention = fc.integer({ min: 1, max: 200 });

  it("holds each object exactly once in the nights of a third of the retention", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), anyDate, retention, (name, first, retainDays) => {
        const { nights } = nightSample(first, retainDays);
        assert.ok(nights === 1 || nights * 3 <= retainDays);
        let due = 0;
        for (let night = 0; night < nights; night++)
          if (isDue(name, nightSample(later(first, night), retainDays))) due += 1;
        assert.equal(due, 1);
      }),
    );
  });

  it("is the same for two runs of one day (UTC), and another the day after", () => {
    const names = Array.from({ length: 300 }, (_, at) => `photo-${at}.jpg`);
    const part = (at: string) => names.filter((name) => isDue(name, nightSample(new Date(at), 30)));
    const morning = part("2026-01-31T00:00:00Z");
    assert.deepEqual(part("2026-01-31T23:59:59Z"), morning);
    const next = part("2026-02-01T00:00:00Z");
    assert.equal(
      morning.some((name) => next.includes(name)),
      false,
    );
  });

  it("is about as large every night", () => {
    const names = Array.from({ length: 10_000 }, (_, at) => `bannos/${at}/packing.jpg`);
    for (let night = 0; night < 10; night++) {
      const sample = nightSample(later(new Date("2026-01-31"), night), 30);
      assert.equal(sample.nights, 10);
      const due = names.filter((name) => isDue(name, sample)).length;
      assert.ok(due > 850 && due < 1_150, `${due} of 10,000`);
    }
  });

  it("is everything where replaced objects are kept for less than six days", () => {
    const nights = (days: number) => nightSample(new Date(), days).nights;
    assert.deepEqual([1, 2, 3, 5, 6, 30, 365].map(nights), [1, 1, 1, 1, 2, 10, 121]);
  });
});

describe("keptVersions", () => {
  const now = new Date("2026-03-31T00:00:00Z");
  const copied = (version: string, daysAgo: number, mirrorVersionId: string | undefined = `m-${version}`) =>
    rowOf("a", version, {
      copiedAt: later(now, -daysAgo).toISOString(),
      ...(mirrorVersionId !== undefined && { mirrorVersionId }),
    });
  const kept = (...versions: [ReturnType<typeof copied>, ...ReturnType<typeof copied>[]]) =>
    keptVersions({ name: "a", versions }, now, 30).map(({ version }) => version);

  it("are the last one, however old, and those replaced within the retention", () => {
    assert.deepEqual(kept(copied("v1", 400)), ["v1"]);
    // v1 was replaced 31 days ago, v2 29 days ago.
    assert.deepEqual(kept(copied("v1", 90), copied("v2", 31), copied("v3", 29)), ["v2", "v3"]);
  });

  it("are not the last one of an object that the source lost longer ago than that", () => {
    const lost = (daysAgo: number) => ({
      ...copied("v1", 90),
      missingSince: later(now, -daysAgo).toISOString(),
    });
    assert.deepEqual([kept(lost(29)), kept(lost(31))], [["v1"], []]);
    // It came back: what expires in the vault counts from its deletion, not from the next copy.
    const back = copied("v2", 5);
    assert.deepEqual([kept(lost(29), back), kept(lost(31), back)], [["v1", "v2"], ["v2"]]);
  });

  it("are the last one alone in a bucket that keeps no versions", () => {
    const bare = ({ mirrorVersionId: _, ...row }: ReturnType<typeof copied>) => row;
    assert.deepEqual(kept(bare(copied("v1", 2)), bare(copied("v2", 1))), ["v2"]);
  });
});
