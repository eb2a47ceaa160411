import assert from "node:assert/strict";
import { pitrSimulation } from "../../../drills/kinds/pitr-simulation.ts";
import type { RewindTiming } from "../../../drills/rewind/rewind-timing.ts";
import { type ReachedSupabase, reachSupabaseTarget } from "../../../drills/stack/reach-supabase-target.ts";
import { StorageSource } from "../../../jobs/storage/storage-source.ts";
import type { Check } from "../../../jobs/verdict.ts";
import type { ProjectPlan } from "../../../plan/protection-plan.ts";
import { listBackups } from "../../../supabase/calls/list-backups.ts";
import { setAddon } from "../../../supabase/calls/set-addon.ts";
import type { ManagementApi } from "../../../supabase/management-api.ts";
import { sleep } from "../../../supabase/sleep.ts";
import { listPoints } from "../../../vault/list-points.ts";
import type { Manifest } from "../../../vault/manifest.ts";
import { createSupabaseDatabase, query } from "../../support/databases.ts";
import { createJobBench, type JobBench, testProject } from "../../support/jobs.ts";
import { getSupabase, type TestSupabase } from "../../support/supabase.ts";
import { apiOf, drillContext } from "../support/drill-context.ts";

const SOURCE = "aaaaaaaaaaaaaaaaazzz";
const PASSWORD = "of the drill's project";
/** As patient as the simulated platform is quick. */
const TIMING: Partial<RewindTiming> = {
  ...{ pollSeconds: 0.6, lagPollSeconds: 0.6, settleSeconds: 0.5, startSeconds: 10, servicesSeconds: 10 },
  archiveSeconds: 60,
};

const failed = (checks: readonly Check[]) => checks.filter(({ verdict }) => verdict !== "PASS");

describe("the drill pitr-simulation", function () {
  this.timeout(180_000);
  let supabase: TestSupabase;
  let api: ManagementApi;
  let bench: JobBench;
  let project: ProjectPlan;
  let manifest: Manifest;
  let reached: ReachedSupabase;

  before(async () => {
    supabase = await getSupabase();
    api = apiOf(supabase);
    project = testProject({
      ...{ kind: "supabase", ref: SOURCE, pitr: { windowDays: 7 } },
      storageAccess: {
        endpoint: `${supabase.endpoint}/projects/${SOURCE}/storage/v1/s3`,
        ...{ accessKeyId: { env: "STORAGE_KEY" }, secretAccessKey: { env: "STORAGE_SECRET" } },
      },
    });
    bench = await createJobBench({ project });
    const source = await createSupabaseDatabase();
    await query(
      source.url,
      // As the database of every project has it.
      `COMMENT ON DATABASE ${source.database} IS 'default administrative connection database'`,
      "CREATE TABLE public.orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text NOT NULL)",
      "INSERT INTO public.orders (note) SELECT 'order ' || n FROM generate_series(1, 200) n",
    );
    ({ manifest } = await bench.backup(source.url));
    const ref = await supabase.add({ database: "cluster", compute: "ci_small", password: PASSWORD });
    await setAddon(api, ref, { type: "pitr", variant: "pitr_7" });
    while ((await listBackups(api, ref)).window === undefined) await sleep(0.2);
    const region = "eu-central-1";
    reached = await reachSupabaseTarget({
      api,
      ref,
      region,
      password: PASSWORD,
      project,
      clock: () => new Date(),
    });
  });
  after(() => bench?.vault.close());

  async function reachableBucket(bucket: string): Promise<void> {
    if (reached.storage === undefined) throw new Error(reached.noStorage);
    const source = new StorageSource({ ...reached.storage, attempts: 2 });
    await source.check(bucket).finally(() => source.close());
  }

  it("reaches a new project by its pooler, and its Storage by a session token", async () => {
    const { ref, address, storage, url } = reached;
    const cluster = supabase.cluster(ref);
    assert.deepEqual(
      [address.host, address.port, address.user, address.database, address.tls],
      ["127.0.0.1", cluster?.port, "postgres", "postgres", { mode: "off" }],
    );
    assert.deepEqual([url, storage?.accessKeyId], [`https://${ref}.supabase.co`, ref]);
    // As the source's own endpoint names the source.
    assert.equal(storage?.endpoint, supabase.storage(ref).endpoint);
    await assert.rejects(reachableBucket("absent"), { code: "STORAGE_BUCKET_UNKNOWN" });
    await cluster?.query("INSERT INTO storage.buckets (id, name) VALUES ('photos', 'photos')");
    await reachableBucket("photos");
    await cluster?.query("DELETE FROM storage.buckets");
    const plain = { ...project, storageAccess: undefined };
    const request = { api, ref, region: "eu-central-1", password: PASSWORD, clock: () => new Date() };
    const other = await reachSupabaseTarget({ ...request, project: plain });
    assert.equal(other.storage?.endpoint, `https://${ref}.storage.supabase.co/storage/v1/s3`);
    const setLegacyKeys = (enabled: boolean) =>
      fetch(`${supabase.endpoint}/v1/projects/${ref}/api-keys/legacy?enabled=${enabled}`, {
        ...{ method: "PUT", headers: { authorization: `Bearer ${supabase.token}` } },
      });
    await setLegacyKeys(false);
    const keyless = await reachSupabaseTarget({ ...request, project });
    assert.deepEqual(
      [keyless.storage, keyless.noStorage],
      [undefined, `Supabase shows no legacy keys (anon, service_role) of project ${ref}`],
    );
    await setLegacyKeys(true);
  });

  it("does not rewind what was not restored as the point was, nor what is no Supabase project", async () => {
    const { url } = await createSupabaseDatabase();
    const context = drillContext({
      ...{ vault: bench.vault, project, manifest, target: url, supabase: reached, api },
      onPhase: async (name) => {
        if (name === "proof") await query(url, "DELETE FROM public.orders WHERE id = 7");
      },
    });
    const { checks, notChecked, isIncomplete } = await pitrSimulation(context, TIMING);
    assert.equal(isIncomplete, true, "what was not rewound tells no recovery time");
    assert.deepEqual(failed(checks), [
      { name: "table public.orders", verdict: "FAIL", detail: "199 rows; the point holds 200 (1 lost)" },
    ]);
    assert.ok(notChecked.includes("the rewind: the restore before it failed"));
    const paths = supabase.requests().map(({ path }) => path);
    assert.ok(!paths.includes(`/v1/projects/${reached.ref}/database/backups/restore-pitr`));
    const onServer = drillContext({ vault: bench.vault, project, manifest, target: url, api });
    await assert.rejects(pitrSimulation(onServer, TIMING), { code: "DRILL_TARGET_WRONG", exitCode: 2 });
  });

  it("restores the point, rewinds past rows and damage, and finds the point again", async () => {
    const context = drillContext({
      ...{ vault: bench.vault, project, manifest, target: reached.address, supabase: reached, api },
    });
    const { checks, facts, isIncomplete } = await pitrSimulation(context, TIMING);
    assert.deepEqual([failed(checks), isIncomplete], [[], undefined], context.said.join("\n"));
    const details = new Map(checks.map(({ name, detail }) => [name, detail]));
    assert.equal(details.get("rows written before the moment are there"), "5, each as it was written");
    assert.equal(details.get("rows written after the moment are gone"), "none is there");
    assert.equal(details.get("table public.orders"), "200 rows, content equal");
    assert.equal(details.get("after the rewind: table public.orders"), "200 rows, content equal");
    assert.match(String(facts?.rewoundTo), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
    assert.ok(Number(facts?.archiveSeconds) >= 0 && Number(facts?.rewindSeconds) > 1);
    const rows = await supabase
      .cluster(reached.ref)
      ?.query("SELECT to_regnamespace('holdfast_drill')::text AS left");
    assert.deepEqual(rows, [{ left: null }]);
    const [point] = await listPoints(bench.vault, project.name);
    assert.ok(point?.verifiedAt !== undefined);
  });
});
