import assert from "node:assert/strict";
import { checkSchema, type Schema } from "./check-schema.ts";

const schemas: Record<string, Schema> = { Name: { type: "string", minLength: 2, maxLength: 3 } };

/** schema, a value that fits, one that does not, and what is said of it. */
const CASES: readonly (readonly [string, Schema, unknown, unknown, RegExp])[] = [
  ["type", { type: "integer" }, 1, 1.5, /^here: expected integer, found 1\.5$/],
  ["null", { type: "string", nullable: true }, null, undefined, /expected string, found undefined/],
  ["not nullable", { type: "string" }, "a", null, /expected string, found null/],
  ["enum", { type: "string", enum: ["a", "b"] }, "a", "c", /"c" is none of a, b/],
  ["required", { type: "object", required: ["a"] }, { a: undefined }, {}, /^here\.a: missing$/],
  [
    "properties",
    { type: "object", properties: { a: { type: "array", items: { type: "number" } } } },
    { a: [1], b: 2 },
    { a: [1, "x"] },
    /^here\.a\[1\]: expected number, found "x"$/,
  ],
  [
    "no other properties",
    { type: "object", properties: { a: {} }, additionalProperties: false },
    { a: 1 },
    { a: 1, toString: 2 },
    /^here\.toString: not described$/,
  ],
  [
    "other properties",
    { type: "object", additionalProperties: { type: "string" } },
    { a: "b" },
    { a: 1 },
    /^here\.a: expected string, found 1$/,
  ],
  ["$ref", { $ref: "#/components/schemas/Name" }, "abc", "abcd", /4 characters are more than 3/],
  ["characters, not units", { $ref: "#/components/schemas/Name" }, "😀😀😀", "😀", /1 characters are fewer/],
  ["anyOf", { anyOf: [{ type: "string" }, { type: "boolean" }] }, true, 1, /1 fits none of 2 choices/],
  ["oneOf, both fitting", { oneOf: [{ type: "number" }, { type: "integer" }] }, 1, "1", /fits none of 2/],
  ["allOf", { allOf: [{ type: "number" }, { type: "integer" }] }, 1, 1.5, /expected integer/],
  ["pattern", { type: "string", pattern: "^[a-z]+$" }, "abc", "a1", /does not match/],
  ["minimum", { type: "number", minimum: 0 }, 0, -1, /-1 is below 0/],
  ["minimum, exclusive", { type: "number", minimum: 0, exclusiveMinimum: true }, 1, 0, /0 is below 0/],
  ["maximum", { type: "number", maximum: 5 }, 5, 6, /6 is above 5/],
  ["items", { type: "array", minItems: 1, maxItems: 2 }, [1], [], /0 items are not 1 to 2/],
  ["date-time", { type: "string", format: "date-time" }, "2026-01-01T00:00:00Z", "yesterday", /no date-time/],
  ["uuid", { type: "string", format: "uuid" }, "0b0e3f4a-0000-4000-8000-000000000001", "1", /no uuid/],
];

describe("support/checkSchema", () => {
  for (const [name, schema, right, wrong, problem] of CASES) {
    it(`${name}: both ways`, () => {
      assert.deepEqual(checkSchema(schema, right, { where: "here", schemas }), []);
      const [first = ""] = checkSchema(schema, wrong, { where: "here", schemas });
      assert.match(first, problem);
    });
  }

  it("tells every problem, and no long value, which may be a key", () => {
    const schema: Schema = { type: "object", properties: { a: { type: "string" }, b: { type: "number" } } };
    const problems = checkSchema(schema, { a: 1, b: "k".repeat(41) }, { where: "here" });
    assert.deepEqual(problems, [
      "here.a: expected string, found 1",
      "here.b: expected number, found a text of 41",
    ]);
  });
});
