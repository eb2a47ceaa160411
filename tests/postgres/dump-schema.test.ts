import assert from "node:assert/strict";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import pg from "pg";
import { HoldfastError } from "../../plan/holdfast-error.ts";
import type { DatabaseAddress } from "../../postgres/database-address.ts";
import { parseDatabaseUrl } from "../../postgres/database-url.ts";
import { dumpLargeObjects, dumpRoles, dumpSection } from "../../postgres/dump-schema.ts";
import type { PostgresTools } from "../../postgres/find-tools.ts";
import { openSnapshot } from "../../postgres/snapshot.ts";
import { splitStatements } from "../../postgres/split-statements.ts";
import { createDatabase, query } from "../support/databases.ts";
import { getPostgres, testDirectory } from "../support/servers.ts";
import { createRichDatabase, type RichDatabase, toolsOf } from "./support/rich-database.ts";

const failsWith = (code: string, pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof HoldfastError, String(error));
  assert.equal(error.code, code);
  assert.match(error.message, pattern);
  return true;
};

describe("dump-schema", function () {
  this.timeout(120_000);
  let tools: PostgresTools;
  let rich: RichDatabase;
  let address: DatabaseAddress;

  before(async () => {
    const server = await getPostgres();
    tools = toolsOf(server);
    rich = await createRichDatabase(server);
    address = parseDatabaseUrl(rich.url);
  });

  it("dumps tables before and keys behind the rows, and large objects in neither", async () => {
    const pre = await text(dumpSection(tools, address, { section: "pre-data" }));
    const post = await text(dumpSection(tools, address, { section: "post-data" }));
    assert.match(pre, /CREATE TABLE app\.orders/);
    assert.doesNotMatch(pre, /FOREIGN KEY|COPY|LARGE OBJECT|lo_create/);
    assert.match(post, /FOREIGN KEY/);
    assert.doesNotMatch(post, /^CREATE TABLE|LARGE OBJECT/m);
  });

  it("sees the snapshot and not what came after it", async () => {
    const url = await createDatabase();
    await query(url, "CREATE TABLE early ()");
    const snapshot = await openSnapshot(parseDatabaseUrl(url));
    try {
      await query(url, "CREATE TABLE late ()");
      const sql = await text(
        dumpSection(tools, parseDatabaseUrl(url), { section: "pre-data", snapshotId: snapshot.id }),
      );
      assert.match(sql, /public\.early/);
      assert.doesNotMatch(sql, /public\.late/);
    } finally {
      await snapshot.close();
    }
  });

  it("dumps only the tables that are asked for, whatever their names", async () => {
    const names = [`"Weird ""Schema"";--"."t'; DROP TABLE x; --"`, "app.select"];
    const sql = await text(dumpSection(tools, address, { section: "pre-data", tables: names }));
    const tables = splitStatements(sql).filter((statement) => statement.startsWith("CREATE TABLE"));
    assert.deepEqual(tables.map((statement) => statement.slice(13, 18)).sort(), ['"Weir', 'app."']);
  });

  it("leaves out the platform's schemas of a Supabase project", async () => {
    const url = await createDatabase();
    await query(
      url,
      "CREATE SCHEMA auth; CREATE TABLE auth.users (); CREATE SCHEMA holdfast_restore; CREATE TABLE public.mine ()",
    );
    const sql = await text(
      dumpSection(tools, parseDatabaseUrl(url), { section: "pre-data", supabase: true }),
    );
    assert.match(sql, /public\.mine/);
    assert.doesNotMatch(sql, /auth|holdfast_restore/);
    assert.match(
      await text(dumpSection(tools, parseDatabaseUrl(url), { section: "pre-data" })),
      /auth\.users/,
    );
  });

  it("dumps large objects with content, owner, privileges and comment, and nothing else", async () => {
    const statements = splitStatements(await text(dumpLargeObjects(tools, address)));
    assert.ok(
      statements.every((statement) => /^(BEGIN|COMMIT)|lo_|lowrite|LARGE OBJECT/.test(statement)),
      statements.join("\n"),
    );
    const target = await createDatabase();
    await query(target, ...statements);
    const [row] = await query(
      target,
      `SELECT encode(lo_get(91001), 'hex') AS one, convert_from(lo_get(91002), 'UTF8') AS two, obj_description(91002, 'pg_largeobject') AS comment,
              (SELECT pg_get_userbyid(lomowner) FROM pg_largeobject_metadata WHERE oid = 91001) AS owner`,
    );
    assert.deepEqual(row, {
      one: "00ff01",
      two: "plain",
      comment: "a large; object",
      owner: rich.role("owner"),
    });
  });

  it("dumps roles without passwords, Supabase's own as comments", async () => {
    await query(rich.url, `ALTER ROLE "${rich.role("login")}" PASSWORD 'hunter2'`);
    const sql = await text(dumpRoles(tools, address));
    assert.match(sql, new RegExp(`CREATE ROLE "${rich.role("login")}"`));
    assert.doesNotMatch(sql, /hunter2|SCRAM|PASSWORD/);
    assert.match(sql, /^CREATE ROLE supabase_admin;/m);
    const supabase = await text(dumpRoles(tools, address, { supabase: true }));
    assert.match(supabase, /^-- CREATE ROLE supabase_admin;/m);
    assert.match(supabase, new RegExp(`^CREATE ROLE "${rich.role("login")}";`, "m"));
    assert.ok(splitStatements(supabase).every((statement) => !statement.includes("supabase_admin")));
  });

  it("fails whole when a privilege is missing", async () => {
    const user = `u_${rich.role("x").slice(0, 9)}`;
    await query(rich.url, `CREATE ROLE ${user} LOGIN PASSWORD 'pw'`);
    const poor = { ...address, user, password: "pw" };
    await assert.rejects(
      text(dumpSection(tools, poor, { section: "pre-data" })),
      failsWith("SCHEMA_DUMP_FAILED", /permission denied/),
    );
  });

  it("fails without saying the password when it is wrong", async () => {
    const wrong = { ...address, user: "supabase_admin", password: "hunter2wrong" };
    await assert.rejects(text(dumpSection(tools, wrong, { section: "pre-data" })), (error: unknown) => {
      failsWith("SCHEMA_DUMP_FAILED", /password authentication failed/)(error);
      assert.doesNotMatch(`${(error as Error).message} ${(error as HoldfastError).hint}`, /hunter2wrong/);
      return true;
    });
  });

  it("fails when a snapshot is gone", async () => {
    const options = { section: "pre-data", snapshotId: "00000003-0000001B-1" } as const;
    await assert.rejects(
      text(dumpSection(tools, address, options)),
      failsWith("SCHEMA_DUMP_FAILED", /snapshot/),
    );
  });

  it("gives up when a lock is held", async () => {
    const holder = new pg.Client({ connectionString: rich.url });
    await holder.connect();
    try {
      await holder.query("BEGIN; LOCK TABLE app.orders IN ACCESS EXCLUSIVE MODE");
      await assert.rejects(
        text(dumpSection(tools, address, { section: "pre-data", lockWaitSeconds: 1 })),
        failsWith("SCHEMA_DUMP_FAILED", /LOCK TABLE app\.orders/),
      );
    } finally {
      await holder.end();
    }
  });

  it("names tools that are older than the server", async () => {
    const directory = await testDirectory("old-tools");
    await writeFile(
      join(directory, "pg_dump"),
      "#!/bin/sh\necho 'pg_dump: error: aborting because of server version mismatch' >&2\necho 'pg_dump: detail: server version: 18.1; pg_dump version: 15.18' >&2\nexit 1\n",
    );
    await chmod(join(directory, "pg_dump"), 0o755);
    const old = { binDirectory: directory, major: 15, version: "15.18" };
    await assert.rejects(
      text(dumpSection(old, address, { section: "pre-data" })),
      failsWith("PG_TOOLS_TOO_OLD", /server version: 18\.1/),
    );
  });
});
