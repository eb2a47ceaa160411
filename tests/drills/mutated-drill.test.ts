import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { createDatabase, query } from "../support/databases.ts";
import { getPostgres } from "../support/servers.ts";
import { createDrillBench, type DrillBench } from "./support/drill-bench.ts";

/** Building an index takes so long that the damage is done before the proof begins. */
const SLOW_INDEX = `
  CREATE TABLE slow (id int);
  INSERT INTO slow VALUES (1);
  CREATE FUNCTION slowly(n int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS
    $$ BEGIN PERFORM pg_catalog.pg_sleep(0.7); RETURN n; END $$;
  CREATE INDEX slow_index ON slow (public.slowly(id));`;

describe("a drill whose restored database is damaged before it is proved", function () {
  this.timeout(120_000);
  let drills: DrillBench;

  before(async () => {
    drills = await createDrillBench();
    const source = await createDatabase();
    await query(
      source,
      `CREATE TABLE orders (id int PRIMARY KEY, note text); INSERT INTO orders SELECT n, 'o' || n FROM generate_series(1, 300) n; ${SLOW_INDEX}`,
    );
    await drills.bench.backup(source);
  });

  /** Waits for the drill's database and its rows, and takes one away. */
  async function damage(until: () => boolean): Promise<boolean> {
    const { url } = await getPostgres();
    let client: pg.Client | undefined;
    try {
      for (; !until(); await sleep(10)) {
        const [found] = client
          ? []
          : await query(url("postgres"), "SELECT datname FROM pg_database WHERE datname LIKE 'drill%'");
        if (found) {
          client = new pg.Client({ connectionString: url(String(found.datname)) });
          await client.connect();
        }
        const gone = await client?.query("DELETE FROM orders WHERE id = 77").catch(() => undefined);
        if (gone?.rowCount === 1) return true;
      }
      return false;
    } finally {
      await client?.end();
    }
  }

  it("ends with FAIL, the reason, exit 3 and evidence, and leaves nothing", async () => {
    const plan = await drills.planFile();
    const script = await drills.start(plan, ["--kind", "staging-restore", "--json"]);
    let isOver = false;
    const ended = script.ended.finally(() => {
      isOver = true;
    });
    assert.ok(await damage(() => isOver), JSON.stringify(await ended));
    const { exitCode, stdout, stderr } = await ended;
    assert.equal(exitCode, 3, stderr);
    const { verdict, reasons } = JSON.parse(stdout);
    const reason = { verdict: "FAIL", detail: "299 rows; the point holds 300 (1 lost)" };
    assert.equal(verdict, "FAIL");
    assert.deepEqual(reasons, [{ name: "table public.orders", ...reason }]);
    const [body, ...others] = await drills.evidence();
    assert.deepEqual([body?.verdict, body?.reasons, others], ["FAIL", reasons, []]);
    assert.deepEqual([drills.stacks(), await drills.remains()], [[], []]);
  });
});
