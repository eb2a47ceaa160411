import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { DrillContext } from "../../../drills/drill-context.ts";
import { fullDr } from "../../../drills/kinds/full-dr.ts";
import type { ReachedSupabase } from "../../../drills/stack/reach-supabase-target.ts";
import { recordEvidence } from "../../../jobs/record-evidence.ts";
import type { Check } from "../../../jobs/verdict.ts";
import type { ProjectPlan } from "../../../plan/protection-plan.ts";
import { parseDatabaseUrl } from "../../../postgres/database-url.ts";
import { deployFunction } from "../../../supabase/calls/deploy-function.ts";
import { getStorageConfig } from "../../../supabase/calls/get-storage-config.ts";
import { listFunctions } from "../../../supabase/calls/list-functions.ts";
import { setSecrets } from "../../../supabase/calls/set-secrets.ts";
import { setStorageConfig } from "../../../supabase/calls/set-storage-config.ts";
import type { ManagementApi } from "../../../supabase/management-api.ts";
import type { Manifest } from "../../../vault/manifest.ts";
import { REF, startStorage, type TestStorage } from "../../sandbox/supabase/storage/start-storage.ts";
import { createSupabaseDatabase, query } from "../../support/databases.ts";
import {
  createStorageBench,
  PHOTOS,
  type StorageBench,
  storageProject,
} from "../../support/storage-bench.ts";
import { getSupabase } from "../../support/supabase.ts";
import { apiOf, drillContext } from "../support/drill-context.ts";

const OTHER = "b/2.jpg";
const WIRING = [
  {
    ...{ kind: "vercel", stage: "staging", project: "shop-ui", token: { env: "VERCEL_TOKEN" } },
    variables: { VITE_SUPABASE_URL: "url", VITE_SUPABASE_ANON_KEY: "anon-key", DATABASE_URL: "database-url" },
  },
  {
    ...{ kind: "edge-secrets", stage: "staging" },
    variables: { SUPABASE_SERVICE_ROLE_KEY: "platform", SERVICE_KEY: "service-role-key" },
  },
  {
    ...{ kind: "command", stage: "production", command: ["deploy", "--token=abc"] },
    variables: { URL: "url" },
  },
];

/** As Supabase signs a project's own keys. */
function serviceToken(secret: string): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${encode({ alg: "HS256", typ: "JWT" })}.${encode({ role: "service_role" })}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

const failed = (checks: readonly Check[]) => checks.filter(({ verdict }) => verdict !== "PASS");

describe("the drill full-dr", function () {
  this.timeout(120_000);
  let bench: StorageBench;
  let api: ManagementApi;
  let manifest: Manifest;
  let project: ProjectPlan;
  let source: string;
  const opened: TestStorage[] = [];

  before(async () => {
    const supabase = await getSupabase();
    api = apiOf(supabase);
    source = await supabase.add();
    project = storageProject([{ bucket: PHOTOS }], {
      ...{ ref: source, wiring: WIRING, hooks: { smoke: { command: ["node", "smoke.js"] } } },
      checks: {
        smoke: [{ name: "photos", sql: "select 1 from storage.objects", expect: { rows: { min: 3 } } }],
      },
    });
    bench = await createStorageBench(project);
    await query(
      bench.url,
      "SET ROLE postgres",
      "CREATE TABLE public.orders (id int PRIMARY KEY, photo text NOT NULL)",
      "INSERT INTO public.orders SELECT n, 'a/' || n FROM generate_series(1, 50) n",
    );
    for (const name of ["a/1.jpg", OTHER, "c/3.jpg"]) await bench.put(name, `bytes of ${name}`);
    await bench.sync();
    ({ manifest } = await bench.backup(bench.url));
    await deployFunction(api, source, {
      ...{ slug: "orders", entrypointPath: "index.ts" },
      files: [{ path: "index.ts", content: "Deno.serve(() => new Response('ok'))" }],
    });
    await setSecrets(api, source, { STRIPE_KEY: "sk_live_1", MAIL_TOKEN: "m" });
    await setStorageConfig(api, source, { fileSizeLimitBytes: 200_000_000 });
  });
  afterEach(async () => {
    for (const storage of opened.splice(0)) await storage.close();
  });
  after(() => bench?.close());

  /** A new project: its database on the test's server, its Storage reached by a session token. */
  async function target(overrides: Partial<ReachedSupabase> = {}) {
    const ref = await (await getSupabase()).add();
    const storage = await startStorage();
    opened.push(storage);
    storage.access = { ...storage.access, accessKeys: [], anonKey: "anon-secret" };
    const keys = { accessKeyId: REF, secretAccessKey: "anon-secret", attempts: 2 };
    const sessionToken = serviceToken(storage.access.tokenSecret);
    const reached: ReachedSupabase = {
      ...{ ref, region: "eu-west-2", url: `https://${ref}.supabase.co` },
      address: parseDatabaseUrl(storage.pool.options.connectionString ?? ""),
      storage: { endpoint: storage.endpoint, region: "eu-west-2", ...keys, sessionToken },
      ...overrides,
    };
    return { storage, reached };
  }
  const contextOf = (supabase: ReachedSupabase, onPhase?: (name: string) => Promise<void>) =>
    drillContext({
      ...{ vault: bench.vault, project, manifest, target: supabase.address, supabase, api },
      ...(onPhase && { onPhase }),
    });

  it("restores and proves database and objects, lists what is to be deployed and set, and shows the wiring", async () => {
    const { reached, storage } = await target();
    const context = contextOf(reached);
    const { checks, notChecked, facts, isIncomplete } = await fullDr(context);
    assert.deepEqual([failed(checks), isIncomplete], [[], undefined]);
    const details = new Map(checks.map(({ name, detail }) => [name, detail]));
    assert.equal(
      details.get(`restore of the stored objects of ${PHOTOS}`),
      "3 restored (48 B), exactly as the point lists them",
    );
    assert.match(details.get(`stored objects of ${PHOTOS}`) ?? "", /^3 referred to, 3 read back/);
    assert.ok(details.has("smoke photos"), [...details.keys()].join());
    const { host, port, database, user, password } = reached.address;
    assert.equal(
      details.get("wiring of Vercel project shop-ui"),
      `VITE_SUPABASE_URL = ${reached.url}, VITE_SUPABASE_ANON_KEY = the anon key of ${reached.ref}, DATABASE_URL = postgresql://${user}:***@${host}:${port}/${database}`,
    );
    assert.deepEqual((facts?.wiring as unknown[])?.length, 2);
    assert.deepEqual(facts?.secretNames, ["STRIPE_KEY", "MAIL_TOKEN"]);
    const [deployed] = await listFunctions(api, source);
    assert.deepEqual(facts?.functions, [{ slug: "orders", version: 1, sha256: deployed?.bundleSha256 }]);
    assert.equal(typeof deployed?.bundleSha256, "string");
    for (const line of [
      "1 Edge functions, to be deployed again by hand, as the plan names no hook redeploy: orders (version 1)",
      "2 secrets of the Edge functions, to be set again from where they are kept: STRIPE_KEY, MAIL_TOKEN",
      "wiring of staging: shown, not set",
      "the plan's hook smoke: a drill runs no hooks",
    ])
      assert.ok(notChecked.includes(line), `${line} among ${notChecked.join("\n")}`);
    assert.equal((await getStorageConfig(api, reached.ref)).fileSizeLimitBytes, 200_000_000);
    const told = JSON.stringify({ checks, notChecked, facts, said: context.said });
    for (const secret of [password, storage.access.anonKey, reached.storage?.sessionToken, "sk_live_1"])
      if (secret) assert.ok(!told.includes(secret), `a secret is told: ${secret}`);
  });

  it("fails on objects that are missing, changed or too many after the restore, and names each", async () => {
    const { reached, storage } = await target();
    const s3Keys = { accessKeyId: "storage-key", secretAccessKey: "storage-secret" };
    const context = contextOf(reached, async (name) => {
      if (name !== "proof") return;
      storage.access = { ...storage.access, accessKeys: [s3Keys] };
      await storage.rows("DELETE FROM storage.objects WHERE name = 'a/1.jpg'");
      const body = { Bucket: PHOTOS, Key: OTHER, Body: "bytes of b/2.jpG" };
      await storage.s3.send(new PutObjectCommand(body));
      await storage.s3.send(new PutObjectCommand({ ...body, Key: "d/4.jpg" }));
    });
    const { checks } = await fullDr(context);
    const reasons = failed(checks).map(({ name, verdict, detail }) => `${verdict} ${name}: ${detail}`);
    assert.ok(
      reasons.includes(`FAIL stored objects of ${PHOTOS}: 3 referred to: 1 missing, 1 orphan, 1 changed`),
      reasons.join("\n"),
    );
    for (const [name, problem] of [
      ["a/1.jpg", "missing"],
      [OTHER, "changed"],
      ["d/4.jpg", "orphan"],
    ])
      assert.ok(
        reasons.some((reason) => reason.startsWith(`FAIL object ${PHOTOS}/${name}: ${problem}`)),
        reasons.join("\n"),
      );
  });

  it("fails when the new Storage takes an object or the keys not at all, and proves the database all the same", async () => {
    const { reached, storage } = await target();
    storage.fault = ({ method, key }) =>
      method === "PUT" && key === OTHER ? { kind: "status", status: 400, code: "EntityTooLarge" } : undefined;
    const one = await fullDr(contextOf(reached));
    const name = `restore of the stored objects of ${PHOTOS}`;
    const found = one.checks.find((check) => check.name === name);
    assert.equal(found?.verdict, "FAIL");
    assert.match(found?.detail ?? "", /^2 restored .*; 1 missing, 0 orphan, 0 changed$/);
    const lost = one.checks.find((check) => check.name === `missing object ${PHOTOS}/${OTHER}`);
    assert.deepEqual([lost?.verdict, lost?.object], ["FAIL", OTHER]);

    const refused = await target();
    refused.storage.access = { ...refused.storage.access, anonKey: "another" };
    const { checks, notChecked, isIncomplete } = await fullDr(contextOf(refused.reached));
    assert.equal(isIncomplete, true, "a project without its objects is not back");
    assert.deepEqual(
      failed(checks).map((check) => check.name),
      [name],
    );
    assert.match(failed(checks)[0]?.detail ?? "", /keys/);
    assert.ok(
      notChecked.includes("stored objects that the database refers to: no storage of the target is given"),
    );
    const without = await target();
    const { storage: _, ...bare } = without.reached;
    const none = await fullDr(contextOf({ ...bare, noStorage: "Supabase shows no legacy keys" }));
    assert.deepEqual(failed(none.checks), [
      { name: "Storage of the new project", verdict: "FAIL", detail: "Supabase shows no legacy keys" },
    ]);
  });

  it("on a server proves references against the mirror, and lists functions from evidence when the project is lost", async () => {
    const lost = { ...project, ref: "zzzzzzzzzzzzzzzzzzzz" };
    const on = async (): Promise<DrillContext> => {
      const { url } = await createSupabaseDatabase();
      return drillContext({ vault: bench.vault, project: lost, manifest, target: url, api });
    };
    const first = await fullDr(await on());
    assert.deepEqual([failed(first.checks), first.isIncomplete], [[], undefined]);
    const mirrored = first.checks.find((check) => check.name === `stored objects of ${PHOTOS}`);
    assert.equal(mirrored?.detail, "3 referred to, each in the mirror");
    assert.ok(
      first.notChecked.some((line) => /^Edge functions and their secrets: .*no evidence/.test(line)),
      first.notChecked.join("\n"),
    );
    assert.ok(
      first.notChecked.some((line) =>
        /^wiring of Vercel project shop-ui: a server has no value for VITE_SUPABASE_URL, VITE_SUPABASE_ANON_KEY$/.test(
          line,
        ),
      ),
      first.notChecked.join("\n"),
    );
    await recordEvidence(bench.vault, "drill", project.name, {
      ...{ verdict: "PASS", functions: [{ slug: "orders", version: 7 }], secretNames: ["STRIPE_KEY"] },
    });
    const { notChecked, facts } = await fullDr(await on());
    assert.deepEqual(facts?.functions, [{ slug: "orders", version: 7 }]);
    assert.ok(
      notChecked.some((line) =>
        /^1 Edge functions, .*orders \(version 7\) \(as of \d{4}-.*Supabase does not tell/.test(line),
      ),
      notChecked.join("\n"),
    );
  });
});
