import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { compareDatabases } from "../../support/compare-databases.ts";
import { createDatabase, query } from "../../support/databases.ts";
import { createJobBench, failures, type JobBench } from "../../support/jobs.ts";
import { psql } from "../../support/psql.ts";
import { getPostgres } from "../../support/servers.ts";

async function createWith(options: string): Promise<string> {
  const server = await getPostgres();
  const name = `test_${randomBytes(6).toString("hex")}`;
  await query(server.url(), `CREATE DATABASE ${name} TEMPLATE template0 ${options}`);
  return server.url(name);
}

/** Every byte that the encoding has, in data, names, defaults, comments, enums and large texts. */
const schemaOf = (letters: string) => `
  CREATE SCHEMA "sch${letters}";
  CREATE TYPE "sch${letters}"."typ${letters}" AS ENUM ('a', '${letters}');
  CREATE TABLE "sch${letters}"."tab${letters}" (id int PRIMARY KEY, "col${letters}" text DEFAULT '${letters}', e "sch${letters}"."typ${letters}");
  INSERT INTO "sch${letters}"."tab${letters}" SELECT n, repeat('${letters} \\' || n, n), '${letters}' FROM generate_series(1, 500) n;
  COMMENT ON TABLE "sch${letters}"."tab${letters}" IS 'about ${letters}';
  CREATE FUNCTION "sch${letters}"."fun${letters}"() RETURNS text LANGUAGE sql AS $$ SELECT '${letters}' $$;
  CREATE INDEX "idx${letters}" ON "sch${letters}"."tab${letters}" ("col${letters}") WHERE "col${letters}" <> '${letters}' AND id < 5;`;

describe("databases of other encodings and orders", () => {
  let bench: JobBench;

  before(async () => {
    bench = await createJobBench();
  });

  const ENCODINGS = [
    { encoding: "LATIN1", letters: "äÖß§\u00a0ÿ" },
    { encoding: "EUC_JP", letters: "日本語ソ" },
    { encoding: "SQL_ASCII", letters: "Aé" },
  ];
  for (const { encoding, letters } of ENCODINGS) {
    it(`${encoding}: comes back exactly`, async function () {
      this.timeout(60_000);
      const options = `ENCODING '${encoding}' LC_COLLATE 'C' LC_CTYPE 'C'`;
      const source = await createWith(options);
      await psql(source, schemaOf(letters));
      if (encoding === "SQL_ASCII")
        await psql(
          source,
          "CREATE TABLE bytes AS SELECT n, convert_from(decode(lpad(to_hex(n), 2, '0'), 'hex'), 'SQL_ASCII') AS c FROM generate_series(1, 255) n",
        );
      const { manifest } = await bench.backup(source);
      assert.equal(manifest.source.encoding, encoding);
      const target = await createWith(options);
      assert.deepEqual((await bench.restore(manifest, target)).notRestored, []);
      assert.deepEqual(failures(await bench.verify(manifest, target)), []);
      assert.deepEqual(await compareDatabases(source, target), []);
    });
  }

  it("LATIN1 into UTF8: every text is converted, which is told", async function () {
    this.timeout(60_000);
    const source = await createWith("ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'");
    await psql(source, schemaOf("äß"));
    const { manifest } = await bench.backup(source);
    const target = await createDatabase();
    const { notRestored } = await bench.restore(manifest, target);
    assert.deepEqual(notRestored, [
      { what: "encoding LATIN1", why: "the target has UTF8: texts are converted" },
    ]);
    const proof = await bench.verify(manifest, target);
    assert.equal(proof.verdict, "PARTIAL");
    assert.deepEqual(
      failures(proof).map(({ name }) => name),
      ["database encoding"],
    );
    const differences = await compareDatabases(source, target);
    assert.equal(differences.length, 1);
    assert.match(differences[0] ?? "", /^the database: LATIN1 .* UTF8/);
  });

  it("refuses a target that cannot hold every text", async () => {
    const source = await createDatabase();
    const { manifest } = await bench.backup(source);
    const target = await createWith("ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'");
    await assert.rejects(bench.restore(manifest, target), {
      code: "TARGET_ENCODING_DIFFERS",
      hint: /TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'/,
    });
  });

  it("another order of texts: comes back into one of the same order, and is told where it differs", async function () {
    this.timeout(60_000);
    const icu = await query(
      (await getPostgres()).url(),
      "SELECT FROM pg_collation WHERE collprovider = 'i' LIMIT 1",
    );
    const locale = await query(
      (await getPostgres()).url(),
      "SELECT collcollate AS name FROM pg_collation WHERE collprovider = 'c' AND collcollate NOT IN ('C', 'POSIX', '') AND collencoding = 6 LIMIT 1",
    );
    const name = locale[0]?.name;
    if (typeof name !== "string" && icu.length === 0) this.skip();
    const options =
      typeof name === "string"
        ? `LC_COLLATE '${name}' LC_CTYPE '${name}'`
        : "LOCALE_PROVIDER icu ICU_LOCALE 'de'";
    const source = await createWith(options);
    await psql(
      source,
      `CREATE TABLE words (w text PRIMARY KEY) PARTITION BY RANGE (w);
      CREATE TABLE words_1 PARTITION OF words FOR VALUES FROM (MINVALUE) TO ('m'); CREATE TABLE words_2 PARTITION OF words FOR VALUES FROM ('m') TO (MAXVALUE);
      INSERT INTO words VALUES ('a'), ('l'), ('Z'), ('z');`,
    );
    const { manifest } = await bench.backup(source);
    const same = await createWith(options);
    assert.deepEqual((await bench.restore(manifest, same)).notRestored, []);
    assert.deepEqual(failures(await bench.verify(manifest, same)), []);
    assert.deepEqual(await compareDatabases(source, same), []);
    await query(source, "DROP TABLE words; CREATE TABLE words (w text PRIMARY KEY)");
    const plain = await bench.backup(source);
    const other = await createDatabase();
    const { notRestored } = await bench.restore(plain.manifest, other);
    assert.match(notRestored[0]?.why ?? "", /sorts and folds texts by C, C/);
    assert.equal((await bench.verify(plain.manifest, other)).verdict, "FAIL");
  });
});
