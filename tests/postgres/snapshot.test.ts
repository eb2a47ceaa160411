import assert from "node:assert/strict";
import { text } from "node:stream/consumers";
import { copyOut } from "../../postgres/copy-out.ts";
import { parseDatabaseUrl } from "../../postgres/database-url.ts";
import { closeClient, joinSnapshot, openSnapshot } from "../../postgres/snapshot.ts";
import { createDatabase, query } from "../support/databases.ts";

describe("a snapshot", () => {
  let url: string;
  before(async () => {
    url = await createDatabase();
    await query(url, "CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
  });

  it("shows every session that joins it the same moment", async () => {
    const address = parseDatabaseUrl(url);
    const before = Date.now();
    const snapshot = await openSnapshot(address);
    assert.ok(Math.abs(snapshot.takenAt.getTime() - before) < 60_000);
    await query(url, "INSERT INTO t VALUES (2)");
    const worker = await joinSnapshot(address, snapshot.id);
    const own = await snapshot.client.query("SELECT id FROM public.t");
    assert.deepEqual(own.rows, [{ id: 1 }]);
    assert.equal(await text(copyOut(worker, "COPY public.t TO STDOUT")), "1\n");
    await closeClient(worker);
    await snapshot.close();
    await snapshot.close();
  });

  it("lets nobody write", async () => {
    const snapshot = await openSnapshot(parseDatabaseUrl(url));
    await assert.rejects(snapshot.client.query("INSERT INTO public.t VALUES (9)"), { code: "25006" });
    await snapshot.close();
  });

  it("cannot be joined when it has ended, nor by a malformed id", async () => {
    const snapshot = await openSnapshot(parseDatabaseUrl(url));
    await snapshot.close();
    for (const id of [snapshot.id, "00000003-0000001B-1", "x'; DROP TABLE t; --", ""]) {
      await assert.rejects(joinSnapshot(parseDatabaseUrl(url), id), { code: "SNAPSHOT_LOST" });
    }
  });

  it("reads ranges of pages without reading the whole table, though it was never analyzed", async () => {
    await query(
      url,
      "CREATE TABLE big AS SELECT i AS id, repeat('x', 500) AS pad FROM generate_series(1, 20000) i",
    );
    const snapshot = await openSnapshot(parseDatabaseUrl(url));
    const worker = await joinSnapshot(parseDatabaseUrl(url), snapshot.id);
    const { rows } = await worker.query<{ "QUERY PLAN": string }>(
      "EXPLAIN SELECT id FROM ONLY public.big WHERE ctid >= '(0,0)' AND ctid < '(1400,0)'",
    );
    assert.match(rows[0]?.["QUERY PLAN"] ?? "", /^Tid Range Scan/);
    await closeClient(worker);
    await snapshot.close();
  });
});
