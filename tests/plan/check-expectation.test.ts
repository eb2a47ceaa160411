import assert from "node:assert/strict";
import { expectationProblems } from "../../plan/check-expectation.ts";
import { Expectation } from "../../plan/schema/condition.ts";

const TAKEN = new Date("2026-01-31T12:00:00Z");
const problems = (expectation: object, rows: Record<string, unknown>[]) =>
  expectationProblems(Expectation.parse(expectation), rows, TAKEN);

/** Each condition with a value that meets it and one that does not. */
const CASES: readonly (readonly [string, object, unknown, unknown, RegExp])[] = [
  ["equals a text", { equals: "already_done" }, "already_done", "done", /is done, expected already_done/],
  ["equals a number, which drivers may give as text", { equals: 5 }, "5", "6", /is 6, expected 5/],
  ["equals a truth value", { equals: true }, true, false, /is false, expected true/],
  ["is one of", { oneOf: ["bannos", "flourlane"] }, "bannos", "other", /expected one of bannos, flourlane/],
  ["is at least", { min: 1 }, "1", "0", /is 0, expected at least 1/],
  ["is at most", { max: 9 }, 9n, 10n, /is 10, expected at most 9/],
  ["is not NULL", { notNull: true }, "", null, /is NULL/],
  ["is a number", { min: 0 }, "0", "many", /is many, expected at least 0/],
  ["is a number, which an empty text is not", { min: 0 }, "0", " ", /expected at least 0/],
  [
    "is new, as a date",
    { newerThan: "1h" },
    new Date("2026-01-31T11:00:00Z"),
    new Date("2026-01-31T10:59:59Z"),
    /at most 1h before/,
  ],
  [
    "is new, as PostgreSQL writes it",
    { newerThan: "1h" },
    "2026-01-31 11:00:00.123+00",
    "2026-01-31 10:00:00+00",
    /at most 1h/,
  ],
  [
    "is new, in another zone",
    { newerThan: "1h" },
    "2026-01-31 16:30:00+05:30",
    "2026-01-31 11:30:00+05:30",
    /at most 1h/,
  ],
  ["is new, without a zone", { newerThan: "1h" }, "2026-01-31 11:30:00", "2026-01-31 09:30:00", /at most 1h/],
  ["is new, as a day", { newerThan: "1d" }, "2026-01-31", "2026-01-30", /at most 24h/],
  ["is a time", { newerThan: "1d" }, TAKEN, "infinity", /is infinity/],
];

describe("expectationProblems", () => {
  for (const [name, condition, good, bad, message] of CASES) {
    it(`judges whether a value ${name}`, () => {
      const expectation = { everyRow: { value: condition } };
      assert.deepEqual(problems(expectation, [{ value: good }]), []);
      const found = problems(expectation, [{ value: good }, { value: bad }]);
      assert.equal(found.length, 1);
      assert.match(found[0] ?? "", message);
      assert.match(found[0] ?? "", /"value" in row 2/);
    });
  }

  it("counts rows", () => {
    assert.deepEqual(problems({ rows: { equals: 2 } }, [{}, {}]), []);
    assert.deepEqual(problems({ rows: { equals: 2 } }, [{}]), ["the number of rows is 1, expected 2"]);
    assert.deepEqual(problems({ rows: { min: 1 } }, []), ["the number of rows is 0, expected at least 1"]);
  });

  it("takes NULL for no answer to any condition", () => {
    for (const [, condition] of CASES) {
      assert.deepEqual(problems({ everyRow: { value: condition } }, [{ value: null }]), [
        '"value" in row 1 is NULL',
      ]);
    }
  });

  it("reports a column that is not there", () => {
    assert.match(
      problems({ everyRow: { toString: { notNull: true } } }, [{ a: 1 }])[0] ?? "",
      /no such column/,
    );
  });

  it("reports everything that does not hold", () => {
    const found = problems({ rows: { equals: 3 }, everyRow: { a: { min: 5 }, b: { equals: "x" } } }, [
      { a: 1, b: "y" },
    ]);
    assert.equal(found.length, 3);
  });
});
