import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { commandLineOf } from "../../../sandbox/servers/running-process.ts";
import {
  openSupabaseServer,
  type SupabaseServer,
  startSupabaseServer,
} from "../../../sandbox/servers/supabase-server.ts";
import { findOrInstallPostgres } from "../../../sandbox/tools/find-or-install-postgres.ts";
import { query } from "../../support/databases.ts";
import { testDirectory } from "../../support/run-directory.ts";
import { stopAfterRun } from "../../support/servers.ts";
import { ask } from "../supabase/support/ask.ts";
import { statusOf, waitForStatus } from "../supabase/support/wait-for.ts";

const REF = "serverprojectserverp";
const PASSWORD = "of-the-server-test";

describe("startSupabaseServer", () => {
  let server: SupabaseServer;
  let url: string;

  before(async () => {
    const { binDirectory } = await findOrInstallPostgres();
    const directory = await testDirectory("s");
    const timing = { createSeconds: 0, pitrRestoreSeconds: 0 };
    server = await startSupabaseServer({ directory, binDirectory, timing, limitPerMinute: 10_000 });
    stopAfterRun(server);
    const project = { ref: REF, name: "shop", organization: "holdfast-pro", compute: "ci_small" };
    url =
      (await server.addProject({ ...project, database: "cluster", password: PASSWORD })).databaseUrl ?? "";
  });

  it("runs apart from its caller, and takes a second start for the first", async () => {
    assert.notEqual(server.pid(), process.pid);
    const { directory, endpoint, token } = server;
    const { binDirectory } = await findOrInstallPostgres();
    const again = await startSupabaseServer({ directory, binDirectory });
    assert.deepEqual([again.pid(), again.endpoint, again.token], [server.pid(), endpoint, token]);
    assert.equal((await server.findProject(REF))?.status, "ACTIVE_HEALTHY");
    assert.equal(await server.findProject("z".repeat(20)), undefined);
  });

  it("keeps its secrets in files of its own alone, and none in its log and command line", async () => {
    const state = join(server.directory, "state.json");
    assert.equal(statSync(state).mode & 0o777, 0o600);
    assert.equal(statSync(join(server.directory, "projects", REF, "state.json")).mode & 0o777, 0o600);
    const log = existsSync(server.logFile) ? readFileSync(server.logFile, "utf8") : "";
    const command = commandLineOf(server.pid() ?? 0) ?? "";
    assert.equal(command.includes("serve.ts"), true);
    for (const secret of [server.token, PASSWORD]) {
      assert.equal(log.includes(secret), false);
      assert.equal(command.includes(secret), false);
    }
    assert.equal(readFileSync(join(server.directory, "server.json"), "utf8").includes(server.token), false);
  });

  it("loses nothing by a SIGKILL in the middle of a recovery, and finishes it after the next start", async () => {
    await query(url, "CREATE TABLE said (word text)", "INSERT INTO said VALUES ('before')");
    await sleep(1000);
    const target = Math.floor(Date.now() / 1000);
    await sleep(1000);
    await query(url, "INSERT INTO said VALUES ('after')");
    const pitr = { addon_type: "pitr", addon_variant: "pitr_7" };
    assert.equal((await ask(server, "PATCH", `/v1/projects/${REF}/billing/addons`, pitr)).status, 200);
    await server.addFaults({ kind: "stuck-restoring", ref: REF });
    const restore = { recovery_time_target_unix: target };
    const path = `/v1/projects/${REF}/database/backups/restore-pitr`;
    for (let tries = 0; (await ask(server, "POST", path, restore)).status !== 201; tries++) {
      assert.ok(tries < 60, "the window never reached the target");
      await sleep(250);
    }
    await server.kill();
    await assert.rejects(fetch(server.endpoint));
    assert.equal(server.running(), false);

    await server.start();
    assert.equal(await statusOf(server, REF), "RESTORING");
    await server.clearFaults(REF);
    await waitForStatus(server, REF, "ACTIVE_HEALTHY");
    assert.deepEqual(await query(url, "SELECT word FROM said"), [{ word: "before" }]);
  });

  it("finishes a creation that a SIGKILL cut off, and what a SIGKILL left of a deletion", async () => {
    const wish = { name: "next", organization_slug: "holdfast-pro", db_pass: PASSWORD };
    const created = await ask(server, "POST", "/v1/projects", wish);
    const { ref } = Object(created.body);
    await sleep(100);
    await server.kill();
    const project = join(server.directory, "projects", ref);
    assert.equal(existsSync(project), true);
    await server.start();
    await waitForStatus(server, ref, "ACTIVE_HEALTHY");
    const one = await ask(server, "POST", `/v1/projects/${ref}/database/query`, { query: "SELECT 1 AS one" });
    assert.deepEqual(one.body, [{ one: 1 }]);
    assert.equal(readFileSync(join(project, "state.json"), "utf8").includes(PASSWORD), false);
    assert.equal((await ask(server, "DELETE", `/v1/projects/${ref}`)).status, 200);
    assert.equal(existsSync(project), false);
  });

  it("stops with its clusters, and comes back with them at the same address", async () => {
    await server.stop();
    assert.equal(openSupabaseServer(server.directory)?.running(), false);
    await assert.rejects(query(url, "SELECT 1"));
    await server.start();
    assert.equal(await statusOf(server, REF), "ACTIVE_HEALTHY");
    assert.deepEqual(await query(url, "SELECT word FROM said"), [{ word: "before" }]);
  });
});
