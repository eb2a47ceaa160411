import assert from "node:assert/strict";
import { readLimitHeaders, readRetryAfter } from "../../supabase/read-limit-headers.ts";

describe("readLimitHeaders", () => {
  it("reads what is left, and for how long", () => {
    const headers = new Headers({
      "x-ratelimit-limit": "120",
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": "59",
    });
    assert.deepEqual(readLimitHeaders(headers), { remaining: 0, resetSeconds: 59 });
  });
  for (const value of ["", "soon", "-1", "1.5", "1e9", "99999999999999999999"]) {
    it(`leaves out ${JSON.stringify(value)}`, () => {
      const headers = new Headers({ "x-ratelimit-remaining": value, "x-ratelimit-reset": value });
      assert.deepEqual(readLimitHeaders(headers), { remaining: undefined, resetSeconds: undefined });
    });
  }
  it("makes nobody wait for more than an hour", () => {
    assert.equal(
      readLimitHeaders(new Headers({ "x-ratelimit-reset": "1764000000" })).resetSeconds,
      undefined,
    );
    assert.equal(readLimitHeaders(new Headers({ "x-ratelimit-reset": "86400" })).resetSeconds, 3_600);
  });
});

describe("readRetryAfter", () => {
  const now = new Date("2026-03-02T02:00:00Z");
  const read = (value?: string) =>
    readRetryAfter(new Headers(value === undefined ? {} : { "retry-after": value }), now);
  const cases: readonly (readonly [string | undefined, number | undefined])[] = [
    ["60", 60],
    ["0", 0],
    ["Mon, 02 Mar 2026 02:01:30 GMT", 90],
    ["Mon, 02 Mar 2026 01:00:00 GMT", 0],
    ["Wed, 02 Mar 2033 01:00:00 GMT", 3_600],
    ["86400", 3_600],
    ["soon", undefined],
    ["", undefined],
    [undefined, undefined],
  ];
  for (const [value, expected] of cases) {
    it(`reads ${JSON.stringify(value)} as ${expected}`, () => assert.equal(read(value), expected));
  }
});
