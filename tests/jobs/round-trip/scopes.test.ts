import assert from "node:assert/strict";
import type { Manifest } from "../../../vault/manifest.ts";
import { createDatabase, query } from "../../support/databases.ts";
import { createHostileDatabase, type HostileDatabase } from "../../support/fixtures/hostile-database.ts";
import { createJobBench, failures, type JobBench, testProject } from "../../support/jobs.ts";
import { psql } from "../../support/psql.ts";

/** The tier that is used; the nightly one is there because a plan needs a full one to reach its RPO. */
const withScope = (scope: Record<string, unknown>) =>
  testProject({
    tiers: {
      nightly: { schedule: "0 2 * * *", scope: { kind: "full" }, retain: { days: 30 } },
      monthly: { schedule: "0 3 1 * *", scope, retain: { count: 6 } },
    },
  });

const RELATIONS = `
  SELECT format('%s.%s', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname !~ '^(pg_|information_schema)' ORDER BY 1`;

async function relations(url: string): Promise<unknown[]> {
  return (await query(url, RELATIONS)).map(({ name }) => name);
}

describe("scopes of a point", () => {
  let bench: JobBench;
  let source: HostileDatabase;

  before(async function () {
    this.timeout(60_000);
    [bench, source] = await Promise.all([createJobBench(), createHostileDatabase({ orders: 200 })]);
  });

  async function backUp(scope: Record<string, unknown>): Promise<Manifest> {
    return (await bench.backup(source.url, { project: withScope(scope), tier: "monthly" })).manifest;
  }

  it("schema: everything but rows comes back and is proved", async function () {
    this.timeout(60_000);
    const manifest = await backUp({ kind: "schema" });
    const target = await createDatabase();
    // A view of one row that divides by another's count has nothing to divide by: its refresh is not a must here.
    assert.deepEqual((await bench.restore(manifest, target)).notRestored, []);
    const proof = await bench.verify(manifest, target);
    assert.deepEqual(failures(proof), []);
    assert.deepEqual(await relations(target), await relations(source.url));
    assert.deepEqual(await query(target, "SELECT count(*)::int AS n FROM shop.orders"), [{ n: 0 }]);
    assert.match(proof.notChecked.join("\n"), /rows, sequence values and large objects/);
  });

  it("tables: a partitioned root brings its partitions, and nothing else comes back", async function () {
    this.timeout(60_000);
    const tables = ["shop.events", "shop.always", "shop.serials", "shop.event_notes", `"select"."table"`];
    const manifest = await backUp({ kind: "tables", tables });
    const target = await createDatabase();
    const { notRestored } = await bench.restore(manifest, target);
    const proof = await bench.verify(manifest, target);
    assert.deepEqual(failures(proof), []);
    assert.equal(proof.verdict, "PASS");
    assert.deepEqual(await relations(target), [
      "MiXeD.Events 2025 Rest",
      "select.table",
      "shop.always",
      "shop.always_id_seq",
      "shop.event_notes",
      "shop.events",
      "shop.events_2024",
      "shop.events_2025",
      "shop.events_2025_some",
      "shop.events_old",
      "shop.events_rest",
      "shop.plain",
      "shop.serials",
      "shop.serials_id_seq",
      "shop.serials_small_seq",
    ]);
    for (const table of ["shop.events", "shop.always", "shop.event_notes"]) {
      const rows = `SELECT t::text FROM ${table} t ORDER BY 1`;
      assert.equal(await psql(target, rows), await psql(source.url, rows));
    }
    // What the chosen tables refer to outside of the point is left out, and said.
    const said = notRestored.map(({ what, why }) => `${what}: ${why}`).join("\n");
    assert.match(said, /ADD CONSTRAINT to_tree FOREIGN KEY .*not part of this point/);
    assert.match(said, /RULE log_delete .*not part of this point/);
    assert.match(proof.notChecked.join("\n"), /to_tree on shop\.event_notes: it refers to shop\.tree/);
    const keys = await query(
      target,
      "SELECT conname FROM pg_constraint WHERE contype = 'f' AND conparentid = 0",
    );
    assert.deepEqual(keys, [{ conname: "event_notes_event_id_event_at_fkey" }]);
    await query(target, "INSERT INTO shop.always (t) VALUES ('next')");
  });

  it("tables: a fault in a chosen table fails the proof", async function () {
    this.timeout(60_000);
    const manifest = await backUp({ kind: "tables", tables: ["shop.orders", "shop.by_stage"] });
    const target = await createDatabase();
    await bench.restore(manifest, target);
    assert.deepEqual(failures(await bench.verify(manifest, target)), []);
    await query(target, "DROP POLICY strict ON shop.orders; DROP INDEX shop.gin; TRUNCATE shop.by_stage");
    const names = failures(await bench.verify(manifest, target)).map(({ name }) => name);
    assert.deepEqual(names, [
      "table shop.by_stage",
      "comment policy strict on shop.orders",
      "index shop.gin",
      "policy strict on shop.orders",
    ]);
  });

  it("tables: an unknown name is refused with the nearest one", async () => {
    await assert.rejects(backUp({ kind: "tables", tables: ["shop.ordres"] }), {
      code: "TABLE_UNKNOWN",
      exitCode: 2,
      hint: /shop\.orders/,
    });
  });
});
