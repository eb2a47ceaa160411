import assert from "node:assert/strict";
import { copyInSql, copyOutSql, qualifiedName } from "../../postgres/copy-sql.ts";

const hostile = { schema: 'a"b.c', name: "d\ne'f\\", columns: ['x"y', "select", "ü"] };

describe("COPY statements", () => {
  it("quote every name", () => {
    assert.equal(qualifiedName(hostile), '"a""b.c"."d\ne\'f\\"');
    assert.equal(copyOutSql(hostile), 'COPY "a""b.c"."d\ne\'f\\" ("x""y", "select", "ü") TO STDOUT');
    assert.equal(copyInSql(hostile), 'COPY "a""b.c"."d\ne\'f\\" ("x""y", "select", "ü") FROM STDIN');
  });

  it("leave the list out where there are no columns", () => {
    const table = { schema: "s", name: "t", columns: [] };
    assert.equal(copyOutSql(table), 'COPY "s"."t" TO STDOUT');
    assert.equal(copyInSql(table), 'COPY "s"."t" FROM STDIN');
    assert.equal(
      copyOutSql(table, { range: { fromPage: 3 } }),
      `COPY (SELECT  FROM ONLY "s"."t" WHERE ctid >= '(3,0)') TO STDOUT`,
    );
  });

  it("read an extension's configuration under its condition, the table's own rows only", () => {
    const table = { schema: "s", name: "t", columns: ["a"], condition: "WHERE a > 1 OR a < 0" };
    assert.equal(copyOutSql(table), 'COPY (SELECT "a" FROM ONLY "s"."t" WHERE (a > 1 OR a < 0)) TO STDOUT');
    assert.equal(
      copyOutSql(table, { range: { fromPage: 0, toPage: 9 } }),
      `COPY (SELECT "a" FROM ONLY "s"."t" WHERE (a > 1 OR a < 0) AND ctid >= '(0,0)' AND ctid < '(9,0)') TO STDOUT`,
    );
  });

  it("take bytes verbatim in any other encoding than UTF-8", () => {
    const table = { schema: "s", name: "t", columns: ["a"] };
    assert.equal(copyOutSql(table, { encoding: "UTF8" }), 'COPY "s"."t" ("a") TO STDOUT');
    assert.equal(
      copyOutSql(table, { encoding: "LATIN1" }),
      `COPY "s"."t" ("a") TO STDOUT WITH (ENCODING 'LATIN1')`,
    );
    assert.equal(
      copyInSql(table, { encoding: "LATIN1" }),
      `COPY "s"."t" ("a") FROM STDIN WITH (ENCODING 'LATIN1')`,
    );
  });
});
