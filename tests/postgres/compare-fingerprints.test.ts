import assert from "node:assert/strict";
import { compareFingerprints } from "../../postgres/compare-fingerprints.ts";
import type { FingerprintEntry } from "../../postgres/fingerprint.ts";

const entry = (kind: string, name: string, definition: string, ...roles: string[]): FingerprintEntry => ({
  kind,
  name,
  definition,
  ...(roles.length > 0 ? { roles } : {}),
});

describe("compareFingerprints", () => {
  it("finds nothing between equals, in any order", () => {
    const entries = [entry("table", "a", "x"), entry("view", "a", "y"), entry("table", "b", "")];
    assert.deepEqual(compareFingerprints(entries, entries.toReversed()), []);
    assert.deepEqual(compareFingerprints([], []), []);
  });

  it("tells missing, extra and different apart, sorted, with both sides", () => {
    const expected = [
      entry("view", "v", "1"),
      entry("table", "gone", ""),
      entry("policy", "p", "to app", "app"),
    ];
    const actual = [
      entry("view", "v", "2"),
      entry("table", "new", "z"),
      entry("policy", "p", "to other", "other"),
    ];
    assert.deepEqual(compareFingerprints(expected, actual), [
      {
        kind: "policy",
        name: "p",
        problem: "different",
        expected: "to app",
        actual: "to other",
        roles: ["app", "other"],
      },
      { kind: "table", name: "gone", problem: "missing", expected: "" },
      { kind: "table", name: "new", problem: "extra", actual: "z" },
      { kind: "view", name: "v", problem: "different", expected: "1", actual: "2" },
    ]);
  });

  describe("between major versions", () => {
    const across = { expectedMajor: 15, actualMajor: 18 };
    const same = { expectedMajor: 18, actualMajor: 18 };

    it("leaves out MAINTAIN, versions of extensions and qualifiers of columns", () => {
      const expected = [
        entry("extension version", "hstore", "1.8"),
        entry("grant", "table t to app", "DELETE, INSERT"),
        entry("view", "v", "AS SELECT t.a,\n    t.b\n   FROM public.t;"),
        entry("function", "f()", "CREATE OR REPLACE FUNCTION f()\nBEGIN ATOMIC\n SELECT t.a FROM t;\nEND"),
      ];
      const actual = [
        entry("extension version", "hstore", "1.9"),
        entry("grant", "table t to app", "DELETE, INSERT, MAINTAIN"),
        entry("grant", "table u to app", "MAINTAIN"),
        entry("view", "v", "AS SELECT a,\n b\n FROM public.t;"),
        entry("function", "f()", "CREATE OR REPLACE FUNCTION f()\nBEGIN ATOMIC\n SELECT a FROM t;\nEND"),
      ];
      assert.deepEqual(compareFingerprints(expected, actual, across), []);
      assert.equal(compareFingerprints(expected, actual, same).length, 5);
      assert.equal(compareFingerprints(expected, actual).length, 5);
    });

    it("still sees what really differs", () => {
      const expected = [
        entry("grant", "table t to app", "MAINTAIN, SELECT; INSERT with grant option"),
        entry("view", "v", "AS SELECT t.a FROM public.t WHERE (t.a > 1);"),
        entry("function", "f()", "AS $$ SELECT t.a $$"),
      ];
      const actual = [
        entry("grant", "table t to app", "SELECT"),
        entry("view", "v", "AS SELECT a FROM public.t WHERE (a > 2);"),
        entry("function", "f()", "AS $$ SELECT a $$"),
      ];
      assert.equal(compareFingerprints(expected, actual, across).length, 3);
    });
  });

  it("expects objects of a role that another stands for to belong to that other", () => {
    const mappedRoles = new Map([["boss", "me"]]);
    const expected = [
      entry("owner", "table a", "boss", "boss"),
      entry("owner", "table b", "app", "app"),
      entry("role", "boss", "superuser", "boss"),
      entry("large objects", "owned by boss with app=SELECT", "2 with numbers that add up to 30"),
      entry("large objects", "owned by me with app=SELECT", "1 with numbers that add up to 5"),
    ];
    const actual = [
      entry("owner", "table a", "me", "me"),
      entry("owner", "table b", "app", "app"),
      entry("role", "me", "may log in", "me"),
      entry("large objects", "owned by me with app=SELECT", "3 with numbers that add up to 35"),
    ];
    assert.deepEqual(compareFingerprints(expected, actual, { mappedRoles }), []);
    assert.equal(compareFingerprints(expected, actual).length, 5);
    const stolen = [entry("owner", "table a", "boss", "boss"), ...actual.slice(1)];
    assert.equal(compareFingerprints(expected, stolen, { mappedRoles }).length, 1);
  });
});
