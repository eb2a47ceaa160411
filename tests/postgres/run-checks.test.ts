import assert from "node:assert/strict";
import type pg from "pg";
import { Checks } from "../../plan/schema/checks.ts";
import { runChecks } from "../../postgres/run-checks.ts";
import { createDatabase, query } from "../support/databases.ts";
import { session } from "./support/restore-schema.ts";

const pointTakenAt = new Date("2026-05-01T12:00:00Z");

describe("runChecks", () => {
  let url: string;
  let client: pg.Client & AsyncDisposable;
  const run = (checks: object, timeoutSeconds = 30) =>
    runChecks(client, Checks.parse(checks), { pointTakenAt, timeoutSeconds });
  const smoke = async (sql: string, expect?: object, timeoutSeconds?: number) => {
    const [result] = await run({ smoke: [{ name: "it", sql, expect }] }, timeoutSeconds);
    return `${result?.verdict} ${result?.detail}`;
  };

  before(async () => {
    url = await createDatabase();
    await query(
      url,
      `CREATE TYPE stage AS ENUM ('a', 'b'); CREATE TABLE orders (id bigint, at timestamptz, ok bool); CREATE TABLE "Odd.Name" (x int);
       CREATE TABLE parts (id int) PARTITION BY LIST (id); CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1); INSERT INTO parts VALUES (1);
       CREATE VIEW seen AS SELECT 1; CREATE DOMAIN d AS int;
       INSERT INTO orders SELECT 9007199254740993 + g, '2026-05-01 11:00:00+00', true FROM generate_series(0, 2) g;
       CREATE FUNCTION spoil() RETURNS int LANGUAGE sql AS 'DELETE FROM public.orders; SELECT 1';`,
    );
    client = await session(url);
  });
  after(() => client.end());

  it("asks for tables, enums and rows", async () => {
    const results = await run({
      expectedTables: ["public.orders", "public.seen", "public.gone", 'public."Odd.Name"', "public.parts"],
      expectedEnums: ["public.stage", "public.d", "public.gone"],
      criticalTables: ["public.orders", 'public."Odd.Name"', "public.parts", "public.gone"],
    });
    assert.deepEqual(
      results.map(({ name, verdict, detail }) => `${verdict} ${name}: ${detail}`),
      [
        "PASS expected table public.orders: it is a table",
        "FAIL expected table public.seen: it is a view",
        "FAIL expected table public.gone: it does not exist",
        'PASS expected table public."Odd.Name": it is a table',
        "PASS expected table public.parts: it is a partitioned table",
        "PASS expected enum public.stage: it has 2 values",
        "FAIL expected enum public.d: it is a type, but no enum",
        "FAIL expected enum public.gone: it does not exist",
        "PASS critical table public.orders: it has rows",
        'FAIL critical table public."Odd.Name": it is empty',
        "PASS critical table public.parts: it has rows",
        "FAIL critical table public.gone: it does not exist",
      ],
    );
  });

  it("compares results with what is expected, without losing digits", async () => {
    assert.equal(
      await smoke("select min(id) from orders", { everyRow: { min: { equals: "9007199254740993" } } }),
      "PASS 1 row as expected",
    );
    assert.equal(
      await smoke("select id from orders", { rows: { min: 3, max: 3 } }),
      "PASS 3 rows as expected",
    );
    assert.equal(
      await smoke("select max(at) from orders", { everyRow: { max: { newerThan: "2h" } } }),
      "PASS 1 row as expected",
    );
    assert.match(
      await smoke("select max(at) from orders", { everyRow: { max: { newerThan: "30m" } } }),
      /^FAIL .*expected at most/,
    );
    assert.equal(
      await smoke("select ok from orders", { everyRow: { ok: { equals: true } } }),
      "PASS 3 rows as expected",
    );
    assert.equal(
      await smoke("select count(*) from orders", { everyRow: { count: { min: 4 } } }),
      'FAIL "count" in row 1 is 3, expected at least 4',
    );
    assert.equal(await smoke("show server_version"), "PASS 1 row as expected");
  });

  it("changes nothing, however a query tries", async () => {
    assert.match(await smoke("select public.spoil()"), /^FAIL the server refused it: .*read-only/);
    assert.match(
      await smoke("with x as (delete from orders returning 1) select * from x"),
      /^FAIL .*read-only/,
    );
    const sneaky = { ...Checks.parse({ smoke: [{ name: "it", sql: "select 1" }] }) };
    sneaky.smoke = [{ name: "it", sql: "select 1; commit; delete from orders" }];
    const [result] = await runChecks(client, sneaky, { pointTakenAt });
    assert.match(result?.detail ?? "", /multiple commands/);
    assert.equal((await query(url, "select count(*) from orders"))[0]?.count, "3");
  });

  it("fails a check that the server refuses, without the secret in its message, and runs the next one", async () => {
    const results = await run({
      smoke: [
        { name: "bad", sql: "select 'password=hunter2'::int" },
        { name: "good", sql: "select 1" },
      ],
    });
    assert.deepEqual(
      results.map(({ verdict }) => verdict),
      ["FAIL", "PASS"],
    );
    assert.doesNotMatch(JSON.stringify(results), /hunter2/);
  });

  it("ends a check that takes too long or returns too much", async () => {
    assert.match(
      await smoke("select pg_sleep(20)", undefined, 1),
      /^FAIL the server refused it: .*statement timeout/,
    );
    assert.match(
      await smoke("select * from generate_series(1, 20000)"),
      /^FAIL it returns more than 10000 rows/,
    );
  });

  it("throws when the connection is lost", async () => {
    const lost = await session(url);
    const { rows } = await lost.query("select pg_backend_pid() as pid");
    const checks = Checks.parse({ smoke: [{ name: "it", sql: "select pg_sleep(30)" }] });
    const running = runChecks(lost, checks, { pointTakenAt });
    setTimeout(() => void query(url, `select pg_terminate_backend(${Number(rows[0]?.pid)})`), 300);
    await assert.rejects(running);
  });
});
