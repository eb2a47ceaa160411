import assert from "node:assert/strict";
import { Readable } from "node:stream";
import fc from "fast-check";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import { splitStatements, streamStatements } from "../../postgres/split-statements.ts";

const collect = (statements: AsyncIterable<string>): Promise<string[]> => Readable.from(statements).toArray();
const unreadable = (error: unknown) =>
  error instanceof HoldfastError && error.code === "SCHEMA_DUMP_UNREADABLE";

/** Texts that mislead a splitter, by what surrounds them in a statement. */
const hostile = fc.oneof(
  fc.constantFrom(
    ";",
    "'",
    '"',
    "\\",
    "\\'",
    "''",
    "$$",
    "$a$",
    "$",
    "--",
    "/*",
    "*/",
    "\n",
    "\n\\restrict x\n",
    "BEGIN ATOMIC",
    "END",
    "CASE",
    "E'",
    "☃",
    "(",
    ")",
    "COPY t FROM stdin;",
  ),
  fc.string({ unit: "binary", maxLength: 12 }).filter((text) => !text.includes("\0")),
);
const body = fc.array(hostile, { maxLength: 12 }).map((parts) => parts.join(""));

const standardString = body.map((text) => `'${text.replaceAll("'", "''")}'`);
// With an operator behind it, since a string on the next line would continue it and escape too.
const escapedString = body.map((text) => `E'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}' ||`);
const quotedName = body.map((text) => `"${text.replaceAll('"', '""')}"`);
const dollarString = fc
  .tuple(body, fc.constantFrom("$$", "$a$", "$_body_1$", "$ü$"))
  .filter(
    ([text, tag]) => !`${text}$`.slice(0, -1).includes(tag) && !`${text}${tag}`.slice(0, -1).includes(tag),
  )
  .map(([text, tag]) => tag + text + tag);
const blockComment = body
  .map((text) => `/*${text.replaceAll("/*", "").replaceAll("*/", "")} */`)
  .filter((text) => !text.slice(2, -2).includes("/*") && text.indexOf("*/") === text.length - 2);
const lineComment = body.map((text) => `--${text.replaceAll(/[\r\n]/g, " ")}\n`);
const piece = fc.oneof(
  standardString,
  escapedString,
  quotedName,
  dollarString,
  blockComment,
  lineComment,
  fc.constantFrom("(a; b)", "x.y", "foo$bar$", "1.5", "<@", "- -1", "[1:2]"),
);
const statement = fc
  .tuple(
    fc.constantFrom("SELECT", "COMMENT ON", "CREATE FUNCTION f() AS", "INSERT"),
    fc.array(piece, { maxLength: 8 }),
  )
  .map(([verb, pieces]) => `${verb} ${pieces.join(" ")};`);
const atomic = fc
  .array(
    fc.oneof(
      standardString,
      quotedName,
      fc.constantFrom("CASE WHEN a THEN b END", "(CASE x WHEN 1 THEN 2 END)", "a.begin", ";"),
    ),
    { maxLength: 6 },
  )
  .map(
    (pieces) =>
      `CREATE OR REPLACE FUNCTION s.f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT ${pieces.join(" ")}; SELECT 1; END;`,
  );
const between = fc.oneof(
  fc.constantFrom(
    "\n",
    "\n\n",
    " ",
    "\n--\n-- Name: x; Type: TABLE; Owner: '\n--\n\n",
    "\n\\restrict abc\n",
    "\n\\unrestrict abc\n",
  ),
  blockComment,
);

describe("splitStatements", () => {
  it("cuts what pg_dump writes, comments and psql's restrict lines left out", () => {
    const sql = `-- PostgreSQL database dump
\\restrict 0abc

SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
--
-- Name: f(); Type: FUNCTION; Schema: public; Owner: it's;me
--
CREATE FUNCTION public.f() RETURNS text LANGUAGE plpgsql AS $_$ BEGIN; 'x' $$ ; END $_$;
CREATE RULE r AS ON DELETE TO t DO ( DELETE FROM a;
 DELETE FROM b; );
\\unrestrict 0abc
`;
    assert.deepEqual(
      splitStatements(sql).map((text) => text.slice(0, 20)),
      ["SET statement_timeou", "SELECT pg_catalog.se", "CREATE FUNCTION publ", "CREATE RULE r AS ON "],
    );
  });

  const whole: Record<string, string> = {
    "a dollar quote inside another": "DO $a$ BEGIN EXECUTE $$ SELECT ';' $$; END $a$;",
    "a dollar sign inside a name": "SELECT a$b$c; ",
    "a doubled quote before a semicolon": "SELECT 'a'';b';",
    "a backslash in a standard string": "SELECT 'a\\';",
    "a backslash in an escape string": "SELECT E'a\\';b';",
    "an escape string continued on the next line": "SELECT E'a'\n 'b\\';c';",
    "an escape string continued behind a comment": "SELECT E'a' --x\n 'b\\';c';",
    "a name that ends in e before a string": "SELECT type'a\\';",
    "nested comments": "SELECT 1 /* ; /* ; */ ; */ + 1;",
    "a body in SQL's own form":
      "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN (CASE b WHEN 1 THEN 2 END) END; SELECT 2; END;",
    "a procedure with such a body":
      "CREATE OR REPLACE PROCEDURE p(a int DEFAULT 1)\nBEGIN ATOMIC\n INSERT INTO t VALUES (1);\nEND;",
    "a function named begin": "CREATE FUNCTION public.begin() RETURNS int LANGUAGE sql AS 'SELECT 1';",
    "a function whose type is named atomic":
      "CREATE FUNCTION f() RETURNS public.atomic LANGUAGE sql BEGIN ATOMIC SELECT x.end, y.case; END;",
    "columns named like keywords": 'CREATE TABLE t ("end" int, "case" int, atomic int, begin int);',
    "unicode names and strings": `SELECT U&'\\0441;', U&"d\\0061t\\+000061;";`,
    "parameters and operators": "SELECT $1 @> '{}' #>> '{a;b}' <-> -1;",
  };
  for (const [title, sql] of Object.entries(whole)) {
    it(`keeps ${title} in one statement`, () => {
      const [first, second, ...more] = splitStatements(`${sql}\nSELECT 'next';`);
      assert.deepEqual([first, second, more], [sql.trim(), "SELECT 'next';", []]);
    });
  }

  it("follows standard_conforming_strings", () => {
    const sql =
      "SET standard_conforming_strings = off;\nSELECT 'a\\';b';\nSET standard_conforming_strings = on;\nSELECT 'a\\';";
    assert.deepEqual(splitStatements(sql), [
      "SET standard_conforming_strings = off;",
      "SELECT 'a\\';b';",
      "SET standard_conforming_strings = on;",
      "SELECT 'a\\';",
    ]);
  });

  it("takes a last statement without a semicolon, and nothing from nothing", () => {
    assert.deepEqual(splitStatements("SELECT 1 -- end"), ["SELECT 1 -- end"]);
    assert.deepEqual(splitStatements(" -- only a comment"), []);
    assert.deepEqual(splitStatements(";;"), []);
  });

  for (const [title, sql] of Object.entries({
    "a string": "SELECT 'a;",
    "a name": 'SELECT "a;',
    "a dollar quote": "SELECT $x$ a $y$;",
    "a comment": "SELECT 1 /* a;",
    parentheses: "SELECT (1;",
    "an atomic body": "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1;",
  })) {
    it(`refuses a text that ends inside ${title}`, () =>
      assert.throws(() => splitStatements(sql), unreadable));
  }

  it("refuses commands that only psql can run", () => {
    assert.throws(() => splitStatements("SELECT 1;\n\\connect other\nSELECT 2;"), unreadable);
  });

  it("gives back exactly the statements that were joined", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.oneof(statement, atomic), between), { maxLength: 6 }), (parts) => {
        const text = parts.map(([sql, gap]) => sql + gap).join("");
        assert.deepEqual(
          splitStatements(`\n${text}`),
          parts.map(([sql]) => sql),
        );
      }),
      { numRuns: 500 },
    );
  });

  it("gives the same for a stream cut anywhere", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(statement, atomic), { maxLength: 5 }),
        fc.array(fc.nat(400), { maxLength: 20 }),
        async (statements, cuts) => {
          const bytes = Buffer.from(statements.join("\n\\restrict x\n-- ;\n"));
          const at = [
            0,
            ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b),
            bytes.length,
          ];
          const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
          assert.deepEqual(
            await collect(streamStatements(Readable.from(chunks))),
            splitStatements(bytes.toString()),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it("reads a long statement in small pieces in linear time", async () => {
    const sql = `SELECT '${"x'';".repeat(2_000_000)}';`;
    const pieces = Readable.from(
      (function* () {
        for (let at = 0; at < sql.length; at += 65_536) yield Buffer.from(sql.slice(at, at + 65_536));
      })(),
    );
    const [only] = await collect(streamStatements(pieces));
    assert.equal(only?.length, sql.length);
  });

  it("refuses bytes that are not UTF-8", async () => {
    await assert.rejects(
      collect(streamStatements(Readable.from([Buffer.from([0x53, 0xe9, 0x3b])]))),
      unreadable,
    );
  });
});
