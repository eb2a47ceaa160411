import assert from "node:assert/strict";
import fc from "fast-check";
import pg from "pg";
import { parseTableName } from "../../postgres/parse-table-name.ts";

describe("parseTableName", () => {
  it("reads names in the catalog's case and in SQL's quotes", () => {
    assert.deepEqual(parseTableName("public.Orders"), { schema: "public", name: "Orders" });
    assert.deepEqual(parseTableName('"a.b"."c""d"'), { schema: "a.b", name: 'c"d' });
    assert.deepEqual(parseTableName("orders"), { schema: "public", name: "orders" });
  });

  it("reads back whatever SQL quoted", () => {
    const part = fc.string({ minLength: 1 }).filter((text) => !text.includes("\0"));
    fc.assert(
      fc.property(part, part, (schema, name) => {
        assert.deepEqual(parseTableName(`${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`), {
          schema,
          name,
        });
      }),
    );
  });
});
