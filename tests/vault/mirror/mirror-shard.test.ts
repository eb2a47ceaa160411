import assert from "node:assert/strict";
import fc from "fast-check";
import { mirrorKey } from "../../../vault/mirror/mirror-layout.ts";
import { MirrorShard } from "../../../vault/mirror/mirror-shard.ts";
import { createRunId, isRunId, shardOfRun } from "../../../vault/mirror/run-id.ts";

const COUNTS = [1, 2, 4, 8, 16];
const EVERY = COUNTS.flatMap((of) => MirrorShard.all(of));

describe("MirrorShard", () => {
  it("takes each name into exactly one shard, that of its key's first digit", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), (name) => {
        const digit = Number.parseInt(mirrorKey("shop", "photos", name).split("/").at(-1)?.[0] ?? "", 16);
        for (const of of COUNTS) {
          const found = MirrorShard.all(of).filter((shard) => shard.includes(name));
          assert.deepEqual(
            found.map(({ number }) => number),
            [Math.floor((digit * of) / 16) + 1],
          );
        }
      }),
    );
  });

  it("shares names out evenly, also those of one day", () => {
    for (const shard of MirrorShard.all(4)) {
      const names = Array.from({ length: 4_000 }, (_, at) => `2026/11/23/${at}.jpg`);
      const own = names.filter((name) => shard.includes(name)).length;
      assert.ok(own > 900 && own < 1_100, `${shard}: ${own}`);
    }
  });

  it("lies within a shard of fewer or shares no name with it", () => {
    for (const one of EVERY) {
      for (const other of EVERY) {
        const isWithin = one.covers(other) || other.covers(one);
        assert.equal(one.overlaps(other), isWithin, `${one} and ${other}`);
      }
    }
  });

  it("is read as it is written, and nothing else is", () => {
    for (const shard of EVERY) assert.deepEqual(MirrorShard.parse(String(shard)), shard);
    for (const text of ["", "0/2", "3/2", "1/3", "1/32", "01/2", "1/02", "2", "17/16", "1/2 "])
      assert.equal(MirrorShard.parse(text), undefined, text);
  });

  it("stands in the id of its run", () => {
    const at = new Date("2026-11-23T02:30:00Z");
    for (const shard of EVERY) {
      const run = createRunId(at, shard);
      assert.ok(isRunId(run));
      assert.deepEqual(shardOfRun(run), shard);
    }
    assert.match(createRunId(at), /^20261123_023000_[0-9a-f]{6}$/);
    assert.match(createRunId(at, MirrorShard.parse("2/4")), /^20261123_023000_[0-9a-f]{6}-2of4$/);
    for (const text of [
      "20261123_023000_abcdef-1of1",
      "20261123_023000_abcdef-5of4",
      "20261123_023000_abcdef-",
    ])
      assert.equal(isRunId(text), false, text);
  });
});
