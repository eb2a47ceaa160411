import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { listBackups } from "../../../supabase/calls/list-backups.ts";
import { removeAddon } from "../../../supabase/calls/remove-addon.ts";
import { setAddon } from "../../../supabase/calls/set-addon.ts";
import type { ManagementApi } from "../../../supabase/management-api.ts";
import { openManagementApi } from "../../../supabase/open-management-api.ts";
import { createJobBench, type JobBench } from "../../support/jobs.ts";
import { assertRefused } from "../../support/refusals.ts";
import { runScript } from "../../support/run-script.ts";
import { testDirectory } from "../../support/servers.ts";
import { createSupabase, type TestSupabase } from "../../support/supabase.ts";

describe("a checkpoint of a Supabase project", () => {
  let bench: JobBench;
  let supabase: TestSupabase;
  let api: ManagementApi;
  let ref: string;
  before(async () => {
    bench = await createJobBench();
    supabase = await createSupabase({
      organizations: [{ slug: "few", id: "few", name: "Of the few", plan: "pro", restorePoints: true }],
    });
    const { token, endpoint } = supabase;
    ref = await supabase.add({ organization: "few", database: "cluster", compute: "ci_small" });
    api = openManagementApi({ token, endpoint, clock: () => new Date() });
    await setAddon(api, ref, { type: "pitr", variant: "pitr_7" });
    while ((await listBackups(api, ref)).window === undefined) await sleep(100);
    const migrate =
      "CREATE SCHEMA supabase_migrations; CREATE TABLE supabase_migrations.schema_migrations (version text PRIMARY KEY);" +
      "INSERT INTO supabase_migrations.schema_migrations VALUES ('20260101120000'); CREATE TABLE orders (id int); INSERT INTO orders VALUES (1)";
    await supabase.cluster(ref)?.query(migrate);
  });

  /**
   * @param pitr whether the plan declares it
   * @param migration the newest of the release
   */
  async function plan(pitr = true, migration = "20260101120000"): Promise<string> {
    const directory = await testDirectory("plan");
    const { environment, ...vault } = bench.settings;
    for (const version of ["20260101120000", migration])
      writeFileSync(join(directory, `${version}_change.sql`), "");
    const project = {
      name: "shop",
      ref,
      connection: { env: "SHOP_URL" },
      ...(pitr && { pitr: { windowDays: 7 } }),
      checks: { criticalTables: ["public.orders"], migrationsDirectory: relative(process.cwd(), directory) },
    };
    const file = join(directory, "plan.yaml");
    const access = { endpoint: supabase.endpoint };
    writeFileSync(file, JSON.stringify({ environment, vault, supabase: access, projects: [project] }));
    return file;
  }
  const variables = () => ({
    SHOP_URL: supabase.cluster(ref)?.url(),
    SUPABASE_ACCESS_TOKEN: supabase.token,
  });

  it("has the window, and a restore point where the account has them", async () => {
    const { exitCode, stdout } = await runScript(
      "checkpoint",
      ["--plan", await plan(), "--json"],
      variables(),
    );
    const result = JSON.parse(stdout);
    assert.equal(exitCode, 0, stdout);
    assert.ok(result.window.latest >= result.window.earliest && result.window.lagSeconds < 300, stdout);
    assert.equal(result.recoveryWindow.hours, result.window.hours);
    assert.deepEqual([result.restorePoint.entitled, result.restorePoint.status], [true, "AVAILABLE"]);
    assert.equal(
      result.restorePoint.name,
      `hf_${result.checkpoint.slice("CHECKPOINT_".length).slice(0, 15)}`,
    );
    assert.equal(result.verdict, "PASS");
    assert.ok(!stdout.includes(supabase.token));
  });

  it("is blocked when point-in-time recovery, which the plan declares, was switched off", async () => {
    await removeAddon(api, ref, "pitr_7");
    const run = async (file: string, ...options: string[]) => {
      const args = ["--plan", file, "--dry-run", "--json", ...options];
      const { exitCode, stdout } = await runScript("checkpoint", args, variables());
      const { reasons, window } = JSON.parse(stdout);
      return { exitCode, window, reasons: reasons.map(({ name }: { name: string }) => name) };
    };
    // The release has a migration that production lacks, and brings it or not.
    const ahead = "20260202120000";
    assert.deepEqual(await run(await plan(true, ahead)), {
      exitCode: 3,
      window: null,
      reasons: ["newest migration", "point-in-time recovery"],
    });
    assert.deepEqual(await run(await plan(false, ahead), "--migrates"), {
      exitCode: 0,
      window: null,
      reasons: [],
    });
  });

  it("needs the token that the plan names where it is owed a window, and only there", async () => {
    const without = { SHOP_URL: supabase.cluster(ref)?.url() };
    await assertRefused("checkpoint", ["--plan", await plan()], {
      code: "SECRET_MISSING",
      exitCode: 2,
      variables: without,
    });
    const { exitCode, stdout } = await runScript(
      "checkpoint",
      ["--plan", await plan(false), "--dry-run", "--json"],
      without,
    );
    assert.equal(exitCode, 0, stdout);
    assert.match(JSON.parse(stdout).windowWhy, /^Supabase was not asked: .*SUPABASE_ACCESS_TOKEN/);
  });
});
