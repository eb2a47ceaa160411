import assert from "node:assert/strict";
import fc from "fast-check";
import { canonicalJson } from "../../vault/canonical-json.ts";

describe("canonicalJson", () => {
  it("gives equal values equal texts, whatever the order of their keys", () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, entry]) => [key, reversed(entry)]),
      );
    };
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        assert.equal(canonicalJson(reversed(value)), text);
        assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("leaves undefined properties out and refuses what JSON cannot hold", () => {
    assert.equal(canonicalJson({ b: 1, a: undefined, A: [null] }), '{"A":[null],"b":1}');
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, undefined, () => 1, 1n, [undefined]]) {
      assert.throws(() => canonicalJson(bad), TypeError);
    }
  });
});
