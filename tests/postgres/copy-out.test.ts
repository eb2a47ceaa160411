import assert from "node:assert/strict";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { connect } from "../../postgres/connect.ts";
import { type CopyOut, copyOut } from "../../postgres/copy-out.ts";
import { CopySocket } from "../../postgres/copy-socket.ts";
import { parseDatabaseUrl } from "../../postgres/database-url.ts";
import { RowHash } from "../../postgres/row-hash.ts";
import { closeClient } from "../../postgres/snapshot.ts";
import type { PostgresServer } from "../../sandbox/servers/postgres-server.ts";
import { createDatabase, query } from "../support/databases.ts";
import { createPostgres } from "../support/servers.ts";

const ROWS = 40_000;
const TABLE = `CREATE TABLE t AS SELECT i AS id, repeat(md5(i::text), 8) AS pad FROM generate_series(1, ${ROWS}) i`;
const COPY = "COPY public.t (id, pad) TO STDOUT";
/** Far more than any buffer on the way holds. */
const ENDLESS = "COPY (SELECT pg_catalog.generate_series(1, 100000000), repeat('x', 1000)) TO STDOUT";

async function drain(stream: CopyOut): Promise<{ bytes: number; digest: string; rows: number }> {
  const plain = new RowHash();
  let bytes = 0;
  for await (const chunk of stream) {
    const piece: Buffer = chunk;
    bytes += piece.length;
    plain.update(piece);
  }
  assert.equal(stream.plainBytes, bytes);
  assert.equal(stream.rowHash.digest(), plain.digest());
  assert.equal(stream.rowHash.rows, plain.rows);
  return { bytes, digest: plain.digest(), rows: plain.rows };
}

const works = async (client: pg.Client) =>
  assert.equal((await client.query<{ one: number }>("SELECT 1 AS one")).rows[0]?.one, 1);

describe("copyOut", () => {
  let url: string;
  let client: pg.Client;

  before(async () => {
    url = await createDatabase();
    await query(url, TABLE);
  });
  beforeEach(async () => {
    client = await connect(parseDatabaseUrl(url));
  });
  afterEach(() => closeClient(client));

  it("streams every row, counted and hashed, and leaves the session usable", async () => {
    assert.ok(client.connection.stream instanceof CopySocket);
    const first = await drain(copyOut(client, COPY));
    assert.equal(first.rows, ROWS);
    await works(client);
    assert.deepEqual(await drain(copyOut(client, COPY)), first);
    const [row] = await query(url, "SELECT sum(length(id::text) + 2 + length(pad))::int AS bytes FROM t");
    assert.equal(row?.bytes, first.bytes);
  });

  it("adds to a hash of the caller's", async () => {
    const rowHash = new RowHash();
    await copyOut(client, "COPY (SELECT 1) TO STDOUT", { rowHash }).resume().toArray();
    await copyOut(client, "COPY (SELECT 2) TO STDOUT", { rowHash }).resume().toArray();
    assert.equal(rowHash.rows, 2);
    const plain = new RowHash();
    plain.update(Buffer.from("2\n1\n"));
    assert.equal(rowHash.digest(), plain.digest());
  });

  it("ends at once for a table without rows", async () => {
    assert.deepEqual(await drain(copyOut(client, "COPY (SELECT 1 WHERE false) TO STDOUT")), {
      bytes: 0,
      digest: "0".repeat(32),
      rows: 0,
    });
    await works(client);
  });

  it("passes values through as COPY writes them", async () => {
    const text = await copyOut(
      client,
      String.raw`COPY (SELECT E'a\tb\nc\\d', NULL, '', E'\\N', 'ü😀') TO STDOUT`,
    ).toArray();
    assert.equal(Buffer.concat(text).toString(), `a\\tb\\nc\\\\d\t\\N\t\t\\\\N\tü😀\n`);
  });

  it("stops reading when nobody takes the rows", async () => {
    const stream = copyOut(client, ENDLESS);
    await once(stream, "readable");
    await sleep(300);
    const held = stream.plainBytes;
    assert.ok(held < 8 * 1024 * 1024, `${held} bytes held`);
    await sleep(300);
    assert.equal(stream.plainBytes, held);
    stream.destroy();
  });

  it("passes a value of 200 MB on without holding it", async () => {
    const before = process.memoryUsage().rss;
    let peak = 0;
    let bytes = 0;
    const stream = copyOut(client, "COPY (SELECT repeat('x', 200000000), 7) TO STDOUT");
    for await (const chunk of stream) {
      bytes += (chunk as Buffer).length;
      peak = Math.max(peak, process.memoryUsage().rss - before);
    }
    assert.equal(bytes, 200_000_003);
    assert.equal(stream.rowHash.rows, 1);
    assert.ok(peak < 100 * 1024 * 1024, `${peak} bytes more`);
  });

  it("survives notices, settings that change and notifications in between", async () => {
    const notices: unknown[] = [];
    client.on("notice", (notice) => notices.push(notice));
    await client.query("LISTEN holdfast_test");
    await client.query(
      `CREATE FUNCTION pg_temp.loud(i int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN
         IF i % 10 = 0 THEN RAISE NOTICE 'row %', i; END IF;
         IF i % 15 = 0 THEN PERFORM pg_catalog.set_config('application_name', 'row ' || i, false); END IF;
         RETURN i; END $$`,
    );
    const noise = query(url, "SELECT pg_notify('holdfast_test', 'x')");
    const result = await drain(
      copyOut(
        client,
        "COPY (SELECT pg_temp.loud(i), repeat('y', 50) FROM pg_catalog.generate_series(1, 300) i) TO STDOUT",
      ),
    );
    await noise;
    assert.equal(result.rows, 300);
    assert.equal(notices.length, 30);
    await works(client);
  });

  it("reports an error before the first row and one in the middle, and goes on", async () => {
    await assert.rejects(drain(copyOut(client, "COPY public.absent TO STDOUT")), { code: "OBJECT_GONE" });
    await works(client);
    await assert.rejects(
      drain(
        copyOut(
          client,
          "COPY (SELECT 1 / (30000 - i), repeat('x', 100) FROM pg_catalog.generate_series(1, 100000) i) TO STDOUT",
        ),
      ),
      { code: "DATABASE_QUERY_FAILED", message: /division by zero/ },
    );
    await works(client);
    assert.equal((await drain(copyOut(client, COPY))).rows, ROWS);
  });

  it("reports a statement that was cancelled", async () => {
    const stream = copyOut(client, ENDLESS);
    const failure = assert.rejects(drain(stream), { code: "DATABASE_TIMEOUT" });
    await once(stream, "readable");
    await query(
      url,
      "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'holdfast' AND query LIKE 'COPY (SELECT pg_catalog.generate%'",
    );
    await failure;
    await works(client);
  });

  for (const statement of [
    "SELECT 1",
    "",
    "COPY (SELECT 1) TO STDOUT (FORMAT binary)",
    "CREATE TEMP TABLE x (a int)",
  ]) {
    it(`refuses ${statement || "an empty statement"}`, async () => {
      await assert.rejects(drain(copyOut(client, statement)), { code: "DATABASE_PROTOCOL" });
    });
  }

  it("discards the session when its reader goes away", async () => {
    const stream = copyOut(client, ENDLESS);
    for await (const _chunk of stream) break;
    assert.equal(stream.destroyed, true);
    await assert.rejects(client.query("SELECT 1"));
    await closeClient(client);
    for (let tries = 0; ; tries++) {
      const [row] = await query(
        url,
        "SELECT count(*)::int AS n FROM pg_stat_activity WHERE query LIKE 'COPY (SELECT pg_catalog.generate%'",
      );
      if (row?.n === 0) break;
      assert.ok(tries < 50, "the server still runs the statement");
      await sleep(100);
    }
  });

  it("can be destroyed before its turn, at no cost to the session", async () => {
    const slow = client.query("SELECT pg_catalog.pg_sleep(0.1)");
    const stream = copyOut(client, COPY);
    stream.destroy();
    await slow;
    await works(client);
  });

  it("fails cleanly on a session that is closed already", async () => {
    await closeClient(client);
    await assert.rejects(drain(copyOut(client, COPY)), { code: "DATABASE_CONNECTION_LOST" });
  });

  it("reports a session that an administrator ends", async () => {
    const stream = copyOut(client, ENDLESS);
    const failure = assert.rejects(drain(stream), { code: "DATABASE_CONNECTION_LOST" });
    await once(stream, "readable");
    await query(
      url,
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'COPY (SELECT pg_catalog.generate%' AND pid <> pg_backend_pid()",
    );
    await failure;
    await assert.rejects(client.query("SELECT 1"));
  });
});

describe("copyOut over TLS, and when the server dies", () => {
  let server: PostgresServer;
  let address: ReturnType<typeof parseDatabaseUrl>;
  let sockets: string;

  before(async () => {
    // Its path must be short, and open to the account of the server.
    sockets = await mkdtemp(join(tmpdir(), "hf-"));
    await chmod(sockets, 0o777);
    server = await createPostgres({ tls: true, settings: { unix_socket_directories: sockets } });
    await query(server.url(), TABLE);
    assert.ok(server.caFile);
    address = { ...parseDatabaseUrl(server.url()), tls: { mode: "verify-full", caFile: server.caFile } };
  });
  after(async () => {
    await server.stop();
    await rm(sockets, { recursive: true, force: true });
  });

  it("reads the same rows through a Unix socket", async () => {
    const client = await connect({ ...address, host: sockets, tls: { mode: "off" } });
    try {
      assert.equal((await drain(copyOut(client, COPY))).rows, ROWS);
      await works(client);
    } finally {
      await closeClient(client);
    }
  });

  it("reads the same rows through TLS", async () => {
    const client = await connect(address);
    assert.ok(!(client.connection.stream instanceof CopySocket));
    const plain = await connect({ ...address, tls: { mode: "off" } });
    try {
      const first = await drain(copyOut(client, COPY));
      assert.equal(first.rows, ROWS);
      assert.deepEqual(await drain(copyOut(plain, COPY)), first);
      await works(client);
      await assert.rejects(drain(copyOut(client, "COPY (SELECT 1/0) TO STDOUT")), {
        code: "DATABASE_QUERY_FAILED",
      });
      assert.deepEqual(await drain(copyOut(client, COPY)), first);
    } finally {
      await closeClient(client);
      await closeClient(plain);
    }
  });

  for (const [name, mode] of [
    ["TLS", "verify-full"],
    ["plain TCP", "off"],
  ] as const) {
    it(`ends with a typed error when the server is killed in the middle, over ${name}`, async () => {
      const target = mode === "off" ? { ...address, tls: { mode } } : address;
      const [running, waiting] = [await connect(target), await connect(target)];
      const stream = copyOut(running, ENDLESS);
      const idle = copyOut(waiting, ENDLESS);
      await once(idle, "readable");
      await once(stream, "readable");
      const failures = [assert.rejects(drain(stream), { code: "DATABASE_CONNECTION_LOST" })];
      await sleep(50);
      await server.kill();
      // One reader was at it, the other had stopped reading: both must hear of it.
      failures.push(assert.rejects(drain(idle), { code: "DATABASE_CONNECTION_LOST" }));
      await Promise.all(failures);
      await assert.rejects(running.query("SELECT 1"));
      await closeClient(running);
      await closeClient(waiting);
      await assert.rejects(connect(target), { code: "DATABASE_UNREACHABLE" });
      await server.start();
      const again = await connect(target);
      assert.equal((await drain(copyOut(again, COPY))).rows, ROWS);
      await closeClient(again);
    });
  }
});
