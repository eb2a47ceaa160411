import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import pg from "pg";
import { FirstBackup } from "../../../components/jobs/first-backup.ts";
import { taskPlan } from "../../../components/jobs/task-plan.ts";
import { RestoreTarget } from "../../../components/restore/restore-target.ts";
import type { PostgresServer } from "../../../sandbox/servers/postgres-server.ts";
import { findPoint } from "../../../vault/find-point.ts";
import { readManifest } from "../../../vault/read-manifest.ts";
import { EngineProject, ROOT } from "../../sandbox/engine/support/engine-project.ts";
import { createDatabase, query } from "../../support/databases.ts";
import { createJobBench, databaseOf, failures, type JobBench, testProject } from "../../support/jobs.ts";
import {
  PLANNED_PROJECT,
  PROJECT_VARIABLE,
  TARGET_VARIABLE,
  writePlanFile,
} from "../../support/plan-file.ts";
import { createPostgres, getPostgres, useTestCredentials } from "../../support/servers.ts";

const DATABASE = 'shop "restored"';
const OWNER = "shop_restorer";
const OWNER_PASSWORD = "only the owner's";

/** A server of its own: the target's roles belong to the whole of it. */
/** A database with what its owner alone could not restore, on the shared server. */
async function createSource(): Promise<string> {
  const url = await createDatabase();
  await query(
    url,
    `CREATE ROLE shop_staff;
     CREATE ROLE shop_clerk IN ROLE shop_staff, pg_monitor;
     CREATE EXTENSION pgcrypto SCHEMA public;
     CREATE TABLE public.orders (id int PRIMARY KEY, note text);
     INSERT INTO public.orders SELECT n, repeat('x', n) FROM generate_series(1, 100) AS n;
     ALTER TABLE public.orders OWNER TO shop_clerk;
     GRANT SELECT ON public.orders TO shop_staff`,
    `GRANT CONNECT, TEMPORARY ON DATABASE ${pg.escapeIdentifier(databaseOf(url))} TO shop_clerk`,
  );
  return url;
}

describe("a new stack's first backup, and a restore target of kind server", function () {
  this.timeout(120_000);
  let bench: JobBench;
  let project: EngineProject;
  let server: PostgresServer;
  let plan: string;
  let variables: Record<string, string>;
  before(async () => {
    bench = await createJobBench();
    server = await createPostgres();
    plan = taskPlan(
      JSON.parse(readFileSync(await writePlanFile(bench.settings), "utf8")),
      PLANNED_PROJECT,
      (file) => readFileSync(file, "utf8"),
    );
    project = new EngineProject({
      plugins: Object.fromEntries(
        ["postgresql", "command"].map((name) => [name, join(ROOT, "sandbox/plugins", name, "serve.ts")]),
      ),
    });
    const target = new URL(server.url("x"));
    target.username = OWNER;
    target.password = encodeURIComponent(OWNER_PASSWORD);
    target.pathname = `/${encodeURIComponent(DATABASE)}`;
    variables = {
      ...useTestCredentials(),
      PATH: [join(ROOT, "node_modules/.bin"), process.env.PATH].join(delimiter),
      [PROJECT_VARIABLE]: await createSource(),
      [TARGET_VARIABLE]: target.href,
    };
  });
  after(async () => {
    project.remove();
    // The roles belong to the server that others use, too.
    const { url } = await getPostgres();
    const database = pg.escapeIdentifier(databaseOf(variables[PROJECT_VARIABLE] ?? ""));
    await query(url(), `DROP DATABASE ${database}`, "DROP ROLE shop_clerk, shop_staff");
  });

  const program = async () => {
    const shop = testProject();
    const { bucket } = bench.settings;
    const first = new FirstBackup("first", { project: shop, plan, bucketName: bucket });
    const facts = {
      accountId: pulumi.output("123456789012"),
      partition: pulumi.output("aws"),
      region: "eu-west-2",
      tags: {},
    };
    const target = new RestoreTarget(
      "target",
      {
        ...{
          environment: "test",
          project: shop,
          purpose: "drill",
          facts,
          kind: "server",
          preFlight: { plan },
        },
        ...{ host: "127.0.0.1", port: server.port, username: server.user, password: server.password },
        ...{ superuser: true, sslMode: "disable", database: DATABASE },
        owner: { name: OWNER, password: OWNER_PASSWORD },
        roles: [{ name: "shop_staff" }, { name: "shop_clerk", memberOf: ["shop_staff", "pg_monitor"] }],
        extensions: [{ name: "pgcrypto" }],
        grants: [{ role: "shop_clerk", privileges: ["CONNECT", "TEMPORARY"] }],
      },
      { dependsOn: [first] },
    );
    return { ...target.address, urlVariable: target.urlVariable };
  };
  const points = async () => await findPoint(bench.vault, PLANNED_PROJECT, "latest");
  const onServer = async (sql: string) => await query(server.url(), sql);

  it("take the point, make and check the target, run nothing twice, are restored into, and leave no trace but the point", async () => {
    const lines: string[] = [];
    const onOutput = (text: string) => void lines.push(text);
    const wrong = (variables[TARGET_VARIABLE] ?? "").replace("only", "never");
    const misled = await project.stack(program, { ...variables, [TARGET_VARIABLE]: wrong });
    await assert.rejects(misled.up({ onOutput }), (error: Error) => {
      lines.push(error.message);
      return /DATABASE_LOGIN_REFUSED/.test(error.message);
    });
    const point = await points();
    const stack = await project.stack(program, variables);
    const up = await stack.up({ onOutput });
    // All but the check is there already, and the first backup is not taken again.
    assert.deepEqual(up.summary.resourceChanges, { create: 1, same: 11 });
    assert.equal((await points()).id, point.id);
    assert.equal(up.outputs.database?.value, DATABASE);
    assert.equal(up.outputs.urlVariable?.value, TARGET_VARIABLE);
    for (const secret of [
      OWNER_PASSWORD,
      server.password,
      new URL(variables[PROJECT_VARIABLE] ?? "").password,
    ]) {
      assert.ok(!project.stateText.includes(secret) && !lines.join("").includes(secret));
    }
    assert.deepEqual(
      await onServer(
        "SELECT roleid::regrole::text AS a, member::regrole::text AS b FROM pg_auth_members WHERE member::regrole::text LIKE 'shop_%' ORDER BY 1, 2",
      ),
      [
        { a: "pg_monitor", b: "shop_clerk" },
        { a: "shop_clerk", b: OWNER },
        { a: "shop_staff", b: "shop_clerk" },
        { a: "shop_staff", b: OWNER },
      ],
    );
    assert.deepEqual((await stack.up()).summary.resourceChanges, { same: 12 });

    const manifest = await readManifest(bench.vault, point);
    const target = variables[TARGET_VARIABLE] ?? "";
    const { notRestored } = await bench.restore(manifest, target);
    assert.deepEqual(notRestored, []);
    assert.deepEqual(failures(await bench.verify(manifest, target)), []);
    assert.deepEqual((await stack.refresh()).summary.resourceChanges, { same: 12 });
    assert.deepEqual((await stack.up()).summary.resourceChanges, { same: 12 });

    await stack.destroy();
    assert.deepEqual(await onServer("SELECT rolname FROM pg_roles WHERE rolname LIKE 'shop_%'"), []);
    assert.deepEqual(await onServer("SELECT datname FROM pg_database WHERE datname LIKE 'shop%'"), []);
    assert.equal((await points()).id, point.id);
  });
});
