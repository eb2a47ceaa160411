import assert from "node:assert/strict";
import { text } from "node:stream/consumers";
import type pg from "pg";
import type { Catalog, Scope } from "../../postgres/catalog.ts";
import { connect } from "../../postgres/connect.ts";
import { copyIn } from "../../postgres/copy-in.ts";
import { copyOut } from "../../postgres/copy-out.ts";
import { copyInSql, copyOutSql, qualifiedName } from "../../postgres/copy-sql.ts";
import { parseDatabaseUrl } from "../../postgres/database-url.ts";
import { planChunks } from "../../postgres/plan-chunks.ts";
import { readCatalog } from "../../postgres/read-catalog.ts";
import { RowHash } from "../../postgres/row-hash.ts";
import { closeClient } from "../../postgres/snapshot.ts";
import { createDatabase, createSupabaseDatabase, query } from "../support/databases.ts";

const LONGEST_NAME = "n".repeat(63);
const SCHEMA = [
  `CREATE SCHEMA "Weird "" Schema"; CREATE SCHEMA "naïve.schema"; CREATE SCHEMA holdfast_restore;
   CREATE TABLE holdfast_restore.journal (a int); INSERT INTO holdfast_restore.journal VALUES (1);`,
  `CREATE TABLE "Weird "" Schema"."Tab"".le\nnewline" ("Col ""1""" int, "col\ntwo" text, "ünï" text,
     "a.b" int GENERATED ALWAYS AS ("Col ""1""" * 2) STORED, "select" int GENERATED ALWAYS AS IDENTITY);
   INSERT INTO "Weird "" Schema"."Tab"".le\nnewline" VALUES (1, E'\\\\N'), (2, ''), (3, NULL), (4, E'\\t\\n\\r\\\\ \\b\\f\\v'), (5, E'\\\\.');`,
  `CREATE TABLE "naïve.schema"."${LONGEST_NAME}" (id serial8, "x.y" int);`,
  `CREATE TABLE part (id int, at date) PARTITION BY RANGE (at);
   CREATE TABLE part_a PARTITION OF part FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
   CREATE TABLE part_b PARTITION OF part FOR VALUES FROM ('2021-01-01') TO ('2022-01-01') PARTITION BY LIST (id);
   CREATE TABLE part_b1 PARTITION OF part_b FOR VALUES IN (1, 2, 3); CREATE TABLE part_b2 PARTITION OF part_b DEFAULT;
   INSERT INTO part SELECT i, date '2020-06-01' + i * 10 FROM generate_series(1, 50) i;`,
  `CREATE TABLE parent (id int); CREATE TABLE child (c int) INHERITS (parent);
   INSERT INTO parent VALUES (1); INSERT INTO child VALUES (2, 3);`,
  `CREATE TABLE no_columns (); INSERT INTO no_columns DEFAULT VALUES; INSERT INTO no_columns DEFAULT VALUES;
   CREATE TABLE all_generated (g int GENERATED ALWAYS AS (42) STORED); INSERT INTO all_generated DEFAULT VALUES;
   CREATE TABLE dropped (a int, b int, c int); INSERT INTO dropped VALUES (1, 2, 3); ALTER TABLE dropped DROP COLUMN b;`,
  `CREATE UNLOGGED TABLE odd (a int[], r int4range, e float8, n numeric, t timestamptz, b bytea, i interval, m money);
   INSERT INTO odd VALUES ('{{1,2},{3,NULL}}', '[1,5)', 'NaN', 'NaN', 'infinity', '\\x00ff', '1 mon -2 days', '12.34'),
     (NULL, 'empty', '-Infinity', 'Infinity', '-infinity', '', NULL, NULL);`,
  `CREATE VIEW a_view AS SELECT 1; CREATE MATERIALIZED VIEW full_view AS SELECT 1 AS a;
   CREATE FOREIGN DATA WRAPPER nowhere; CREATE SERVER elsewhere FOREIGN DATA WRAPPER nowhere;
   CREATE FOREIGN TABLE far_away (a int) SERVER elsewhere;`,
  `CREATE SEQUENCE "Seq""1"; SELECT setval('"Seq""1"', 9007199254740993); CREATE SEQUENCE never;
   CREATE SEQUENCE set_false; SELECT setval('set_false', 77, false); SELECT lo_create(0), lo_create(0);`,
  `CREATE EXTENSION pg_trgm; CREATE TABLE config (id int); CREATE TABLE internal (id int);
   INSERT INTO config VALUES (1), (100), (200); INSERT INTO internal VALUES (1);
   ALTER EXTENSION pg_trgm ADD TABLE config; ALTER EXTENSION pg_trgm ADD TABLE internal;
   SET allow_system_table_mods = on;
   UPDATE pg_extension SET extconfig = ARRAY['config'::regclass::oid], extcondition = ARRAY['WHERE id >= 100']
    WHERE extname = 'pg_trgm';`,
  `CREATE TABLE big (id int, pad text); INSERT INTO big SELECT i, repeat(md5(i::text), 10) FROM generate_series(1, 20000) i;
   DELETE FROM big WHERE id % 7 = 0;`,
];

async function catalogOf(url: string, scope: Scope = { kind: "full" }, supabase = false): Promise<Catalog> {
  const client = await connect(parseDatabaseUrl(url));
  try {
    return await readCatalog(client, scope, { supabase });
  } finally {
    await closeClient(client);
  }
}

function find(catalog: Catalog, schema: string, name: string) {
  const table = catalog.tables.find((candidate) => candidate.schema === schema && candidate.name === name);
  assert.ok(table, `${schema}.${name}`);
  return table;
}

describe("readCatalog", () => {
  let url: string;
  let client: pg.Client;
  let catalog: Catalog;

  before(async () => {
    url = await createDatabase();
    await query(url, ...SCHEMA);
    client = await connect(parseDatabaseUrl(url));
    catalog = await readCatalog(client, { kind: "full" }, { supabase: false });
  });
  after(() => closeClient(client));

  it("lists exactly the tables that have rows of their own, sorted", () => {
    assert.deepEqual(
      catalog.tables.map((table) => `${table.schema}|${table.name}`),
      [
        `Weird " Schema|Tab".le\nnewline`,
        `naïve.schema|${LONGEST_NAME}`,
        ...[
          "all_generated",
          "big",
          "child",
          "config",
          "dropped",
          "no_columns",
          "odd",
          "parent",
          "part_a",
          "part_b1",
          "part_b2",
        ].map((name) => `public|${name}`),
      ],
    );
    assert.deepEqual(catalog.schemas, ['Weird " Schema', "naïve.schema", "public"]);
    assert.equal(catalog.encoding, "UTF8");
    assert.ok(catalog.sizeBytes > 1_000_000);
  });

  it("leaves generated and dropped columns out and keeps identity", () => {
    assert.deepEqual(find(catalog, 'Weird " Schema', 'Tab".le\nnewline').columns, [
      'Col "1"',
      "col\ntwo",
      "ünï",
      "select",
    ]);
    assert.deepEqual(find(catalog, "public", "dropped").columns, ["a", "c"]);
    assert.deepEqual(find(catalog, "public", "no_columns").columns, []);
    assert.deepEqual(find(catalog, "public", "all_generated").columns, []);
  });

  it("tells partitions, unlogged tables and extensions' configuration apart", () => {
    assert.equal(find(catalog, "public", "part_b2").kind, "partition");
    assert.equal(find(catalog, "public", "child").kind, "table");
    assert.equal(find(catalog, "public", "odd").unlogged, true);
    const config = find(catalog, "public", "config");
    assert.deepEqual(
      [config.kind, config.condition, config.managed, config.splittable],
      ["extension-config", "WHERE id >= 100", true, false],
    );
    assert.equal(find(catalog, "public", "big").managed, false);
  });

  it("knows how large a table is", () => {
    const big = find(catalog, "public", "big");
    assert.equal(big.heapBytes, big.pages * 8192);
    assert.ok(big.totalBytes >= big.heapBytes && big.heapBytes > 5_000_000);
    assert.equal(find(catalog, "public", "no_columns").totalBytes > 0, true);
  });

  it("reads where sequences stand, beyond 2^53 too", () => {
    assert.deepEqual(
      catalog.sequences.map(({ name, lastValue, isCalled }) => [name.slice(0, 12), lastValue, isCalled]),
      [
        ['Tab".le\nnewl', "5", true],
        ["nnnnnnnnnnnn", "1", false],
        ['Seq"1', "9007199254740993", true],
        ["never", "1", false],
        ["set_false", "77", false],
      ],
    );
    assert.deepEqual(catalog.unreadableSequences, []);
    assert.equal(catalog.largeObjects.count, 2);
  });

  it("says what is not included, and why", () => {
    assert.deepEqual(
      catalog.notIncluded.map(({ what }) => what),
      ['rows of foreign table "public"."far_away"', 'rows of "public"."internal"'],
    );
    assert.ok(catalog.notIncluded.every(({ why }) => why !== ""));
  });

  it("brings every row back through its COPY statements, byte for byte", async () => {
    const target = await createDatabase();
    await query(target, ...SCHEMA);
    const destination = await connect(parseDatabaseUrl(target));
    try {
      for (const table of catalog.tables) await destination.query(`DELETE FROM ONLY ${qualifiedName(table)}`);
      const hashes = new Map<number, string[]>();
      for (const chunk of planChunks(catalog.tables, { targetBytes: 1024 * 1024 })) {
        const table = catalog.tables[chunk.table];
        assert.ok(table);
        const source = copyOut(client, chunk.sql);
        await copyIn(destination, copyInSql(table), source);
        hashes.set(chunk.table, [...(hashes.get(chunk.table) ?? []), source.rowHash.digest()]);
      }
      for (const [index, table] of catalog.tables.entries()) {
        const whole = copyOut(destination, copyOutSql(table)).resume();
        await new Promise((resolve, reject) => whole.once("end", resolve).once("error", reject));
        assert.equal(whole.rowHash.digest(), RowHash.combine(hashes.get(index) ?? []), table.name);
      }
      const [counts] = await query(
        target,
        "SELECT (SELECT count(*) FROM no_columns)::int AS a, (SELECT count(*) FROM big)::int AS b, (SELECT min(g) FROM all_generated) AS g",
      );
      assert.deepEqual(counts, { a: 2, b: 17_143, g: 42 });
    } finally {
      await closeClient(destination);
    }
  });

  it("reads each range of a cut table once, tables without columns too", async () => {
    const wide = { ...find(catalog, "public", "no_columns"), pages: 1 };
    const parts = [{ fromPage: 0, toPage: 1 }, { fromPage: 1 }];
    const texts = await Promise.all(
      parts.map(async (range) => text(copyOut(client, copyOutSql(wide, { range })))),
    );
    assert.deepEqual(texts, ["\n\n", ""]);
    const big = find(catalog, "public", "big");
    const chunks = planChunks([big], { targetBytes: 1024 * 1024 });
    assert.ok(chunks.length > 4);
    const ids: string[] = [];
    for (const chunk of chunks)
      ids.push(
        ...(await text(copyOut(client, chunk.sql)))
          .split("\n")
          .map((line) => line.split("\t")[0] ?? "")
          .filter(Boolean),
      );
    assert.equal(ids.length, 17_143);
    assert.equal(new Set(ids).size, 17_143);
  });

  it("holds no rows for the scope schema", async () => {
    const schema = await readCatalog(client, { kind: "schema" }, { supabase: false });
    assert.deepEqual([schema.tables, schema.sequences, schema.largeObjects.count], [[], [], 0]);
    assert.equal(schema.notIncluded.length, 1);
  });

  it("takes the tables named, leaves for a partitioned root, and the sequences they own", async () => {
    const tables = [
      "public.part",
      "parent",
      `naïve.schema.${LONGEST_NAME}`,
      `"Weird "" Schema"."Tab"".le\nnewline"`,
    ];
    const chosen = await readCatalog(client, { kind: "tables", tables }, { supabase: false });
    assert.deepEqual(
      chosen.tables.map((table) => table.name.slice(0, 7)),
      ['Tab".le', "nnnnnnn", "child", "parent", "part_a", "part_b1", "part_b2"],
    );
    assert.deepEqual(
      chosen.sequences.map(({ schema }) => schema),
      ['Weird " Schema', "naïve.schema"],
    );
    assert.equal(chosen.largeObjects.count, 0);
  });

  for (const [name, message, hint] of [
    ["public.parrent", /no table public\.parrent/, /public\.parent/],
    ["a_view", /is a view/, /schema\.table/],
    ["public.far_away", /foreign table/, /./],
    ["public.internal", /belongs to an extension/, /./],
    ["public.never", /a sequence/, /./],
  ] as const) {
    it(`refuses to dump ${name}, with a way out`, async () => {
      await assert.rejects(readCatalog(client, { kind: "tables", tables: [name] }, { supabase: false }), {
        code: "TABLE_UNKNOWN",
        exitCode: 2,
        message,
        hint,
      });
    });
  }

  it("reads another encoding's names as they are and its bytes verbatim", async () => {
    const name = `latin_${Date.now()}`;
    await query(
      url,
      `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'`,
    );
    const latin = new URL(url);
    latin.pathname = `/${name}`;
    await query(latin.href, `CREATE TABLE "größe" ("ä" text); INSERT INTO "größe" VALUES ('é')`);
    const reader = await connect(parseDatabaseUrl(latin.href));
    try {
      const found = await readCatalog(reader, { kind: "full" }, { supabase: false });
      assert.deepEqual(
        [found.encoding, found.tables[0]?.name, found.tables[0]?.columns],
        ["LATIN1", "größe", ["ä"]],
      );
      const [chunk] = planChunks(found.tables, { encoding: found.encoding });
      const chunks: Buffer[] = await copyOut(reader, chunk?.sql ?? "").toArray();
      assert.deepEqual(Buffer.concat(chunks), Buffer.from([0xe9, 0x0a]));
    } finally {
      await closeClient(reader);
      await query(url, `DROP DATABASE ${name}`);
    }
  });
});

describe("readCatalog of a Supabase project", () => {
  it("carries the application's schemas whole and the platform's rows alone", async () => {
    const project = await createSupabaseDatabase();
    await query(
      project.adminUrl,
      `CREATE TABLE public.orders (id int PRIMARY KEY); CREATE SCHEMA api; CREATE TABLE api.things (id serial);
       CREATE SCHEMA supabase_migrations; CREATE TABLE supabase_migrations.schema_migrations (version text);
       CREATE SCHEMA IF NOT EXISTS vault; CREATE TABLE vault.anything (a int)`,
    );
    const catalog = await catalogOf(project.adminUrl, { kind: "full" }, true);
    const names = catalog.tables.map((table) => `${table.schema}.${table.name}`);
    for (const own of ["public.orders", "api.things", "supabase_migrations.schema_migrations"]) {
      const [schema = "", name = ""] = own.split(".");
      assert.equal(find(catalog, schema, name).managed, false, own);
    }
    assert.equal(find(catalog, "auth", "users").managed, true);
    assert.equal(find(catalog, "storage", "objects").managed, true);
    for (const absent of ["auth.schema_migrations", "storage.migrations", "vault.anything"])
      assert.ok(!names.includes(absent), absent);
    assert.deepEqual(catalog.schemas, ["api", "public", "supabase_migrations"]);
    assert.ok(
      catalog.notIncluded.some(({ what, why }) => what === 'schema "vault"' && /encrypted/.test(why)),
    );
    assert.ok(catalog.sequences.some((sequence) => sequence.schema === "api" && !sequence.managed));
    const plain = await catalogOf(project.adminUrl);
    assert.ok(
      plain.tables.some((table) => table.schema === "vault" && !table.managed),
      "a plain dump takes all",
    );
  });

  it("leaves out what the platform does not let the role read, and says so", async () => {
    const project = await createSupabaseDatabase();
    await query(
      project.adminUrl,
      `INSERT INTO auth.users (id) VALUES ('00000000-0000-0000-0000-000000000001'); CREATE TABLE public.closed (id int);
       CREATE ROLE lowly LOGIN PASSWORD 'x'; REVOKE ALL ON public.closed FROM public`,
    );
    const lowly = new URL(project.adminUrl);
    lowly.username = "lowly";
    lowly.password = "x";
    try {
      const catalog = await catalogOf(lowly.href, { kind: "full" }, true);
      assert.ok(!catalog.tables.some((table) => table.schema === "auth"));
      assert.ok(catalog.notIncluded.some(({ what }) => what === 'rows of "auth"."users"'));
      assert.ok(find(catalog, "public", "closed"), "the application's own must be read, or the backup fails");
    } finally {
      await query(project.adminUrl, "DROP OWNED BY lowly", "DROP ROLE lowly");
    }
  });
});
