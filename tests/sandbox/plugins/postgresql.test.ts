import assert from "node:assert/strict";
import { join } from "node:path";
import * as postgresql from "@pulumi/postgresql";
import pg from "pg";
import type { PostgresServer } from "../../../sandbox/servers/postgres-server.ts";
import { query } from "../../support/databases.ts";
import { getPostgres } from "../../support/servers.ts";
import { EngineProject, ROOT } from "../engine/support/engine-project.ts";

const PASSWORD = "a 'quoted' \\ secret";
const ROLE = 'plugin "reader"';
const DATABASE = 'plugin "db"';

interface Target {
  readonly password?: string;
  readonly limit?: number;
  readonly encoding?: "UTF8" | "SQL_ASCII";
  readonly privileges?: string[];
  readonly extensionSchema?: string;
  readonly login?: boolean;
}

describe("the stand-in of the provider postgresql", function () {
  this.timeout(60_000);
  let project: EngineProject;
  let server: PostgresServer;
  before(async () => {
    server = await getPostgres();
  });
  beforeEach(() => {
    project = new EngineProject({
      plugins: { postgresql: join(ROOT, "sandbox/plugins/postgresql/serve.ts") },
    });
  });
  afterEach(() => project.remove());

  const provider = (more: object = {}): postgresql.Provider =>
    new postgresql.Provider("server", {
      ...{ host: "127.0.0.1", port: server.port, username: server.user, password: server.password },
      ...{ sslmode: "disable", ...more },
    });
  const program = (given: Target = {}) => {
    const { limit = 3, encoding = "UTF8", privileges = ["CONNECT"], extensionSchema = "public" } = given;
    return async () => {
      const options = { provider: provider() };
      const { password = PASSWORD, login = true } = given;
      const role = new postgresql.Role(
        "role",
        {
          ...{ name: ROLE, login, password, connectionLimit: limit, roles: ["pg_monitor"] },
          ...{ statementTimeout: limit * 1000, searchPaths: ["extensions", 'odd "schema"'] },
        },
        options,
      );
      const database = new postgresql.Database(
        "database",
        { name: DATABASE, encoding, connectionLimit: limit },
        options,
      );
      new postgresql.Extension(
        "extension",
        { name: "pgcrypto", database: database.name, schema: extensionSchema },
        options,
      );
      new postgresql.Grant(
        "grant",
        { role: role.name, database: database.name, objectType: "database", privileges },
        options,
      );
      return { encoding: database.encoding, timeout: role.statementTimeout };
    };
  };
  const login = async (password: string): Promise<void> => {
    const { port } = server;
    const client = new pg.Client({ host: "127.0.0.1", port, user: ROLE, password, database: DATABASE });
    await client.connect();
    await client.end();
  };
  const up = async (given?: Target) => {
    const stack = await project.stack(program(given));
    return (await stack.up()).summary.resourceChanges;
  };

  it("makes, leaves alone, changes, sees drift, mends, replaces and removes", async () => {
    assert.deepEqual(await up(), { create: 6 });
    await login(PASSWORD);
    const { stateText } = project;
    assert.ok(!stateText.includes("quoted") && !stateText.includes(server.password));
    assert.deepEqual(await up(), { same: 6 });
    await query(server.url(DATABASE), "CREATE SCHEMA extensions");
    const other: Target = { ...{ password: "another one", limit: 5 }, privileges: ["CREATE", "CONNECT"] };
    const changed = { ...other, extensionSchema: "extensions" };
    assert.deepEqual(await up(changed), { same: 2, update: 4 });
    await login("another one");
    await assert.rejects(login(PASSWORD), /password authentication failed/);
    const name = pg.escapeIdentifier(ROLE);
    await query(
      server.url(DATABASE),
      `ALTER ROLE ${name} PASSWORD 'by hand' NOINHERIT`,
      `ALTER DATABASE ${pg.escapeIdentifier(DATABASE)} CONNECTION LIMIT 9`,
      `REVOKE CREATE ON DATABASE ${pg.escapeIdentifier(DATABASE)} FROM ${name}`,
      "ALTER EXTENSION pgcrypto SET SCHEMA public",
    );
    const stack = await project.stack(program(changed));
    assert.deepEqual((await stack.refresh()).summary.resourceChanges, { same: 2, update: 4 });
    assert.deepEqual(await up(changed), { same: 2, update: 4 });
    await login("another one");
    assert.deepEqual((await stack.refresh()).summary.resourceChanges, { same: 6 });
    // The encoding is for ever: the database goes, with what lies in it, before the new one comes.
    const ascii: Target = { ...other, encoding: "SQL_ASCII" };
    assert.deepEqual(await up(ascii), { same: 3, replace: 3 });
    await query(
      server.url(),
      `DROP DATABASE ${pg.escapeIdentifier(DATABASE)} WITH (FORCE)`,
      `DROP ROLE ${name}`,
    );
    assert.deepEqual((await stack.refresh()).summary.resourceChanges, { delete: 4, same: 2 });
    assert.deepEqual(await up(ascii), { create: 4, same: 2 });
    await query(server.url(), `DROP DATABASE ${pg.escapeIdentifier(DATABASE)} WITH (FORCE)`);
    // What is gone already is no reason to fail.
    await stack.destroy();
    const [row] = await query(
      server.url(),
      `SELECT count(*)::int AS n FROM pg_roles WHERE rolname = '${ROLE}'`,
    );
    assert.deepEqual(row, { n: 0 });
  });

  it("grants on tables, all or some, and sees when one of them lacks the privilege", async () => {
    const role = "plugin_tables";
    const [databaseName] = ["plugin_tables"];
    const tables = (objects?: string[]) => async () => {
      const options = { provider: provider() };
      const one = new postgresql.Role("role", { name: role }, options);
      const database = new postgresql.Database("database", { name: databaseName }, options);
      const target = { role: one.name, database: database.name, schema: "public" };
      new postgresql.Grant("usage", { ...target, objectType: "schema", privileges: ["USAGE"] }, options);
      const privileges = objects ? ["SELECT", "INSERT"] : ["ALL"];
      new postgresql.Grant(
        "tables",
        { ...target, objectType: "table", privileges, objects: objects ?? [] },
        options,
      );
    };
    const stack = await project.stack(tables());
    await stack.up();
    const url = server.url(databaseName);
    await query(url, "CREATE TABLE public.a (x int)", "CREATE TABLE public.b (x int)");
    assert.deepEqual((await stack.refresh()).summary.resourceChanges, { same: 5, update: 1 });
    assert.deepEqual((await stack.up()).summary.resourceChanges, { same: 5, update: 1 });
    const may = `SELECT has_table_privilege('${role}', 'public.a', 'TRUNCATE') AS a, has_table_privilege('${role}', 'public.b', 'INSERT') AS b`;
    assert.deepEqual(await query(url, may), [{ a: true, b: true }]);
    assert.deepEqual((await stack.refresh()).summary.resourceChanges, { same: 6 });
    stack.workspace.program = tables(["b"]);
    assert.deepEqual((await stack.up()).summary.resourceChanges, { same: 5, replace: 1 });
    await stack.destroy();
  });

  it("refuses, by name, what is wrong, what nobody serves, and a connection in clear", async () => {
    const refused = async (
      declare: (options: { provider: postgresql.Provider }) => void,
      message: RegExp,
      more = {},
    ) => {
      const stack = await project.stack(async () => declare({ provider: provider(more) }));
      await assert.rejects(stack.up(), message);
    };
    const role = { name: "plugin_refused" };
    await refused(() => undefined, /sslmode: disable lets the password cross/, { host: "db.example.com" });
    await refused(() => undefined, /awsRdsIamAuth: is not supported here/, { awsRdsIamAuth: true });
    await refused(
      (one) => new postgresql.Schema("x", { name: "x" }, one),
      /the type postgresql:index\/schema:Schema are not supported/,
    );
    await refused((one) => new postgresql.Role("x", {}, one), /name: is required/);
    await refused(
      (one) => new postgresql.Role("x", { ...role, connectionLimit: -2 }, one),
      /connectionLimit: must be -1 or more/,
    );
    const grant = {
      role: "postgres",
      database: "postgres",
      objectType: "table",
      privileges: ["EAT"],
      schema: "s",
    };
    await refused((one) => new postgresql.Grant("x", grant, one), /privileges: EAT is none of ALL, SELECT/);
    await refused(
      (one) => new postgresql.Grant("x", { ...grant, schema: "", privileges: [] }, one),
      /schema: is required for a table/,
    );
    const secret = { ...role, password: "never printed", validUntil: "no date 'never printed'" };
    const stack = await project.stack(async () => {
      new postgresql.Role("x", secret, { provider: provider() });
    });
    await assert.rejects(stack.up(), (error: Error) => {
      assert.match(error.message, /invalid input syntax for type timestamp.*\*\*\*/);
      return !error.message.includes("never printed");
    });
  });
});
