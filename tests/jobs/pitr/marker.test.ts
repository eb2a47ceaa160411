import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import pg from "pg";
import { type RunSql, readMarkers, writeMarker } from "../../../jobs/pitr/marker.ts";
import { createSupabaseDatabase, query, type TestProject } from "../../support/databases.ts";

const runOn =
  ({ url }: Pick<TestProject, "url">): RunSql =>
  (sql) =>
    query(url, sql);
const TABLE = "holdfast.recovery_marker";

describe("a recovery marker", () => {
  it("is written and read back, with the database's time, newest first", async () => {
    const run = runOn(await createSupabaseDatabase());
    assert.deepEqual(await readMarkers(run), []);
    const before = new Date(Date.now() - 1000);
    const first = await writeMarker(run, { note: "it's the first" });
    const second = await writeMarker(run);
    assert.ok(first.at >= before && first.at <= second.at && second.at <= new Date(Date.now() + 1000));
    assert.deepEqual(await readMarkers(run), [second, first]);
    assert.deepEqual(await readMarkers(run, { limit: 1 }), [second]);
    assert.deepEqual(await readMarkers(run, { ids: [first.id] }), [first]);
    assert.deepEqual(await readMarkers(run, { ids: [] }), []);
    assert.deepEqual(await readMarkers(run, { after: new Date(second.at.getTime() + 1) }), []);
    assert.deepEqual(await readMarkers(run, { until: new Date(first.at.getTime() - 1) }), []);
  });

  it("is written once, however often its writing is repeated", async () => {
    const run = runOn(await createSupabaseDatabase());
    const id = randomUUID();
    const first = await writeMarker(run, { id });
    assert.deepEqual(await writeMarker(run, { id }), first);
    assert.deepEqual(await readMarkers(run), [first]);
  });

  it("cannot be read or written by the Data API's roles, and the schema cannot be looked into", async () => {
    const project = await createSupabaseDatabase();
    await writeMarker(runOn(project));
    for (const role of ["anon", "authenticated", "service_role"]) {
      for (const sql of [
        `SELECT * FROM ${TABLE}`,
        `DELETE FROM ${TABLE}`,
        `INSERT INTO ${TABLE} (id) VALUES (gen_random_uuid())`,
      ])
        await assert.rejects(query(project.adminUrl, `SET ROLE ${role}`, sql), /permission denied/);
    }
    const [row] = await query(
      project.url,
      `SELECT relrowsecurity AS on FROM pg_class WHERE oid = '${TABLE}'::regclass`,
    );
    assert.equal(row?.on, true);
  });

  it("is written to a database that was frozen by default, and leaves it frozen", async () => {
    const project = await createSupabaseDatabase();
    await query(
      project.adminUrl,
      `ALTER DATABASE ${project.database} SET default_transaction_read_only = on`,
    );
    const run = runOn(project);
    const marker = await writeMarker(run);
    assert.deepEqual(await readMarkers(run), [marker]);
    await assert.rejects(query(project.url, `DELETE FROM ${TABLE}`), /read-only transaction/);
  });

  it("takes markers away that no window reaches any more, and no others", async () => {
    const project = await createSupabaseDatabase();
    const run = runOn(project);
    await writeMarker(run, { note: "young" });
    await query(
      project.url,
      `INSERT INTO ${TABLE} VALUES (gen_random_uuid(), now() - interval '41 days', 'old'), (gen_random_uuid(), now() - interval '39 days', 'reachable')`,
    );
    await writeMarker(run, { note: "newest" });
    const rows = await query(project.url, `SELECT note FROM ${TABLE} ORDER BY at`);
    assert.deepEqual(
      rows.map(({ note }) => note),
      ["reachable", "young", "newest"],
    );
  });

  it("goes into another schema and table, whatever their names need as quotes", async () => {
    const project = await createSupabaseDatabase();
    const run = runOn(project);
    const names = { schema: `O'Ops "%I"`, table: "$$ mark 'er" };
    const marker = await writeMarker(run, names);
    assert.deepEqual(await readMarkers(run, names), [marker]);
    assert.deepEqual(await readMarkers(run), []);
  });

  it("is not taken as absent when row level security hides it from the reader", async () => {
    const project = await createSupabaseDatabase();
    await writeMarker(runOn(project));
    const reader: RunSql = (sql) =>
      query(
        project.adminUrl,
        "GRANT USAGE ON SCHEMA holdfast TO authenticator",
        `GRANT SELECT ON ${TABLE} TO authenticator`,
        "SET ROLE authenticator",
        sql,
      );
    assert.deepEqual(await reader(`SELECT * FROM ${TABLE}`), []);
    await assert.rejects(readMarkers(reader), { code: "MARKERS_HIDDEN" });
  });

  it("gives up soon where somebody holds a lock on the table", async () => {
    const project = await createSupabaseDatabase();
    const run = runOn(project);
    await writeMarker(run);
    const started = performance.now();
    const impatient: RunSql = (sql) => run(sql.replace("lock_timeout = '5s'", "lock_timeout = '100ms'"));
    const holder = new pg.Client({ connectionString: project.adminUrl });
    await holder.connect();
    try {
      await holder.query(`BEGIN; LOCK TABLE ${TABLE}`);
      await assert.rejects(writeMarker(impatient), /lock timeout/);
      assert.ok(performance.now() - started < 5000);
    } finally {
      await holder.end();
    }
  });

  it("refuses rows that are not markers, without showing them", async () => {
    const project = await createSupabaseDatabase();
    await query(
      project.adminUrl,
      "CREATE SCHEMA holdfast",
      `CREATE TABLE ${TABLE} (id text, at timestamptz, note text)`,
      `INSERT INTO ${TABLE} VALUES ('not-a-uuid-at-all', now(), '')`,
    );
    const run: RunSql = (sql) => query(project.adminUrl, sql);
    await assert.rejects(readMarkers(run), (error: Error) => {
      assert.match(error.message, /form that is not theirs/);
      assert.doesNotMatch(error.message, /not-a-uuid/);
      return true;
    });
  });
});
