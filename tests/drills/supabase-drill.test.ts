import assert from "node:assert/strict";
import { listProjects } from "../../supabase/calls/list-projects.ts";
import type { ManagementApi } from "../../supabase/management-api.ts";
import { createSupabaseDatabase, query } from "../support/databases.ts";
import { testProject } from "../support/jobs.ts";
import { getSupabase, type TestSupabase } from "../support/supabase.ts";
import { createDrillBench, type DrillBench } from "./support/drill-bench.ts";
import { apiOf } from "./support/drill-context.ts";

const TOKEN = "DRILL_TEST_TOKEN";
const ORGANIZATION = "holdfast-pro";

describe("a drill in a new Supabase project", function () {
  this.timeout(300_000);
  let drills: DrillBench;
  let supabase: TestSupabase;
  let api: ManagementApi;
  let plan: string;

  before(async () => {
    drills = await createDrillBench();
    supabase = await getSupabase();
    api = apiOf(supabase);
    const ref = await supabase.add();
    const source = await createSupabaseDatabase();
    await query(
      source.url,
      `COMMENT ON DATABASE ${source.database} IS 'default administrative connection database'`,
      "CREATE TABLE public.orders (id int PRIMARY KEY); INSERT INTO public.orders SELECT generate_series(1, 100)",
    );
    await drills.bench.backup(source.url, { project: testProject({ kind: "supabase" }) });
    plan = await drills.planFile({
      supabase: { endpoint: supabase.endpoint, accessToken: { env: TOKEN } },
      drills: { target: { kind: "supabase" } },
      project: {
        ...{
          kind: "supabase",
          ref,
          organization: ORGANIZATION,
          region: "eu-west-2",
          pitr: { windowDays: 7 },
        },
        compute: "small",
      },
    });
  });

  const run = (kind: string) => drills.run(plan, ["--kind", kind, "--json"], { [TOKEN]: supabase.token });
  const projects = async () => {
    const names: string[] = [];
    for await (const { name, status } of listProjects(api, ORGANIZATION))
      if (/drill/.test(name)) names.push(`${name} ${status}`);
    return names;
  };

  it("makes a project for it, proves what it restores there, and deletes it", async () => {
    const { exitCode, stdout, stderr } = await run("full-dr");
    assert.equal(exitCode, 0, stderr + stdout);
    const { verdict, target, reasons, functions } = JSON.parse(stdout);
    assert.deepEqual([verdict, target, reasons, functions], ["PASS", "supabase", [], []]);
    assert.deepEqual([drills.stacks(), await projects()], [[], []]);
    const made = supabase
      .requests()
      .filter(({ method, path }) => method === "POST" && path === "/v1/projects");
    assert.deepEqual(
      made.map(({ status }) => status),
      [201],
    );
  });

  it("says so when the organization may have no more projects, and leaves nothing", async () => {
    const message = "Organization has reached the limit of its projects";
    supabase.faults.add({
      ...{ kind: "status", status: 400, body: { message } },
      match: { method: "POST", path: "/v1/projects" },
    });
    try {
      const { exitCode, stdout } = await run("pitr-simulation");
      const { error } = JSON.parse(stdout);
      assert.deepEqual([exitCode, error.code], [1, "DRILL_STACK_FAILED"], stdout);
      assert.match(error.message, new RegExp(message));
      assert.deepEqual([drills.stacks(), await projects()], [[], []]);
      const last = (await drills.evidence()).at(-1);
      assert.deepEqual([last?.verdict, last?.drill], ["FAIL", "pitr-simulation"]);
      assert.match(JSON.stringify(last?.error), new RegExp(`DRILL_STACK_FAILED.*${message}`));
    } finally {
      supabase.faults.clear();
    }
  });
});
