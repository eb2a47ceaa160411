import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { dispose, markDisposable } from "../../vault/disposable.ts";
import { PartReader } from "../../vault/part-reader.ts";
import { stream } from "./sample-point.ts";

describe("PartReader", () => {
  it("cuts any stream into full parts and one rest, with the right hashes", async () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        pieces,
        fc.integer({ min: 1, max: 64 }),
        fc.boolean(),
        async (input, partBytes, reuse) => {
          const all = Buffer.concat(input);
          const reader = new PartReader(stream(...input), partBytes);
          const parts: Buffer[] = [];
          for (let isLast = false; !isLast; ) {
            const part = await reader.next();
            assert.equal(Buffer.from(part.crc32, "base64").readUInt32BE(), crc32(part.bytes));
            isLast = part.isLast;
            if (!isLast) assert.equal(part.bytes.length, partBytes);
            parts.push(Buffer.from(part.bytes));
            if (reuse) reader.recycle(part);
          }
          assert.deepEqual(Buffer.concat(parts), all);
          assert.equal(parts.length, Math.max(1, Math.ceil(all.length / partBytes)));
          assert.equal(reader.bytes, all.length);
          assert.deepEqual(reader.digest(), createHash("sha256").update(all).digest());
        },
      ),
    );
  });

  it("frees bytes that were given away, and only those", async () => {
    const given = Buffer.from(new ArrayBuffer(1000));
    const kept = Buffer.from(new ArrayBuffer(1000));
    const shared = Buffer.from(new ArrayBuffer(2000)).subarray(0, 1000);
    markDisposable(given);
    markDisposable(shared);
    await new PartReader(stream(given, kept, shared), 4096).next();
    assert.deepEqual([given.length, kept.length, shared.length], [0, 1000, 1000]);
    dispose(kept);
    assert.equal(kept.length, 1000);
  });
});
