import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chownSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { openPostgresServer, startPostgresServer } from "../../../sandbox/servers/postgres-server.ts";
import { reachableDirectory } from "../../../sandbox/servers/reachable-directory.ts";
import { runTool } from "../../../sandbox/servers/run-tool.ts";
import { commandLineOf } from "../../../sandbox/servers/running-process.ts";
import { serverAccount } from "../../../sandbox/servers/server-account.ts";
import { findOrInstallPostgres } from "../../../sandbox/tools/find-or-install-postgres.ts";
import { query } from "../../support/databases.ts";
import { createPostgres, testDirectory } from "../../support/servers.ts";

async function hasOpenssl(): Promise<boolean> {
  return runTool("openssl", ["version"]).then(
    () => true,
    () => false,
  );
}

describe("startPostgresServer", () => {
  it("starts a server with a password, on loopback alone, and takes a second start for the first", async () => {
    const server = await createPostgres();
    const again = await startPostgresServer({
      directory: server.directory,
      binDirectory: server.binDirectory,
    });
    assert.equal(again.pid(), server.pid());
    assert.equal(again.url("x"), server.url("x"));
    const wrong = new URL(server.url());
    wrong.password = "guess";
    await assert.rejects(query(wrong.href, "SELECT 1"), { code: "28P01" });
    const [row] = await query(server.url(), "SELECT current_setting('listen_addresses') AS at, version()");
    assert.equal(row?.at, "127.0.0.1");
    assert.match(String(row?.version), new RegExp(`PostgreSQL ${server.major}\\.`));
    assert.equal(statSync(join(server.directory, "password")).mode & 0o777, 0o600);
    assert.ok(!commandLineOf(server.pid() ?? 0)?.includes(server.password));
  });

  it("keeps committed rows over a SIGKILL, archives finished segments, and starts again on its port", async () => {
    const server = await createPostgres();
    await query(server.url(), "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n", "CHECKPOINT");
    await query(server.url(), "INSERT INTO kept VALUES (1001)");
    const client = new pg.Client({ connectionString: server.url() });
    client.on("error", () => undefined);
    await client.connect();
    await server.kill();
    assert.equal(server.running(), false);
    await server.start();
    const [row] = await query(server.url(), "SELECT count(*)::int AS rows FROM kept");
    assert.equal(row?.rows, 1001);
    const [switched] = await query(server.url(), "SELECT pg_walfile_name(pg_switch_wal()) AS segment");
    const segment = String(switched?.segment);
    for (let tries = 0; tries < 500 && !readdirSync(server.archiveDirectory).includes(segment); tries++)
      await sleep(10);
    assert.ok(readdirSync(server.archiveDirectory).includes(segment));
    await server.stop();
    await server.stop();
    assert.equal(openPostgresServer(server.directory)?.running(), false);
    await server.start();
    assert.ok(server.running());
  });

  it("leaves a stranger alone whose number stands in a stale pid file", async () => {
    const server = await createPostgres({ archive: false });
    await server.kill();
    const stranger = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"]);
    try {
      const file = join(server.dataDirectory, "postmaster.pid");
      writeFileSync(file, readFileSync(file, "utf8").replace(/^\d+/, String(stranger.pid)));
      assert.equal(server.running(), false);
      await server.stop();
      await server.kill();
      assert.ok(commandLineOf(stranger.pid ?? 0));
      await server.start();
      assert.ok(server.running());
    } finally {
      stranger.kill("SIGKILL");
    }
  });

  it("throws away what a killed initdb left", async () => {
    const directory = await testDirectory("half");
    mkdirSync(join(directory, "data.new"));
    writeFileSync(join(directory, "data.new", "PG_VERSION"), "15\n");
    const server = await createPostgres({ directory });
    assert.ok(server.running());
    assert.ok(!readdirSync(directory).includes("data.new"));
  });

  it("says what the server said when it does not start", async () => {
    const directory = await testDirectory("refused");
    await assert.rejects(createPostgres({ directory, settings: { shared_buffers: "1 parsec" } }), {
      code: "POSTGRES_NOT_STARTED",
      message: /shared_buffers/,
    });
  });

  it("runs as an ordinary user just as under root", async function () {
    const account = serverAccount();
    const directory = join(await testDirectory("user"), "at");
    mkdirSync(directory);
    if (account) chownSync(directory, account.uid, account.gid);
    const fixture = join(import.meta.dirname, "../fixtures/start-postgres.ts");
    const { binDirectory } = await findOrInstallPostgres();
    if (account && reachableDirectory(fixture, account) !== fixture) this.skip();
    const { stdout } = await runTool(process.execPath, [fixture, directory, binDirectory], { account });
    assert.equal(stdout, `uid ${account?.uid ?? process.getuid?.()} answered`);
  });

  it("serves TLS with a certificate that a client can verify", async function () {
    if (!(await hasOpenssl())) this.skip();
    const server = await createPostgres({ tls: true });
    const ca = readFileSync(server.caFile ?? "", "utf8");
    const client = new pg.Client({ connectionString: server.url(), ssl: { ca, rejectUnauthorized: true } });
    await client.connect();
    const { rows } = await client.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    await client.end();
    assert.deepEqual(rows, [{ ssl: true }]);
  });
});
