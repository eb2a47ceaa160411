import assert from "node:assert/strict";
import type pg from "pg";
import { connect } from "../../postgres/connect.ts";
import { copyOut } from "../../postgres/copy-out.ts";
import { copyOutSql } from "../../postgres/copy-sql.ts";
import { parseDatabaseUrl } from "../../postgres/database-url.ts";
import { type PreflightOptions, preflightSource } from "../../postgres/preflight.ts";
import { readCatalog } from "../../postgres/read-catalog.ts";
import { closeClient } from "../../postgres/snapshot.ts";
import type { PostgresServer } from "../../sandbox/servers/postgres-server.ts";
import { createDatabase, createSupabaseDatabase, query } from "../support/databases.ts";
import { createPostgres } from "../support/servers.ts";

const READER = 'we"ird reader';

async function preflight(client: pg.Client, options: PreflightOptions = {}) {
  return await preflightSource(
    client,
    await readCatalog(client, { kind: "full" }, { supabase: false }),
    options,
  );
}

describe("preflightSource", () => {
  let server: PostgresServer;
  let url: string;
  let readerUrl: string;

  before(async () => {
    server = await createPostgres({ settings: { max_prepared_transactions: "2", max_connections: "15" } });
    url = await createDatabase("source", server);
    await query(
      url,
      `CREATE ROLE "we""ird reader" LOGIN PASSWORD 'x'; REVOKE ALL ON SCHEMA public FROM public;
       CREATE SCHEMA "Sha""dy"; CREATE TABLE "Sha""dy"."ta ble" (id serial); CREATE TABLE public.open (id int);
       CREATE TABLE public.guarded (id int); ALTER TABLE public.guarded ENABLE ROW LEVEL SECURITY;
       INSERT INTO public.guarded VALUES (1); SELECT lo_create(4711)`,
    );
    const reader = new URL(url);
    reader.username = encodeURIComponent(READER);
    reader.password = "x";
    readerUrl = reader.href;
  });
  after(() => server.stop());

  it("finds nothing amiss for a superuser", async () => {
    const client = await connect(parseDatabaseUrl(url));
    assert.deepEqual(await preflight(client), []);
    await closeClient(client);
  });

  it("names every missing privilege with a statement that grants it", async () => {
    const client = await connect(parseDatabaseUrl(readerUrl));
    try {
      const problems = await preflight(client);
      assert.deepEqual(
        problems.map(({ what }) => what),
        [
          'schema "Sha""dy"',
          'schema "public"',
          'table "Sha""dy"."ta ble"',
          'table "public"."guarded"',
          'table "public"."open"',
          'sequence "Sha""dy"."ta ble_id_seq"',
          "large object 4711",
        ],
      );
      assert.ok(problems.every(({ blocking, why }) => blocking && why !== ""));
      for (const { fix } of problems) await query(url, fix);
      const rest = await preflight(client);
      assert.deepEqual(
        rest.map(({ what, fix }) => [what, fix]),
        [
          [
            'table "public"."guarded"',
            `ALTER ROLE "we""ird reader" BYPASSRLS; or connect as its owner "supabase_admin"`,
          ],
        ],
      );
      const guarded = { schema: "public", name: "guarded", columns: ["id"] };
      await assert.rejects(copyOut(client, copyOutSql(guarded)).toArray(), { code: "DATABASE_ROWS_HIDDEN" });
      await query(url, 'ALTER ROLE "we""ird reader" BYPASSRLS');
      assert.deepEqual(await preflight(client), []);
    } finally {
      await closeClient(client);
    }
  });

  it("grants many large objects at once", async () => {
    const big = await createDatabase("large", server);
    await query(big, "SELECT lo_create(0) FROM generate_series(1, 30)");
    const address = new URL(readerUrl);
    address.pathname = "/large";
    const client = await connect(parseDatabaseUrl(address.href));
    try {
      const problems = await preflight(client);
      assert.deepEqual(
        problems.map(({ what }) => what),
        ["30 large objects"],
      );
      await query(big, problems[0]?.fix ?? "");
      assert.deepEqual(await preflight(client), []);
    } finally {
      await closeClient(client);
    }
  });

  it("sees forced row-level security that hides rows from the owner, too", async () => {
    const project = await createSupabaseDatabase();
    await query(
      project.url,
      "CREATE TABLE public.secrets (id int); ALTER TABLE public.secrets ENABLE ROW LEVEL SECURITY; ALTER TABLE public.secrets FORCE ROW LEVEL SECURITY",
    );
    await query(
      project.adminUrl,
      "CREATE ROLE plain_owner LOGIN PASSWORD 'x'; GRANT ALL ON SCHEMA public TO plain_owner; ALTER TABLE public.secrets OWNER TO plain_owner",
    );
    const reader = new URL(project.adminUrl);
    reader.username = "plain_owner";
    reader.password = "x";
    const client = await connect(parseDatabaseUrl(reader.href));
    try {
      const problems = await preflight(client);
      assert.ok(
        problems.some(
          ({ what, fix }) =>
            what === 'table "public"."secrets"' && fix === 'ALTER ROLE "plain_owner" BYPASSRLS;',
        ),
      );
    } finally {
      await closeClient(client);
      await query(project.adminUrl, "DROP OWNED BY plain_owner CASCADE; DROP ROLE plain_owner");
    }
  });

  it("names tools that are older than the server", async () => {
    const client = await connect(parseDatabaseUrl(url));
    const tools = { binDirectory: "/old", major: 11, version: "11.22" };
    const problems = await preflight(client, { tools });
    assert.equal(problems.length, 1);
    assert.match(problems[0]?.what ?? "", /pg_dump 11\.22 in \/old/);
    assert.deepEqual(await preflight(client, { tools: { ...tools, major: 99 } }), []);
    await closeClient(client);
  });

  it("counts connections before the night does", async () => {
    const client = await connect(parseDatabaseUrl(url));
    const problems = await preflight(client, { workers: 40 });
    assert.deepEqual(
      problems.map(({ what }) => what),
      ["max_connections"],
    );
    await query(url, 'ALTER ROLE "we""ird reader" CONNECTION LIMIT 3');
    const reader = await connect(parseDatabaseUrl(readerUrl));
    assert.deepEqual(
      (await preflight(reader)).map(({ what, fix }) => [what, fix]),
      [["the role's connection limit", "ALTER ROLE CURRENT_USER CONNECTION LIMIT 4;"]],
    );
    await query(url, 'ALTER ROLE "we""ird reader" CONNECTION LIMIT -1');
    await closeClient(reader);
    await closeClient(client);
  });

  it("names prepared transactions and exclusive locks of the moment", async () => {
    await query(url, "BEGIN", "INSERT INTO public.guarded VALUES (2)", "PREPARE TRANSACTION 'it''s'");
    const holder = await connect(parseDatabaseUrl(url));
    const client = await connect(parseDatabaseUrl(url));
    try {
      const catalog = await readCatalog(client, { kind: "full" }, { supabase: false });
      await holder.query("BEGIN; LOCK TABLE public.open IN ACCESS EXCLUSIVE MODE");
      const problems = await preflightSource(client, catalog);
      assert.deepEqual(
        problems.map(({ what, blocking }) => [what, blocking]),
        [
          ["prepared transaction 'it''s'", false],
          ['table "public"."open"', false],
        ],
      );
      assert.match(problems[0]?.fix ?? "", /ROLLBACK PREPARED 'it''s'/);
    } finally {
      await closeClient(holder);
      await closeClient(client);
      await query(url, "ROLLBACK PREPARED 'it''s'");
    }
  });
});
