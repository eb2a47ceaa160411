import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fillProject } from "../../../sandbox/seed/fill-project.ts";
import { createProjectCluster } from "../../../sandbox/supabase/create-project-cluster.ts";
import { openProjectCluster } from "../../../sandbox/supabase/open-project-cluster.ts";
import { QueryRefused } from "../../../sandbox/supabase/query-refused.ts";
import { findOrInstallPostgres } from "../../../sandbox/tools/find-or-install-postgres.ts";
import { query } from "../../support/databases.ts";
import { testDirectory } from "../../support/servers.ts";
import { addNote, createCluster, readNotes, removeClusters, type TestCluster } from "./support/clusters.ts";

describe("a project's cluster", () => {
  let first: TestCluster;
  before(async () => {
    first = await createCluster();
  });
  after(removeClusters);

  it("has what a new project has, for an owner who is no superuser", async () => {
    const { cluster } = first;
    const [found] = await cluster.query(
      `SELECT current_user AS me, rolsuper AS super, (SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'postgres') AS owner,
         current_setting('server_version') LIKE $1 || '%' AS version, to_regclass('storage.objects') IS NOT NULL AS storage,
         to_regclass('auth.users') IS NOT NULL AS auth, current_database() AS database
       FROM pg_roles WHERE rolname = current_user`,
      { parameters: [cluster.version] },
    );
    assert.deepEqual(found, {
      me: "postgres",
      super: false,
      owner: "postgres",
      version: true,
      storage: true,
      auth: true,
      database: "postgres",
    });
    const [admin] = await query(
      cluster.adminUrl(),
      "SELECT current_user, current_setting('is_superuser') AS super",
    );
    assert.deepEqual(admin, { current_user: "supabase_admin", super: "on" });
    assert.equal(new URL(cluster.url()).port, String(cluster.port));
  });

  it("is another one than its neighbour's, down to the system identifier", async () => {
    const second = await createCluster({ ref: "bcdefghijklmnopqrstu" });
    const identify = "SELECT system_identifier::text AS id FROM pg_control_system()";
    const [a] = await query(first.cluster.adminUrl(), identify);
    const [b] = await query(second.cluster.adminUrl(), identify);
    assert.notEqual(a?.id, b?.id);
    assert.equal(second.cluster.ref, "bcdefghijklmnopqrstu");
    await second.cluster.remove();
    assert.ok(!existsSync(second.directory));
    assert.equal(openProjectCluster(second.directory), undefined);
    assert.ok(first.cluster.running());
    await assert.rejects(second.cluster.start(), { code: /CLUSTER_UNKNOWN|ENOENT/ });
  });

  it("takes a sample product", async () => {
    const { cluster } = await createCluster();
    await fillProject({ url: cluster.url(), adminUrl: cluster.adminUrl() }, "ordak", { scale: 0.05 });
    assert.deepEqual(await cluster.query("SELECT count(*) AS orders FROM public.orders_bannos"), [
      { orders: 130 },
    ]);
  });

  it("stops, starts, survives a kill, and keeps port and rows", async () => {
    const { cluster, directory } = first;
    await addNote(cluster, "kept");
    await cluster.stop();
    assert.ok(!cluster.running());
    await assert.rejects(cluster.query("SELECT 1"), { code: "CLUSTER_UNREACHABLE" });
    await cluster.stop();
    const again = openProjectCluster(directory);
    assert.equal(again?.port, cluster.port);
    await again?.start();
    await cluster.start();
    assert.ok(cluster.running());
    await cluster.kill();
    assert.ok(!cluster.running());
    await cluster.start();
    assert.deepEqual(await readNotes(cluster), ["kept"]);
  });

  it("is started, not made anew, by a second creation, and made anew where the first did not end", async () => {
    const { binDirectory } = await findOrInstallPostgres();
    const { cluster, directory } = first;
    const options = { directory, ref: cluster.ref, password: "another", binDirectory };
    const same = await createProjectCluster(options);
    assert.equal(same.url(), cluster.url());
    const half = await testDirectory("half-cluster");
    mkdirSync(join(half, "data"));
    writeFileSync(join(half, "data", "PG_VERSION"), "15\n");
    assert.equal(openProjectCluster(half), undefined);
    const { cluster: whole } = await createCluster({ directory: half });
    assert.deepEqual(await whole.query("SELECT 1 AS one"), [{ one: 1 }]);
    const former = whole.url();
    // Seeded in part, killed before its record was written, server still running.
    rmSync(join(half, "cluster.json"));
    const anew = await createProjectCluster({ ...options, directory: half });
    assert.deepEqual(await anew.query("SELECT 1 AS one"), [{ one: 1 }]);
    await assert.rejects(query(former, "SELECT 1"));
  });

  it("keeps passwords out of records and logs, and takes a new one", async () => {
    const { cluster, directory } = first;
    const old = cluster.url();
    await cluster.setPassword("näxt % 'secret'");
    await assert.rejects(query(old, "SELECT 1"), { code: "28P01" });
    assert.deepEqual(await query(cluster.url(), "SELECT 1 AS one"), [{ one: 1 }]);
    const files = readdirSync(directory).filter((name) => statSync(join(directory, name)).isFile());
    const holders = files.filter((name) => readFileSync(join(directory, name), "utf8").includes("secret"));
    assert.deepEqual(holders, ["project-password"]);
    assert.equal(statSync(join(directory, "project-password")).mode & 0o777, 0o600);
    // A change that was killed after it was written down is finished at the next start.
    writeFileSync(join(directory, "project-password.next"), "third\n");
    await cluster.start();
    assert.deepEqual(await query(cluster.url(), "SELECT 1 AS one"), [{ one: 1 }]);
    assert.equal(decodeURIComponent(new URL(cluster.url()).password), "third");
  });
});

describe("a query", () => {
  let cluster: TestCluster["cluster"];
  before(async () => {
    ({ cluster } = await createCluster());
    await addNote(cluster, "one");
  });
  after(removeClusters);

  it("answers the rows of the last statement as JSON values", async () => {
    const rows = await cluster.query(
      `SELECT 1; SELECT 9007199254740991::bigint AS safe, 9007199254740993::bigint AS unsafe, '2026-11-22 10:00:00+00'::timestamptz AS at,
         '2026-11-22'::date AS day, '{"a": [1]}'::jsonb AS json, 1.50::numeric AS amount, NULL AS nothing`,
    );
    assert.deepEqual(rows, [
      {
        safe: 9007199254740991,
        unsafe: "9007199254740993",
        at: "2026-11-22 10:00:00+00",
        day: "2026-11-22",
        json: { a: [1] },
        amount: "1.50",
        nothing: null,
      },
    ]);
    assert.deepEqual(JSON.parse(JSON.stringify(rows)), rows);
    assert.deepEqual(await cluster.query("CREATE TABLE public.made (id int)"), []);
    assert.deepEqual(await cluster.query("SELECT $1::int + 1 AS sum", { parameters: [2] }), [{ sum: 3 }]);
  });

  it("says what PostgreSQL said when it is refused", async () => {
    await assert.rejects(cluster.query("SELECT * FROM nowhere"), (error) => {
      assert.ok(error instanceof QueryRefused);
      assert.deepEqual(
        { sqlState: error.sqlState, message: error.message, position: error.position },
        { sqlState: "42P01", message: 'relation "nowhere" does not exist', position: 15 },
      );
      return true;
    });
    await assert.rejects(cluster.query("SELECT $1::int; SELECT 2", { parameters: [1] }), {
      sqlState: "42601",
    });
  });

  it("writes nothing when it is read-only, whatever it tries", async () => {
    const readOnly = (sql: string): Promise<unknown[]> => cluster.query(sql, { readOnly: true });
    assert.deepEqual(await readOnly("SELECT text FROM public.notes"), [{ text: "one" }]);
    for (const sql of [
      "INSERT INTO public.notes (text) VALUES ('two')",
      "COMMIT; INSERT INTO public.notes (text) VALUES ('two')",
      "COMMIT; SET default_transaction_read_only = off; INSERT INTO public.notes (text) VALUES ('two')",
      "RESET SESSION AUTHORIZATION; COMMIT; BEGIN READ WRITE; INSERT INTO public.notes (text) VALUES ('two')",
    ])
      await assert.rejects(readOnly(sql), QueryRefused);
    assert.deepEqual(await readNotes(cluster), ["one"]);
  });
});
