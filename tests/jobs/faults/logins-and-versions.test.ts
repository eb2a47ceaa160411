import assert from "node:assert/strict";
import { chmodSync, globSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PostgresServer } from "../../../sandbox/servers/postgres-server.ts";
import { cacheDirectory } from "../../../sandbox/tools/cache-directory.ts";
import { findOrInstallPostgres } from "../../../sandbox/tools/find-or-install-postgres.ts";
import { createDatabase, query } from "../../support/databases.ts";
import { createJobBench, databaseOf, type JobBench } from "../../support/jobs.ts";
import { assertRestores, failsWith, wholePoints } from "../../support/point-facts.ts";
import { type PassingMessage, type PostgresProxy, startPostgresProxy } from "../../support/postgres-proxy.ts";
import { createPostgres, getPostgres, testDirectory } from "../../support/servers.ts";
import { createShop } from "../../support/shop.ts";

describe("a login or a version that does not fit", () => {
  let bench: JobBench;
  let server: PostgresServer;
  let proxy: PostgresProxy;
  let source: string;
  /** The source's URL for a role of its own, which owns everything there. */
  let url: string;
  before(async () => {
    bench = await createJobBench();
    server = await getPostgres();
    proxy = await startPostgresProxy(server);
    source = await createShop();
    await query(source, "CREATE ROLE night_reader SUPERUSER LOGIN PASSWORD 'first'");
    // What is refused must be told as refused: a busy machine must not make it a time-out.
    url = `${source.replace(/\/\/[^@]*@/, "//night_reader:first@")}?connect_timeout=120`;
  });
  after(async () => {
    await proxy.close();
    await query(source, "DROP ROLE night_reader");
  });
  afterEach(async () => {
    proxy.clear();
    // A test that failed half-way must not fail the others.
    await query(source, "ALTER ROLE night_reader SUPERUSER PASSWORD 'first'");
  });

  const rotate = (password: string) => query(source, `ALTER ROLE night_reader PASSWORD '${password}'`);

  it("a password revoked before the run: nothing is listed, and the new one works", async () => {
    await rotate("second");
    const error = await failsWith("DATABASE_LOGIN_REFUSED", bench.backup(url));
    assert.match(error.hint, /password/);
    assert.doesNotMatch(error.message + error.hint, /first|second/);
    assert.deepEqual(await wholePoints(bench.vault, "shop"), []);
    await assertRestores(bench, (await bench.backup(url.replace(":first@", ":second@"))).manifest);
    await rotate("first");
  });

  it("a password revoked in the middle of the run: nothing is listed, and the new one works", async () => {
    const steps: ((message: PassingMessage) => boolean)[] = [
      ({ sql }) => sql.startsWith("LOCK TABLE ONLY"),
      ({ sql }) => sql.startsWith("COPY "),
    ];
    const listed = await wholePoints(bench.vault, "shop");
    for (const [step, when] of steps.entries()) {
      let rotated: Promise<unknown> | undefined;
      proxy.inject({
        kind: step === 0 ? "delay" : "cut",
        when,
        onFault: async () => {
          rotated = rotate("second");
          await rotated;
        },
      });
      const error = await failsWith(
        ["DATABASE_LOGIN_REFUSED", "SCHEMA_DUMP_FAILED", "DATABASE_CONNECTION_LOST"],
        bench.backup(proxy.through(url)),
      );
      if (step === 0) assert.match(error.hint, /password/, error.message);
      assert.deepEqual(await wholePoints(bench.vault, "shop"), listed);
      await rotated;
      await rotate("first");
    }
    await bench.backup(url);
  });

  it("a role that lost its superuser rights while the dump ran: nothing is listed", async () => {
    const listed = await wholePoints(bench.vault, "shop");
    proxy.inject({
      kind: "delay",
      when: ({ sql }) => sql.startsWith("COPY "),
      onFault: async () => {
        await query(source, "ALTER ROLE night_reader NOSUPERUSER");
      },
    });
    await failsWith("DATABASE_PRIVILEGE_MISSING", bench.backup(proxy.through(url)));
    assert.deepEqual(await wholePoints(bench.vault, "shop"), listed);
    await query(source, "ALTER ROLE night_reader SUPERUSER");
  });

  it("tools older than the server are refused before anything is read", async () => {
    const folder = await testDirectory("old-tools");
    for (const name of ["pg_dump", "pg_dumpall", "psql"]) {
      const file = join(folder, name);
      writeFileSync(file, `#!/bin/sh\necho "${name} (PostgreSQL) 9.6.24"\n`);
      chmodSync(file, 0o755);
    }
    await withTools(folder, async () => {
      const listed = await wholePoints(bench.vault, "shop");
      const error = await failsWith("PG_TOOLS_TOO_OLD", bench.backup(source));
      assert.match(error.message, new RegExp(`PostgreSQL ${server.major}.*9\\.6\\.24`));
      assert.ok(error.hint.includes(`postgresql-client-${server.major}`), error.hint);
      assert.deepEqual(await wholePoints(bench.vault, "shop"), listed);
    });
  });

  it("a target older than the source is refused, a newer one is not", async () => {
    const { manifest } = await bench.backup(source);
    const of = (serverMajor: number) => ({ ...manifest, source: { ...manifest.source, serverMajor } });
    const target = await createDatabase();
    const error = await failsWith("TARGET_TOO_OLD", bench.restore(of(server.major + 1), target));
    assert.match(error.message, new RegExp(`PostgreSQL ${server.major};.*PostgreSQL ${server.major + 1}`));
    assert.deepEqual(await query(target, "SELECT FROM pg_namespace WHERE nspname = 'holdfast_restore'"), []);
    await bench.restore(of(server.major - 1), target, { confirm: databaseOf(target) });
    assert.deepEqual(await query(target, "SELECT count(*)::int AS n FROM orders"), [{ n: 3000 }]);
  });

  it("a real server of another major version: newer takes the point, older is refused", async function () {
    const other = await findOtherMajor(server.major);
    // Only one major version of PostgreSQL is on this machine.
    if (other === undefined) return this.skip();
    this.timeout(120_000);
    const second = await createPostgres({ binDirectory: other, archive: false });
    const [older, newer] = [server, second].sort((a, b) => a.major - b.major);
    assert.ok(older && newer);
    const { manifest } = await bench.backup(await createShop(older));
    await withTools(newer.binDirectory, async () => {
      await assertRestores(bench, manifest, { target: await createDatabase(undefined, newer) });
      const fromNewer = (await bench.backup(await createShop(newer))).manifest;
      const target = await createDatabase(undefined, older);
      await failsWith("TARGET_TOO_OLD", bench.restore(fromNewer, target));
      assert.deepEqual(await query(target, "SELECT FROM pg_class WHERE relname = 'orders'"), []);
    });
    await withTools(older.binDirectory, async () => {
      await failsWith("PG_TOOLS_TOO_OLD", bench.backup(await createShop(newer)));
    });
    await second.stop();
  });
});

/** Takes PostgreSQL's client programs from one folder while `work` runs. */
async function withTools(folder: string, work: () => Promise<void>): Promise<void> {
  const before = process.env.HOLDFAST_PG_BIN;
  process.env.HOLDFAST_PG_BIN = folder;
  try {
    await work();
  } finally {
    if (before === undefined) delete process.env.HOLDFAST_PG_BIN;
    else process.env.HOLDFAST_PG_BIN = before;
  }
}

/** The programs of a PostgreSQL of another major version, if this machine has one. */
async function findOtherMajor(major: number): Promise<string | undefined> {
  const folders = [
    "/usr/lib/postgresql/*/bin",
    join(cacheDirectory(), "postgresql-pg0-*/.pg0/installation/*/bin"),
  ];
  for (const folder of folders.flatMap((pattern) => globSync(pattern))) {
    const found = await findOrInstallPostgres({ environment: { HOLDFAST_PG_BIN: folder } }).catch(
      () => undefined,
    );
    if (found !== undefined && found.major !== major) return folder;
  }
  return undefined;
}
