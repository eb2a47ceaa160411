import assert from "node:assert/strict";
import { connect } from "../../postgres/connect.ts";
import { parseDatabaseUrl } from "../../postgres/database-url.ts";
import { emptinessProblems } from "../../postgres/is-empty-database.ts";
import { closeClient } from "../../postgres/snapshot.ts";
import { createDatabase, createSupabaseDatabase, query } from "../support/databases.ts";

async function problemsOf(url: string, supabase = false): Promise<string[]> {
  const client = await connect(parseDatabaseUrl(url));
  try {
    return await emptinessProblems(client, { supabase });
  } finally {
    await closeClient(client);
  }
}

describe("emptinessProblems of a plain database", () => {
  it("finds none in a new one, with extensions and our own notes", async () => {
    const url = await createDatabase();
    assert.deepEqual(await problemsOf(url), []);
    await query(
      url,
      `CREATE SCHEMA holdfast_restore; CREATE TABLE holdfast_restore.journal (id int);
       INSERT INTO holdfast_restore.journal VALUES (1); CREATE FUNCTION holdfast_restore.f() RETURNS int LANGUAGE sql RETURN 1;
       CREATE EXTENSION pg_trgm; CREATE EXTENSION hstore; CREATE TEMP TABLE passing (a int)`,
    );
    assert.deepEqual(await problemsOf(url), []);
    const bare = await createDatabase();
    await query(bare, "DROP SCHEMA public");
    assert.deepEqual(await problemsOf(bare), []);
  });

  for (const [statement, problem] of [
    ["CREATE TABLE t ()", 'relation "public"."t"'],
    ["CREATE VIEW v AS SELECT 1", 'relation "public"."v"'],
    ["CREATE SEQUENCE s", 'relation "public"."s"'],
    ["CREATE TYPE mood AS ENUM ('sad')", 'type "public"."mood"'],
    ["CREATE DOMAIN d AS int", 'type "public"."d"'],
    ["CREATE TYPE c AS (a int)", 'relation "public"."c"'],
    ["CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1", 'function "public"."f"'],
    ["CREATE SCHEMA app", "schema app"],
    ['CREATE COLLATION german FROM "C"', 'collation "public"."german"'],
    ["CREATE TEXT SEARCH CONFIGURATION plain (COPY = simple)", 'text search configuration "public"."plain"'],
    ["CREATE OPERATOR FAMILY family USING btree", 'operator family "public"."family"'],
    ["CREATE PUBLICATION p", "publication p"],
    ["CREATE FOREIGN DATA WRAPPER w", "foreign-data wrapper w"],
    ["SELECT lo_create(0)", "large objects 1"],
    [
      "CREATE SUBSCRIPTION away CONNECTION 'host=127.0.0.1' PUBLICATION p WITH (connect = false)",
      "subscription away",
    ],
  ] as const) {
    it(`finds what ${statement} leaves`, async () => {
      const url = await createDatabase();
      await query(url, statement);
      const problems = await problemsOf(url);
      if (statement.startsWith("CREATE SUBSCRIPTION")) {
        await query(url, "ALTER SUBSCRIPTION away SET (slot_name = NONE)", "DROP SUBSCRIPTION away");
      }
      assert.deepEqual(problems, [problem]);
    });
  }

  it("finds event triggers", async () => {
    const url = await createDatabase();
    await query(
      url,
      `CREATE SCHEMA holdfast_restore; CREATE FUNCTION holdfast_restore.e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
       CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION holdfast_restore.e()`,
    );
    assert.deepEqual(await problemsOf(url), ["event trigger watch"]);
  });
});

describe("emptinessProblems of a Supabase project", () => {
  it("finds none in a new one, for its owner and for the superuser", async () => {
    const project = await createSupabaseDatabase();
    assert.deepEqual(await problemsOf(project.url, true), []);
    assert.deepEqual(await problemsOf(project.adminUrl, true), []);
    assert.notDeepEqual(await problemsOf(project.adminUrl), [], "for a plain restore it is not empty");
  });

  it("finds users, stored objects, tables and migrations of the application", async () => {
    const project = await createSupabaseDatabase();
    await query(
      project.adminUrl,
      `INSERT INTO auth.users (id) VALUES ('00000000-0000-0000-0000-000000000001');
       INSERT INTO storage.buckets (id, name) VALUES ('photos', 'photos'); CREATE TABLE public.orders (id int);
       CREATE SCHEMA supabase_migrations; CREATE SCHEMA holdfast_restore`,
    );
    assert.deepEqual((await problemsOf(project.url, true)).sort(), [
      'relation "public"."orders"',
      "schema supabase_migrations",
      'table "auth"."users" holds rows',
      'table "storage"."buckets" holds rows',
    ]);
  });
});
