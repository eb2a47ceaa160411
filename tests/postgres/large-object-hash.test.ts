import assert from "node:assert/strict";
import { LargeObjectHash } from "../../postgres/large-object-hash.ts";

const content = (object: number, ...pieces: string[]) =>
  [
    "BEGIN;",
    `SELECT pg_catalog.lo_open('${object}', 131072);`,
    ...pieces.map((piece) => `SELECT pg_catalog.lowrite(0, '\\x${piece}');`),
    "SELECT pg_catalog.lo_close(0);",
    "COMMIT;",
  ].join("\n");
const created = (...objects: number[]) =>
  objects.map((object) => `SELECT pg_catalog.lo_create('${object}');`).join("\n");

function digest(...parts: string[]): string {
  const hash = new LargeObjectHash();
  hash.update(Buffer.from(`${parts.join("\n")}\n`));
  return hash.digest();
}

describe("LargeObjectHash", () => {
  const whole = [created(1, 2, 3), content(1, "aa", "bb"), content(2, "cc")];

  it("is the same wherever the bytes are cut", () => {
    const bytes = Buffer.from(`${whole.join("\n")}\n`);
    for (const size of [1, 2, 7, 50]) {
      const hash = new LargeObjectHash();
      for (let from = 0; from < bytes.length; from += size) hash.update(bytes.subarray(from, from + size));
      assert.equal(hash.digest(), digest(...whole));
      assert.equal(hash.rows, 6);
    }
  });

  it("does not mind the order of objects, their owners and grants, and how they are wrapped", () => {
    const other = [
      created(3),
      content(2, "cc").replaceAll(/^(BEGIN|COMMIT);\n?/gm, ""),
      "ALTER LARGE OBJECT 2 OWNER TO somebody;",
      created(2, 1),
      "GRANT SELECT ON LARGE OBJECT 1 TO other;",
      content(1, "aa", "bb"),
    ];
    assert.equal(digest(...other), digest(...whole));
  });

  const FAULTS: Readonly<Record<string, readonly string[]>> = {
    "a byte": [created(1, 2, 3), content(1, "aa", "bc"), content(2, "cc")],
    "two objects swapped": [created(1, 2, 3), content(2, "aa", "bb"), content(1, "cc")],
    "two pieces swapped": [created(1, 2, 3), content(1, "bb", "aa"), content(2, "cc")],
    "a piece lost": [created(1, 2, 3), content(1, "aa"), content(2, "cc")],
    "an empty object lost": [created(1, 2), content(1, "aa", "bb"), content(2, "cc")],
  };
  for (const [fault, parts] of Object.entries(FAULTS)) {
    it(`notices ${fault}`, () => assert.notEqual(digest(...parts), digest(...whole)));
  }
});
