import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { accessSync, constants, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compareDatabases } from "../../support/compare-databases.ts";
import { createDatabase, query } from "../../support/databases.ts";
import { createJobBench, databaseOf, failures, type JobBench } from "../../support/jobs.ts";
import { getPostgres } from "../../support/servers.ts";

/** Where this server looks for extensions; undefined where this account may not put one. */
async function extensionFolder(): Promise<string | undefined> {
  const server = await getPostgres();
  const [found] = await query(server.url(), "SELECT setting FROM pg_config WHERE name = 'SHAREDIR'");
  const folder = join(String(found?.setting), "extension");
  try {
    accessSync(folder, constants.W_OK);
    return folder;
  } catch {
    return undefined;
  }
}

describe("a restore that stopped half-way", () => {
  let bench: JobBench;
  const extension = `holdfast_test_${randomBytes(4).toString("hex")}`;
  let folder: string | undefined;
  const control = () => join(folder ?? "", `${extension}.control`);

  before(async () => {
    bench = await createJobBench();
    folder = await extensionFolder();
    if (folder === undefined) return;
    writeFileSync(control(), `default_version = '1.0'\nrelocatable = false\nschema = 'ext;1'\n`);
    writeFileSync(
      join(folder, `${extension}--1.0.sql`),
      `CREATE TABLE settings (name text PRIMARY KEY, value text, own boolean NOT NULL DEFAULT true);
       INSERT INTO settings VALUES ('version', '1.0', false), ('mode', 'default', false);
       CREATE SEQUENCE numbers;
       CREATE TABLE internal (id int); INSERT INTO internal VALUES (1);
       CREATE FUNCTION greet() RETURNS text LANGUAGE sql AS 'SELECT ''hello''';
       SELECT pg_catalog.pg_extension_config_dump('settings', 'WHERE own'); SELECT pg_catalog.pg_extension_config_dump('numbers', '');`,
    );
  });

  after(() => {
    if (folder === undefined) return;
    for (const file of [control(), `${control()}.away`, join(folder, `${extension}--1.0.sql`)])
      rmSync(file, { force: true });
  });

  it("goes on after the missing extension was installed; its configuration comes back without its own rows", async function () {
    this.timeout(60_000);
    if (folder === undefined) return this.skip();
    const source = await createDatabase();
    await query(
      source,
      `CREATE SCHEMA "ext;1"; CREATE EXTENSION ${extension}`,
      `INSERT INTO "ext;1".settings VALUES ('mine', 'a'), ('yours', E'b\\tc'); INSERT INTO "ext;1".internal VALUES (2)`,
      `SELECT nextval('"ext;1".numbers') FROM generate_series(1, 9)`,
      `CREATE TABLE public.items (id int PRIMARY KEY, s text DEFAULT "ext;1".greet()); INSERT INTO public.items SELECT generate_series(1, 100)`,
      `CREATE VIEW public.v AS SELECT * FROM "ext;1".settings`,
    );
    const { manifest } = await bench.backup(source);
    assert.deepEqual(
      manifest.notIncluded.map(({ what }) => what),
      ['rows of "ext;1"."internal"'],
    );
    const target = await createDatabase();
    renameSync(control(), `${control()}.away`);
    await assert.rejects(bench.restore(manifest, target), {
      code: "STATEMENT_FAILED",
      message: new RegExp(`CREATE EXTENSION IF NOT EXISTS ${extension}`),
      hint: /install it, then run the same command again; it goes on from here/,
    });
    renameSync(`${control()}.away`, control());
    assert.deepEqual((await bench.restore(manifest, target)).notRestored, []);
    const proof = await bench.verify(manifest, target);
    assert.deepEqual(failures(proof), []);
    assert.deepEqual(await query(target, `SELECT name FROM "ext;1".settings ORDER BY 1`), [
      { name: "mine" },
      { name: "mode" },
      { name: "version" },
      { name: "yours" },
    ]);
    await query(source, `DELETE FROM "ext;1".internal WHERE id = 2`);
    assert.deepEqual(await compareDatabases(source, target), []);
    await query(target, `UPDATE "ext;1".settings SET value = 'x' WHERE name = 'mine'`);
    assert.deepEqual(
      failures(await bench.verify(manifest, target)).map(({ name }) => name),
      ["table ext;1.settings"],
    );
  });

  it("goes on with the rows that are missing, and loads none twice", async function () {
    this.timeout(60_000);
    const source = await createDatabase();
    const allow = (url: string) => query(url, `ALTER DATABASE ${databaseOf(url)} SET my.allowed = 'on'`);
    await allow(source);
    await query(
      source,
      "CREATE FUNCTION public.allowed() RETURNS boolean LANGUAGE sql AS $$ SELECT coalesce(pg_catalog.current_setting('my.allowed', true), '') = 'on' $$",
      "CREATE TABLE public.many (id int); INSERT INTO public.many SELECT generate_series(1, 5000)",
      "CREATE TABLE public.few (id int CHECK (public.allowed())); INSERT INTO public.few VALUES (1), (2)",
      "CREATE INDEX ON public.many (id); SELECT lo_from_bytea(5, 'x')",
    );
    const { manifest } = await bench.backup(source);
    const target = await createDatabase();
    await assert.rejects(bench.restore(manifest, target, { workers: 1 }), {
      message: /Loading rows \(COPY "public"\."few".*check constraint/,
    });
    assert.deepEqual(await query(target, "SELECT count(*)::int AS n FROM public.many"), [{ n: 5000 }]);
    await allow(target);
    const { notRestored, resumed } = await bench.restore(manifest, target);
    assert.equal(resumed, true);
    assert.deepEqual(notRestored, []);
    assert.deepEqual(failures(await bench.verify(manifest, target)), []);
    assert.deepEqual(await compareDatabases(source, target), []);
  });

  it("still lists, when it goes on, what it could not restore before", async function () {
    this.timeout(60_000);
    const source = await createDatabase();
    const login = `resumed ${randomBytes(4).toString("hex")}`;
    await query(
      source,
      `CREATE ROLE "${login}" LOGIN; CREATE SCHEMA AUTHORIZATION "${login}"`,
      "CREATE TABLE public.here AS SELECT current_database()::text AS name",
      "ALTER TABLE public.here ADD CHECK (name = current_database())",
    );
    const { manifest } = await bench.backup(source);
    await query(source, `DROP SCHEMA "${login}"; DROP ROLE "${login}"`);
    const target = await createDatabase();
    const fails = () => assert.rejects(bench.restore(manifest, target), /violates check constraint/);
    await fails();
    await fails();
    await query(target, "ALTER TABLE public.here DROP CONSTRAINT here_name_check");
    const { notRestored, resumed } = await bench.restore(manifest, target);
    assert.equal(resumed, true);
    assert.deepEqual(notRestored, [
      { what: `role ${login}`, why: "created without a password: set one before it logs in" },
    ]);
    assert.deepEqual(
      failures(await bench.verify(manifest, target)).map(({ name }) => name),
      ["constraint here_name_check on public.here"],
    );
    await query(target, `DROP SCHEMA "${login}"; DROP ROLE "${login}"`);
  });
});
