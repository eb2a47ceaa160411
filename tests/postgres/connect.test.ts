import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { connect } from "../../postgres/connect.ts";
import { parseDatabaseUrl } from "../../postgres/database-url.ts";
import { closeClient } from "../../postgres/snapshot.ts";
import type { PostgresServer } from "../../sandbox/servers/postgres-server.ts";
import { createDatabase, query } from "../support/databases.ts";
import { createPostgres, getPostgres } from "../support/servers.ts";

const SECRET = "hunter2-and-more";

async function refusal(url: string | ReturnType<typeof parseDatabaseUrl>) {
  const address = typeof url === "string" ? parseDatabaseUrl(url) : url;
  const error = await connect(address).then(
    (client) => closeClient(client).then(() => assert.fail("it was let in")),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error && "code" in error && "hint" in error, String(error));
  assert.ok(!`${error.message} ${String(error.hint)} ${error.stack}`.includes(SECRET));
  assert.notEqual(error.hint, "");
  return { code: error.code, message: error.message, hint: String(error.hint) };
}

/** A listener that answers every connection as told. */
async function listen(answer: (socket: Socket) => void): Promise<{ port: number; server: Server }> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return { port: address.port, server };
}

describe("connect", () => {
  let url: string;
  before(async () => {
    url = await createDatabase();
  });

  it("sets whatever decides about the text of values, against the role's and database's own settings", async () => {
    const name = new URL(url).pathname.slice(1);
    await query(
      url,
      `ALTER DATABASE "${name}" SET statement_timeout = '2min'; ALTER DATABASE "${name}" SET DateStyle = 'SQL, DMY';
       ALTER DATABASE "${name}" SET TimeZone = 'Australia/Brisbane'; ALTER DATABASE "${name}" SET IntervalStyle = 'iso_8601';
       ALTER DATABASE "${name}" SET extra_float_digits = -5; ALTER DATABASE "${name}" SET bytea_output = 'escape';
       ALTER DATABASE "${name}" SET search_path = public; ALTER DATABASE "${name}" SET client_encoding = 'LATIN1';
       ALTER DATABASE "${name}" SET idle_in_transaction_session_timeout = '1s';
       ALTER DATABASE "${name}" SET default_transaction_read_only = on; ALTER DATABASE "${name}" SET standard_conforming_strings = off`,
    );
    const client = await connect(parseDatabaseUrl(url), {
      settings: { work_mem: "8MB", not_a_setting: "1" },
    });
    try {
      const { rows } = await client.query<{ name: string; setting: string }>(
        `SELECT name, pg_catalog.current_setting(name) AS setting FROM pg_catalog.pg_settings
          WHERE name = ANY ('{statement_timeout,DateStyle,TimeZone,IntervalStyle,extra_float_digits,bytea_output,search_path,
            client_encoding,idle_in_transaction_session_timeout,row_security,lock_timeout,work_mem,application_name,
            default_transaction_read_only,standard_conforming_strings}')`,
      );
      assert.deepEqual(Object.fromEntries(rows.map((row) => [row.name, row.setting])), {
        DateStyle: "ISO, MDY",
        IntervalStyle: "postgres",
        TimeZone: "UTC",
        application_name: "holdfast",
        bytea_output: "hex",
        client_encoding: "UTF8",
        default_transaction_read_only: "off",
        extra_float_digits: "3",
        idle_in_transaction_session_timeout: "0",
        lock_timeout: "30s",
        row_security: "off",
        search_path: "",
        standard_conforming_strings: "on",
        statement_timeout: "0",
        work_mem: "8MB",
      });
    } finally {
      await closeClient(client);
    }
  });

  it("takes its limits from the caller", async () => {
    const options = {
      lockTimeoutSeconds: 5,
      statementTimeoutSeconds: 7,
      rowSecurityOff: false,
      applicationName: "x",
    };
    const client = await connect(parseDatabaseUrl(url), options);
    const { rows } = await client.query(
      "SELECT current_setting('lock_timeout') AS l, current_setting('statement_timeout') AS s, current_setting('row_security') AS r, current_setting('application_name') AS a",
    );
    assert.deepEqual(rows, [{ l: "5s", s: "7s", r: "on", a: "x" }]);
    await closeClient(client);
  });

  it("returns large results of ordinary queries whole", async () => {
    const client = await connect(parseDatabaseUrl(url));
    const { rows } = await client.query(
      "SELECT i, repeat('x', 100) AS pad FROM pg_catalog.generate_series(1, 50000) i",
    );
    assert.equal(rows.length, 50_000);
    assert.deepEqual(rows[49_999], { i: 50_000, pad: "x".repeat(100) });
    await closeClient(client);
  });

  it("tells a wrong password, an unknown role and an unknown database apart from an absent server", async () => {
    const { port, user } = await getPostgres();
    const login = await refusal(`postgresql://${user}:${SECRET}@127.0.0.1:${port}/postgres`);
    assert.equal(login.code, "DATABASE_LOGIN_REFUSED");
    assert.match(login.hint, /password/);
    assert.equal(
      (await refusal(`postgresql://nobody:${SECRET}@127.0.0.1:${port}/postgres`)).code,
      "DATABASE_LOGIN_REFUSED",
    );
    assert.equal(
      (await refusal(`postgresql://${user}@127.0.0.1:${port}/postgres`)).code,
      "DATABASE_LOGIN_REFUSED",
    );
    const absent = new URL(url);
    absent.pathname = "/absent";
    assert.equal((await refusal(absent.href)).code, "DATABASE_UNKNOWN");
  });

  it("does not fall back to a password of the environment", async () => {
    const { port, user, password } = await getPostgres();
    process.env.PGPASSWORD = password;
    try {
      assert.equal(
        (await refusal(`postgresql://${user}@127.0.0.1:${port}/postgres`)).code,
        "DATABASE_LOGIN_REFUSED",
      );
    } finally {
      delete process.env.PGPASSWORD;
    }
  });

  it("names an unreachable host, and Supabase's IPv6 rule where it applies", async () => {
    const { port, server } = await listen(() => undefined);
    server.close();
    await once(server, "close");
    const refused = await refusal(`postgresql://u:${SECRET}@127.0.0.1:${port}/db`);
    assert.equal(refused.code, "DATABASE_UNREACHABLE");
    assert.match(refused.message, new RegExp(`127\\.0\\.0\\.1:${port}`));
    const unknown = await refusal(`postgresql://u:${SECRET}@db.aaaaaaaaaaaaaaaaaaaa.supabase.invalid/db`);
    assert.equal(unknown.code, "DATABASE_UNREACHABLE");
    assert.equal((await refusal(`postgresql://u@/db?host=/nonexistent`)).code, "DATABASE_UNREACHABLE");
  });

  it("gives up on a server that accepts and never answers", async () => {
    const sockets: Socket[] = [];
    const { port, server } = await listen((socket) => sockets.push(socket));
    const before = performance.now();
    assert.equal(
      (await refusal(`postgresql://u@127.0.0.1:${port}/db?connect_timeout=1`)).code,
      "DATABASE_UNREACHABLE",
    );
    assert.ok(performance.now() - before < 5000);
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it("survives something that speaks no PostgreSQL", async () => {
    for (const answer of ["HTTP/1.1 400 Bad Request\r\n\r\n", "", "\0\0\0\0\0\0\0\0\0\0\0\0"]) {
      const { port, server } = await listen((socket) => socket.end(answer));
      const { code } = await refusal(`postgresql://u@127.0.0.1:${port}/db?connect_timeout=1`);
      assert.match(String(code), /^DATABASE_/);
      server.close();
    }
  });
});

describe("connect over TLS", () => {
  let server: PostgresServer;
  before(async () => {
    server = await createPostgres({ tls: true });
  });
  after(() => server.stop());
  const url = (query: string, host = "localhost") => server.url().replace("127.0.0.1", host) + query;

  it("accepts a certificate that its authority vouches for", async () => {
    for (const mode of ["verify-full", "verify-ca"]) {
      const client = await connect(parseDatabaseUrl(url(`?sslmode=${mode}&sslrootcert=${server.caFile}`)));
      const { rows } = await client.query(
        "SELECT ssl FROM pg_catalog.pg_stat_ssl WHERE pid = pg_catalog.pg_backend_pid()",
      );
      assert.deepEqual(rows, [{ ssl: true }]);
      await closeClient(client);
    }
  });

  it("refuses one that nobody vouches for, and says how to name the authority", async () => {
    const refused = await refusal(url("?sslmode=verify-full"));
    assert.equal(refused.code, "DATABASE_TLS_UNTRUSTED");
    assert.match(refused.hint, /sslrootcert/);
  });

  it("goes without a check only when asked to", async () => {
    const client = await connect({ ...parseDatabaseUrl(url("")), tls: { mode: "require" } });
    const { rows } = await client.query(
      "SELECT ssl FROM pg_catalog.pg_stat_ssl WHERE pid = pg_catalog.pg_backend_pid()",
    );
    assert.deepEqual(rows, [{ ssl: true }]);
    await closeClient(client);
  });

  it("names an authority's file that cannot be read", async () => {
    assert.equal(
      (await refusal(url("?sslmode=verify-full&sslrootcert=/nonexistent.pem"))).code,
      "DATABASE_TLS_UNTRUSTED",
    );
  });

  it("never goes on in plain text with a server without TLS", async () => {
    const plain = await getPostgres();
    const refused = await refusal({ ...parseDatabaseUrl(plain.url()), tls: { mode: "require" } });
    assert.equal(refused.code, "DATABASE_TLS_MISSING");
  });

  it("survives the server's death between two statements", async () => {
    const client = await connect(parseDatabaseUrl(url("")));
    await server.kill();
    await assert.rejects(client.query("SELECT 1"));
    await closeClient(client);
    await server.start();
  });
});
