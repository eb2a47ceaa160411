import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { getProject } from "../../../supabase/calls/get-project.ts";
import { listBackups } from "../../../supabase/calls/list-backups.ts";
import { setAddon } from "../../../supabase/calls/set-addon.ts";
import type { ManagementApi } from "../../../supabase/management-api.ts";
import { openManagementApi } from "../../../supabase/open-management-api.ts";
import { getSupabase, type TestSupabase } from "../../support/supabase.ts";
import { createSupabaseCli, type SupabaseCli } from "../../support/supabase-cli.ts";

// The program comes from a package registry the first time.
const TIMEOUT_MILLISECONDS = 300_000;

/** The client was written by the vendor for the real platform: what it takes for an answer is one. */
describe("the simulated platform, used by the real Supabase CLI", function () {
  this.timeout(TIMEOUT_MILLISECONDS);
  let supabase: TestSupabase;
  let api: ManagementApi;
  let cli: SupabaseCli;

  before(async () => {
    supabase = await getSupabase();
    const { endpoint, token } = supabase;
    cli = await createSupabaseCli({ endpoint, token });
    api = openManagementApi({ endpoint, token, clock: () => new Date() });
  });

  /** What a command prints. */
  async function output(...argv: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await cli.run(...argv);
    assert.equal(exitCode, 0, stderr);
    return stdout;
  }

  const json = async (...argv: readonly string[]): Promise<unknown> =>
    JSON.parse(await output(...argv, "-o", "json"));

  /** What a command says when it must fail. */
  async function failure(...argv: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await cli.run(...argv);
    assert.equal(exitCode, 1, stdout + stderr);
    return stderr;
  }

  const restoreTo = (ref: string, target: Date) => [
    ...["backups", "restore", `--remote=${ref}`, "--yes"],
    ...["--timestamp", String(target.getTime() / 1000)],
  ];

  it("shows what a project is and how it is set up", async () => {
    const ref = await supabase.add({ compute: "ci_small", region: "eu-west-2" });
    const of = `--remote=${ref}`;
    const named = (listed: unknown) => (listed as { name: string }[]).map(({ name }) => name);
    assert.match(await output("projects", "list"), new RegExp(`\\b${ref} .*London`));
    assert.deepEqual(await json("functions", "list", of), []);
    assert.deepEqual(await json("branches", "list", of), []);
    assert.deepEqual(named(await json("projects", "api-keys", of)).sort(), [
      "anon",
      "default",
      "default",
      "service_role",
    ]);
    assert.deepEqual(await json("ssl-enforcement", "get", of, "--experimental"), {
      appliedSuccessfully: true,
      currentConfig: { database: false },
    });
    const restrictions = await output("network-restrictions", "get", of, "--experimental");
    assert.match(
      restrictions,
      /IPv4 CIDRs: &\[0\.0\.0\.0\/0\][\s\S]*IPv6 CIDRs: &\[::\/0\][\s\S]*successfully: true/,
    );
    await output("secrets", "set", "GREETING=hello", of, "--yes");
    const secrets = (await json("secrets", "list", of)) as { name: string; value: string }[];
    // A digest; the secret itself is never shown again.
    assert.equal(
      secrets.find(({ name }) => name === "GREETING")?.value,
      createHash("sha256").update("hello").digest("hex"),
    );
  });

  it("shows the window, refuses what is outside it, and rewinds the database to a second of it", async () => {
    const ref = await supabase.add({ database: "cluster", compute: "ci_small", region: "eu-west-2" });
    const query = (sql: string) => json("db", "query", sql, "--read-only", `--remote=${ref}`);
    const cluster = supabase.cluster(ref);
    assert.ok(cluster);
    await cluster.query("CREATE TABLE public.orders AS SELECT n AS id FROM generate_series(1, 100) AS n");
    const target = new Date(Math.ceil(Date.now() / 1000) * 1000);
    await sleep(target.getTime() + 100 - Date.now());
    await cluster.query("DELETE FROM public.orders WHERE id > 3");

    assert.match(
      await failure(...restoreTo(ref, target)),
      /unexpected restore backup status 400: .*PITR is not enabled for this project\./,
    );
    await setAddon(api, ref, { type: "pitr", variant: "pitr_7" });
    const window = async () => (await listBackups(api, ref)).window;
    while (Number((await window())?.latest ?? 0) < target.getTime()) await sleep(200);

    const { physical_backup_data: edges, ...rest } = (await json("backups", "list", `--remote=${ref}`)) as {
      physical_backup_data: Record<string, number>;
    };
    const { earliest, latest } = (await window()) ?? {};
    assert.deepEqual(rest, { backups: null, pitr_enabled: true, region: "eu-west-2", walg_enabled: true });
    assert.equal(edges.earliest_physical_backup_date_unix, Number(earliest) / 1000);
    assert.ok((edges.latest_physical_backup_date_unix ?? 0) * 1000 >= target.getTime());
    assert.ok((edges.latest_physical_backup_date_unix ?? 0) * 1000 <= Number(latest));

    assert.match(
      await failure(...restoreTo(ref, new Date("2100-01-01T00:00:00Z"))),
      /unexpected restore backup status 400: .*Recovery time target must be within range: \d+ <= t <= \d+/,
    );
    assert.deepEqual(await query("SELECT count(*)::int AS n FROM public.orders"), [{ n: 3 }]);

    await output(...restoreTo(ref, target));
    while ((await getProject(api, ref)).status !== "ACTIVE_HEALTHY") await sleep(200);
    assert.deepEqual(await query("SELECT count(*)::int AS n FROM public.orders"), [{ n: 100 }]);
  });

  it("refuses another token and a project that is not there, as the CLI expects it", async () => {
    const { endpoint } = supabase;
    const stranger = await createSupabaseCli({ endpoint, token: `sbp_${"0".repeat(40)}` });
    const refused = await stranger.run("projects", "list");
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stderr, /error retrieving projects: .*Unauthorized/);
    assert.match(
      await failure("backups", "list", `--remote=${"z".repeat(20)}`),
      /unexpected list backup status 404: .*Project not found/,
    );
  });
});
