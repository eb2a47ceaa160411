import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { connect } from "../../postgres/connect.ts";
import { copyIn } from "../../postgres/copy-in.ts";
import { copyOut } from "../../postgres/copy-out.ts";
import { parseDatabaseUrl } from "../../postgres/database-url.ts";
import { closeClient } from "../../postgres/snapshot.ts";
import type { PostgresServer } from "../../sandbox/servers/postgres-server.ts";
import { createDatabase, query } from "../support/databases.ts";
import { createPostgres } from "../support/servers.ts";

const COPY = "COPY public.t (id, pad) FROM STDIN";
const line = (id: number, pad = "x".repeat(100)) => Buffer.from(`${id}\t${pad}\n`);

async function* rows(count: number, fail?: Error): AsyncGenerator<Uint8Array> {
  for (let id = 1; id <= count; id++) yield line(id);
  if (fail !== undefined) throw fail;
}

describe("copyIn", () => {
  let url: string;
  let client: pg.Client;
  const count = async () => (await query(url, "SELECT count(*)::int AS n FROM t"))[0]?.n;

  before(async () => {
    url = await createDatabase();
    await query(url, "CREATE TABLE t (id int PRIMARY KEY, pad text)");
  });
  beforeEach(async () => {
    await query(url, "TRUNCATE t");
    client = await connect(parseDatabaseUrl(url));
  });
  afterEach(() => closeClient(client));

  it("loads rows and says how many; the session goes on", async () => {
    assert.deepEqual(await copyIn(client, COPY, rows(10_000)), { rows: 10_000 });
    assert.equal(await count(), 10_000);
    assert.deepEqual(await copyIn(client, "COPY public.t FROM STDIN", rows(0)), { rows: 0 });
  });

  it("takes rows cut anywhere, and pieces larger than a message", async () => {
    const text = Buffer.concat([...Array(1000).keys()].map((id) => line(id, "y".repeat(20_000))));
    const pieces = [text.subarray(0, 3), text.subarray(3, 4), text.subarray(4)];
    assert.deepEqual(
      await copyIn(
        client,
        COPY,
        (async function* () {
          yield* pieces;
        })(),
      ),
      { rows: 1000 },
    );
  });

  it("loads what copyOut reads, straight on", async () => {
    const source = await connect(parseDatabaseUrl(url));
    const read = copyOut(
      source,
      "COPY (SELECT i, repeat('z', 200) FROM pg_catalog.generate_series(1, 50000) i) TO STDOUT",
    );
    assert.deepEqual(await copyIn(client, COPY, read), { rows: 50_000 });
    await closeClient(source);
  });

  it("stores nothing when the source fails, and throws the source's own error", async () => {
    const fault = new Error("the chunk is damaged");
    await assert.rejects(copyIn(client, COPY, rows(1000, fault)), fault);
    assert.equal(await count(), 0);
    assert.equal((await client.query<{ one: number }>("SELECT 1 AS one")).rows[0]?.one, 1);
  });

  it("closes the source when the server refuses a row, and names the server's reason", async () => {
    let closed = false;
    async function* endless() {
      try {
        for (let id = 1; ; id++) yield line(id % 5000);
      } finally {
        closed = true;
      }
    }
    await assert.rejects(copyIn(client, COPY, endless()), {
      code: "DATABASE_QUERY_FAILED",
      message: /duplicate key/,
    });
    assert.equal(closed, true);
    assert.equal(await count(), 0);
    assert.deepEqual(await copyIn(client, COPY, rows(3)), { rows: 3 });
  });

  it("never quotes a row's values", async () => {
    await query(url, "INSERT INTO t VALUES (424242, 'x')");
    await assert.rejects(
      copyIn(
        client,
        COPY,
        (async function* () {
          yield line(424242, "my secret");
        })(),
      ),
      (error) => error instanceof Error && !/424242|my secret/.test(error.message),
    );
  });

  for (const statement of ["COPY public.absent FROM STDIN", "SELECT 1", "COPY (SELECT 1) TO STDOUT", ""]) {
    it(`refuses ${statement || "an empty statement"}`, async () => {
      await assert.rejects(copyIn(client, statement, rows(1)));
    });
  }

  it("fails cleanly on a session that is closed already", async () => {
    await closeClient(client);
    await assert.rejects(copyIn(client, COPY, rows(1)), { code: "DATABASE_CONNECTION_LOST" });
  });
});

describe("copyIn when the server dies", () => {
  let server: PostgresServer;
  before(async () => {
    server = await createPostgres();
  });
  after(() => server.stop());

  it("ends with a typed error, the source closed", async () => {
    await query(server.url(), "CREATE TABLE t (id int, pad text)");
    const client = await connect(parseDatabaseUrl(server.url()));
    let closed = false;
    async function* endless() {
      try {
        for (let id = 1; ; id++) {
          yield line(id, "x".repeat(10_000));
          if (id % 100 === 0) await sleep(1);
        }
      } finally {
        closed = true;
      }
    }
    const failure = assert.rejects(copyIn(client, COPY, endless()), { code: "DATABASE_CONNECTION_LOST" });
    const ended = new Promise((resolve) => client.once("end", resolve));
    await sleep(200);
    await server.kill();
    await Promise.all([failure, ended]);
    assert.equal(closed, true);
    await closeClient(client);
  });
});
