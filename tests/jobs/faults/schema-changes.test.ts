import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { createDatabase, query } from "../../support/databases.ts";
import { createJobBench, type JobBench } from "../../support/jobs.ts";
import { assertRestores, failsWith, wholePoints } from "../../support/point-facts.ts";
import { type PassingMessage, type PostgresProxy, startPostgresProxy } from "../../support/postgres-proxy.ts";
import { getPostgres } from "../../support/servers.ts";
import { createShop } from "../../support/shop.ts";

/** Our own locks; pg_dump's have no ONLY. */
const locksTables = ({ sql }: PassingMessage): boolean => sql.startsWith("LOCK TABLE ONLY");
const pgDumpLocks = ({ sql }: PassingMessage): boolean =>
  sql.includes("LOCK TABLE") && sql.includes("ACCESS SHARE") && !sql.includes("ONLY");
const readsOrders = ({ sql }: PassingMessage): boolean => sql.startsWith('COPY "public"."orders"');

/** Waits until a statement waits for a lock. */
async function waits(url: string, like: string): Promise<void> {
  for (;;) {
    const found = await query(
      url,
      `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database() AND query LIKE '${like}%'`,
    );
    if (found.length > 0) return;
    await sleep(20);
  }
}

describe("a migration while a backup runs", () => {
  let bench: JobBench;
  let proxy: PostgresProxy;
  before(async () => {
    bench = await createJobBench();
    proxy = await startPostgresProxy(await getPostgres());
  });
  after(() => proxy.close());
  afterEach(() => proxy.clear());

  const backup = (source: string) => bench.backup(proxy.through(source), { lockTimeoutSeconds: 1 });

  describe("between the snapshot and the locks", () => {
    let source: string;
    before(async () => {
      source = await createShop();
    });

    const all = ["id", "customer", "placed", "note"];
    const changes: readonly {
      readonly ddl: string;
      /** Of the orders in the point, after it; without it there is no such table. */
      readonly found?: { readonly rows: number; readonly columns: readonly string[] };
    }[] = [
      { ddl: "ALTER TABLE public.orders ADD extra int", found: { rows: 3000, columns: [...all, "extra"] } },
      { ddl: "ALTER TABLE public.orders DROP extra", found: { rows: 3000, columns: all } },
      { ddl: "ALTER TABLE public.orders ALTER id TYPE numeric", found: { rows: 3000, columns: all } },
      { ddl: "DROP FUNCTION public.note_order() CASCADE", found: { rows: 3000, columns: all } },
      {
        ddl: "ALTER TABLE public.orders RENAME note TO remark",
        found: { rows: 3000, columns: [...all.slice(0, 3), "remark"] },
      },
      { ddl: "DELETE FROM public.orders", found: { rows: 3000, columns: [...all.slice(0, 3), "remark"] } },
      { ddl: "TRUNCATE public.orders", found: { rows: 0, columns: [...all.slice(0, 3), "remark"] } },
      { ddl: "DROP TABLE public.orders CASCADE" },
    ];
    for (const { ddl, found } of changes) {
      it(`${ddl} leaves a point of one moment`, async () => {
        proxy.inject({
          kind: "delay",
          when: locksTables,
          onFault: async () => {
            await query(source, ddl);
          },
        });
        const { manifest } = await backup(source);
        const orders = manifest.tables.find(({ name }) => name === "orders");
        assert.deepEqual(orders && { rows: orders.rows, columns: orders.columns }, found);
        await bench.restore(manifest, await createDatabase());
      });
    }

    it("at every attempt ends in SCHEMA_CHANGING, and nothing is listed", async () => {
      const listed = await wholePoints(bench.vault, "shop");
      proxy.inject({
        kind: "delay",
        times: 100,
        when: locksTables,
        onFault: async () => {
          await query(source, "TRUNCATE public.customers");
        },
      });
      const error = await failsWith("SCHEMA_CHANGING", backup(source));
      assert.match(error.hint, /migration/);
      assert.deepEqual(await wholePoints(bench.vault, "shop"), listed);
    });
  });

  for (const [when, name] of [
    [pgDumpLocks, "while the schema is dumped"],
    [readsOrders, "while rows are dumped"],
  ] as const) {
    it(`${name} waits for the backup or goes first, and nothing is lost`, async () => {
      const source = await createShop();
      let migration: Promise<unknown> | undefined;
      proxy.inject({
        kind: "delay",
        when,
        onFault: async () => {
          migration = query(source, "ALTER TABLE public.orders DROP note");
          await waits(source, "ALTER TABLE");
        },
      });
      const { manifest } = await backup(source);
      await migration;
      assert.ok(migration, "the migration ran");
      const orders = manifest.tables.find((table) => table.name === "orders");
      assert.equal(orders?.rows, 3000);
      assert.equal(orders?.columns.includes("note"), when === readsOrders, "its point is of one moment");
      await assertRestores(bench, manifest);
    });
  }

  it("that holds a table for long ends in a typed error within the time allowed", async () => {
    const source = await createShop();
    const listed = await wholePoints(bench.vault, "shop");
    const client = new pg.Client({ connectionString: source });
    await client.connect();
    await client.query("BEGIN");
    await client.query("LOCK TABLE public.orders IN ACCESS EXCLUSIVE MODE");
    const started = performance.now();
    const error = await failsWith("DATABASE_LOCKED", backup(source));
    assert.ok(performance.now() - started < 10_000);
    assert.match(error.hint, /pg_locks/);
    assert.deepEqual(await wholePoints(bench.vault, "shop"), listed);
    await client.query("ROLLBACK");
    await client.end();
    await assertRestores(bench, (await backup(source)).manifest);
  });
});
