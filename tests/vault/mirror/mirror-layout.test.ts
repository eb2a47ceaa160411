import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { parsePointKey } from "../../../vault/layout.ts";
import { compareNames } from "../../../vault/mirror/compare-names.ts";
import {
  mirrorKey,
  mirrorPrefix,
  parseRunKey,
  parseSegmentKey,
  runKey,
  segmentKey,
} from "../../../vault/mirror/mirror-layout.ts";
import { createRunId, isRunId } from "../../../vault/mirror/run-id.ts";
import { failsWith } from "../test-vault.ts";

const bucket = fc
  .stringMatching(/^[A-Za-z0-9_!.*'() &$@=;:+,?-]{1,60}$/)
  .filter((name) => name.trim() !== "");

describe("layout of the mirror", () => {
  it("reads back every key it makes, whatever the bucket's name", () => {
    fc.assert(
      fc.property(
        bucket,
        fc.string({ unit: "binary", maxLength: 300 }),
        fc.nat(999_999),
        (name, file, number) => {
          const key = mirrorKey("ordak", name, file);
          const hash = createHash("sha256").update(file, "utf8").digest("hex");
          assert.ok(key.startsWith(mirrorPrefix("ordak", name)) && key.length <= 500);
          assert.ok(key.endsWith(`/${hash.slice(0, 2)}/${hash}`));
          const run = createRunId(new Date("2026-01-31T02:03:04Z"));
          assert.deepEqual(parseSegmentKey(segmentKey("ordak", name, run, number)), {
            project: "ordak",
            bucket: name,
            run,
            number,
          });
          assert.deepEqual(parseRunKey(runKey("ordak", name, number + 1)), {
            project: "ordak",
            bucket: name,
            sequence: number + 1,
          });
        },
      ),
    );
  });

  it("keeps objects, segments, records and points apart", () => {
    const run = createRunId(new Date("2026-01-31T02:03:04Z"));
    const keys = [mirrorKey("p", "b", "n"), segmentKey("p", "b", run, 1), runKey("p", "b", 1)];
    const parsers = [parseSegmentKey, parseRunKey];
    for (const [index, key] of keys.entries()) {
      assert.equal(parsePointKey(key), undefined);
      for (const [other, parse] of parsers.entries())
        assert.equal(parse(key) !== undefined, index === other + 1);
    }
    // A name that could be mistaken for an encoded one is encoded itself.
    assert.notEqual(mirrorKey("p", "=YQ", "n"), mirrorKey("p", "a", "n"));
    assert.equal(parseRunKey(runKey("p", "a", 1).replace("/a/", "/=YQ/")), undefined);
  });

  it("refuses what would lead out of its place", async () => {
    await failsWith("KEY_NAME_INVALID", () => mirrorKey("..", "b", "n"));
    await failsWith("KEY_NAME_INVALID", () => mirrorKey("p", "x".repeat(2000), "n"));
    await failsWith("KEY_NAME_INVALID", () => mirrorKey("p/q", "b", "n"));
    assert.throws(() => segmentKey("p", "b", "../x", 0), RangeError);
    assert.throws(() => runKey("p", "b", 0), RangeError);
  });

  it("makes run ids that begin with the time and never meet", () => {
    const ids = Array.from({ length: 50 }, () => createRunId(new Date("2026-01-31T02:03:04.567Z")));
    assert.equal(new Set(ids).size, 50);
    for (const id of ids) assert.ok(isRunId(id) && id.startsWith("20260131_020304_"), id);
    assert.equal(isRunId("20260131_020304"), false);
  });

  it("orders names as their UTF-8 bytes", () => {
    const name = fc.string({
      unit: fc.constantFrom("a", "b", "é", "\uffff", "\ue000", "😀", "𐀀"),
      maxLength: 6,
    });
    fc.assert(
      fc.property(name, name, (a, b) => {
        assert.equal(Math.sign(compareNames(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });
});
