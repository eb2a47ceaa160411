import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { ALL_ENDPOINTS } from "../../../sandbox/supabase/all-endpoints.ts";
import { checkAnswer } from "../../support/openapi-subset.ts";
import { createSupabase, type TestSupabase } from "../../support/supabase.ts";
import { type Asked, ask, messageOf } from "./support/ask.ts";
import { waitForStatus } from "./support/wait-for.ts";

/** By what the vendor calls these answers; a route that needs more than one step stands where its step is. */
describe("answers of the simulated API", () => {
  let supabase: TestSupabase;
  let ref: string;
  const asked = new Set<string>();

  /** Asks, and checks the answer against the vendor's description of the endpoint. */
  async function checked(method: string, template: string, init: Init = {}): Promise<Asked> {
    const { status = 200, json, query = "", parameters = {} } = init;
    const path = template.replaceAll(
      /\{(\w+)\}/g,
      (_, name: string) => ({ ref, ...parameters })[name] ?? name,
    );
    const answer = await ask(supabase, method, path + query, json, init.headers);
    assert.equal(answer.status, status, `${method} ${path}: ${JSON.stringify(answer.body)}`);
    assert.deepEqual(checkAnswer(method, template, status, answer.body === "" ? undefined : answer.body), []);
    if (status < 300) asked.add(`${method} ${template}`);
    return answer;
  }

  interface Init {
    readonly status?: number;
    readonly json?: unknown;
    readonly query?: string;
    readonly parameters?: Record<string, string>;
    readonly headers?: Record<string, string>;
  }

  before(async () => {
    const organizations = [
      { slug: "all", id: "all", name: "Everything", plan: "enterprise", restorePoints: true },
      { slug: "free", id: "free", name: "Free", plan: "free" },
    ] as const;
    const quick = {
      walShipSeconds: 0,
      addonCooldownSeconds: 0,
      resizeSeconds: 0,
      createSeconds: 0,
      pitrRestoreSeconds: 0,
    };
    const timing = {
      ...quick,
      restorePointSeconds: 0,
      pauseSeconds: 0,
      unpauseSeconds: 0,
      restartSeconds: 0,
    };
    const newProjectsDatabase = "none";
    supabase = await createSupabase({ organizations, timing, newProjectsDatabase, limitPerMinute: 10_000 });
    ref = await supabase.add({ organization: "all", compute: "ci_small", database: "cluster" });
  });

  it("projects and organizations", async () => {
    const wish = { name: "x", organization_slug: "all", db_pass: "long enough" };
    const created = await checked("POST", "/v1/projects", { status: 201, json: wish });
    const parameters = { ref: String(Object(created.body).ref) };
    await checked("GET", "/v1/projects");
    await checked("GET", "/v1/projects/{ref}");
    await checked("PATCH", "/v1/projects/{ref}", { json: { name: "shop" } });
    await waitForStatus(supabase, parameters.ref, "ACTIVE_HEALTHY");
    await checked("DELETE", "/v1/projects/{ref}", { parameters });
    await checked("GET", "/v1/projects/{ref}", { parameters, status: 404 });
    await checked("GET", "/v1/organizations");
    for (const path of ["", "/entitlements", "/projects"])
      await checked("GET", `/v1/organizations/{slug}${path}`, { parameters: { slug: "all" } });
  });

  it("health, pausing, restarting, upgrading", async () => {
    await checked("GET", "/v1/projects/{ref}/health", {
      query: "?services=auth,db,pooler,realtime,rest,storage",
    });
    await checked("GET", "/v1/projects/{ref}/upgrade/eligibility");
    // The description names no status for this one.
    assert.equal((await ask(supabase, "POST", `/v1/projects/${ref}/restart`)).status, 200);
    asked.add("POST /v1/projects/{ref}/restart");
    await waitForStatus(supabase, ref, "ACTIVE_HEALTHY");
    const parameters = { ref: await supabase.add({ organization: "free" }) };
    await checked("POST", "/v1/projects/{ref}/pause", { parameters });
    await waitForStatus(supabase, parameters.ref, "INACTIVE");
    await checked("GET", "/v1/projects/{ref}/restore", { parameters });
    await checked("POST", "/v1/projects/{ref}/restore", { parameters });
    await waitForStatus(supabase, parameters.ref, "ACTIVE_HEALTHY");
  });

  it("add-ons", async () => {
    const addons = "/v1/projects/{ref}/billing/addons";
    await checked("GET", addons);
    await checked("PATCH", addons, { json: { addon_type: "ipv4", addon_variant: "ipv4_default" } });
    await checked("DELETE", `${addons}/{addon_variant}`, { parameters: { addon_variant: "ipv4_default" } });
    await checked("GET", addons);
  });

  it("backups", async () => {
    const backups = "/v1/projects/{ref}/database/backups";
    await checked("GET", backups);
    await checked("POST", `${backups}/restore`, { status: 400, json: { id: 1 } });
    await checked("GET", `${backups}/schedule`);
    await checked("PATCH", `${backups}/schedule`, { json: { schedule_for: "04:30" } });
    const parameters = { ref: await supabase.add({ organization: "free" }) };
    const refused = await checked("GET", `${backups}/schedule`, { status: 402, parameters });
    assert.equal(messageOf(refused), "This feature requires the Enterprise organization plan.");
    await checked("PATCH", `${backups}/schedule`, {
      status: 402,
      parameters,
      json: { schedule_for: "04:30" },
    });
    await checked("POST", `${backups}/restore-point`, { status: 400, parameters, json: { name: "x" } });
    for (const schedule_for of ["05:00", "06:00:30"])
      await checked("PATCH", `${backups}/schedule`, { json: { schedule_for } });
    await checked("PATCH", `${backups}/schedule`, { status: 429, json: { schedule_for: "07:00" } });
    await checked("PATCH", `${backups}/schedule`, { status: 400, json: { schedule_for: "25:00" } });
  });

  it("recovery to a named and to any point", async () => {
    const parameters = { ref: await supabase.add({ organization: "all", compute: "ci_small" }) };
    const backups = "/v1/projects/{ref}/database/backups";
    const point = `${backups}/restore-point`;
    const json = { name: "release-7" };
    const pending = await checked("POST", point, { status: 201, parameters, json });
    assert.equal(Object(pending.body).status, "PENDING");
    await checked("POST", point, { status: 400, parameters, json: { name: "n".repeat(21) } });
    const shown = await checked("GET", point, { parameters, query: "?name=release-7" });
    assert.equal(Object(shown.body).status, "AVAILABLE");
    await checked("POST", `${backups}/undo`, { status: 404, parameters, json: { name: "other" } });
    await checked("POST", `${backups}/undo`, { status: 201, parameters, json });
    await waitForStatus(supabase, parameters.ref, "ACTIVE_HEALTHY");
    const pitr = { addon_type: "pitr", addon_variant: "pitr_7" };
    await checked("PATCH", "/v1/projects/{ref}/billing/addons", { parameters, json: pitr });
    await sleep(1100);
    const { body } = await checked("GET", backups, { parameters });
    const target = {
      recovery_time_target_unix: Object(body).physical_backup_data.latest_physical_backup_date_unix,
    };
    await checked("POST", `${backups}/restore-pitr`, { status: 201, parameters, json: target });
    await waitForStatus(supabase, parameters.ref, "ACTIVE_HEALTHY");
  });

  it("read-only mode", async () => {
    const before = await checked("GET", "/v1/projects/{ref}/readonly");
    assert.equal(Object(before.body).override_active_until, "1970-01-01 00:00:00+00");
    await checked("POST", "/v1/projects/{ref}/readonly/temporary-disable", { status: 201 });
    const after = await checked("GET", "/v1/projects/{ref}/readonly");
    assert.equal(Object(after.body).override_enabled, true);
  });

  it("SQL, migrations", async () => {
    const database = "/v1/projects/{ref}/database";
    const one = await checked("POST", `${database}/query`, {
      status: 201,
      json: { query: "SELECT 1 AS one" },
    });
    assert.deepEqual(one.body, [{ one: 1 }]);
    const parameters = { query: "SELECT $1::int + 1 AS two", parameters: [1] };
    assert.deepEqual(
      (await checked("POST", `${database}/query/read-only`, { status: 201, json: parameters })).body,
      [{ two: 2 }],
    );
    const wrong = await checked("POST", `${database}/query`, {
      status: 400,
      json: { query: "SELECT * FROM nowhere" },
    });
    assert.equal(
      messageOf(wrong),
      'Failed to run sql query: ERROR: 42P01: relation "nowhere" does not exist',
    );
    const writing = { query: "CREATE TABLE public.t ()" };
    assert.match(
      messageOf(await checked("POST", `${database}/query/read-only`, { status: 400, json: writing })),
      /ERROR: 25006/,
    );

    const json = { query: "CREATE TABLE public.t (id int)", name: "first", rollback: "DROP TABLE public.t" };
    const headers = { "idempotency-key": "0b1e" };
    for (let times = 0; times < 2; times++)
      await checked("POST", `${database}/migrations`, { json, headers });
    await checked("POST", `${database}/migrations`, {
      status: 400,
      json: { query: "CREATE TABLE public.t ()" },
    });
    await checked("PUT", `${database}/migrations`, { json: { query: "SELECT 1", name: "second" } });
    const listed = Object((await checked("GET", `${database}/migrations`)).body);
    assert.deepEqual(
      listed.map(({ name }: { name: string }) => name),
      ["first", "second"],
    );
    const version = String(listed[0].version);
    assert.match(version, /^\d{14}$/);
    const found = await checked("GET", `${database}/migrations/{version}`, { parameters: { version } });
    assert.deepEqual(Object(found.body).statements, [json.query]);
  });

  it("logins, password, root key, pooler", async () => {
    const login = Object(
      (await checked("POST", "/v1/projects/{ref}/cli/login-role", { status: 201, json: { read_only: true } }))
        .body,
    );
    assert.equal(login.role, "cli_login_supabase_read_only_user");
    await checked("DELETE", "/v1/projects/{ref}/cli/login-role");
    await checked("PATCH", "/v1/projects/{ref}/database/password", {
      status: 400,
      json: { password: "abc" },
    });
    await checked("PATCH", "/v1/projects/{ref}/database/password", { json: { password: "a new one" } });
    assert.match(supabase.cluster(ref)?.url() ?? "", /a%20new%20one/);
    const { body } = await checked("GET", "/v1/projects/{ref}/config/database/pooler");
    assert.deepEqual(
      Object(body).map(({ db_port, pool_mode }: Record<string, unknown>) => [db_port, pool_mode]),
      [[supabase.cluster(ref)?.port, "session"]],
    );
    await checked("PUT", "/v1/projects/{ref}/pgsodium", { json: { root_key: "ab".repeat(32) } });
    assert.deepEqual((await checked("GET", "/v1/projects/{ref}/pgsodium")).body, {
      root_key: "ab".repeat(32),
    });
  });

  it("functions", async () => {
    const form = new FormData();
    form.set("metadata", JSON.stringify({ entrypoint_path: "index.ts", name: "hello", verify_jwt: false }));
    form.append("file", new Blob(["Deno.serve(() => new Response('hello'))"]), "index.ts");
    const deploy = "/v1/projects/{ref}/functions/deploy";
    await checked("POST", deploy, { status: 201, json: form, query: "?slug=hello&bundleOnly=true" });
    assert.deepEqual((await checked("GET", "/v1/projects/{ref}/functions")).body, []);
    await checked("POST", deploy, { status: 201, json: form, query: "?slug=hello" });
    const again = await checked("POST", deploy, { status: 201, json: form, query: "?slug=hello" });
    assert.equal(Object(again.body).version, 2);
    await checked("POST", deploy, { status: 400, json: {}, query: "?slug=hello" });
    await checked("GET", "/v1/projects/{ref}/functions");
    const parameters = { function_slug: "hello" };
    await checked("GET", "/v1/projects/{ref}/functions/{function_slug}", { parameters });
    const body = await ask(supabase, "GET", `/v1/projects/${ref}/functions/hello/body`);
    asked.add("GET /v1/projects/{ref}/functions/{function_slug}/body");
    assert.match(body.headers.get("content-type") ?? "", /^multipart\/form-data; boundary=/);
    assert.match(String(body.body), /new Response\('hello'\)/);
    await checked("DELETE", "/v1/projects/{ref}/functions/{function_slug}", { parameters });
    await checked("GET", "/v1/projects/{ref}/functions/{function_slug}", { parameters, status: 404 });
  });

  it("secrets: digests alone come back", async () => {
    const secrets = "/v1/projects/{ref}/secrets";
    await checked("POST", secrets, { status: 201, json: [{ name: "KEY", value: "a secret of ours" }] });
    await checked("POST", secrets, { status: 400, json: [{ name: "SUPABASE_URL", value: "x" }] });
    const { body } = await checked("GET", secrets);
    const own = Object(body).find(({ name }: { name: string }) => name === "KEY");
    assert.match(own.value, /^[0-9a-f]{64}$/);
    assert.equal(JSON.stringify(body).includes("a secret of ours"), false);
    await checked("DELETE", secrets, { json: ["KEY", "ABSENT"] });
    const left = Object((await checked("GET", secrets)).body).map(({ name }: { name: string }) => name);
    assert.equal(left.includes("KEY"), false);
  });

  it("API keys: secret ones are dotted out unless revealed", async () => {
    const keys = "/v1/projects/{ref}/api-keys";
    const json = { type: "secret", name: "nightly" };
    const created = Object((await checked("POST", keys, { status: 201, json })).body);
    assert.match(created.api_key, /^sb_secret_.{5}·+$/);
    await checked("POST", keys, { status: 400, json });
    await checked("POST", keys, { status: 400, json: { type: "secret", name: "No" } });
    const parameters = { id: String(created.id) };
    const shown = Object((await checked("GET", `${keys}/{id}`, { parameters, query: "?reveal=true" })).body);
    assert.match(shown.api_key, /^sb_secret_[\w-]{31}$/);
    await checked("PATCH", `${keys}/{id}`, { parameters, json: { description: "of the job" } });
    assert.equal(Object((await checked("GET", keys)).body).length, 5);
    await checked("PUT", `${keys}/legacy`, { query: "?enabled=false" });
    assert.deepEqual((await checked("GET", `${keys}/legacy`)).body, { enabled: false });
    assert.equal(Object((await checked("GET", keys)).body).length, 3);
    await checked("DELETE", `${keys}/{id}`, { parameters });
    await checked("GET", `${keys}/{id}`, { parameters, status: 404 });
  });

  it("network restrictions, TLS", async () => {
    const restrictions = "/v1/projects/{ref}/network-restrictions";
    const fresh = Object((await checked("GET", restrictions)).body);
    assert.deepEqual(fresh.config, { dbAllowedCidrs: ["0.0.0.0/0"], dbAllowedCidrsV6: ["::/0"] });
    const json = { dbAllowedCidrs: ["10.0.0.0/8"], dbAllowedCidrsV6: [] };
    await checked("POST", `${restrictions}/apply`, { status: 201, json });
    await checked("POST", `${restrictions}/apply`, {
      status: 400,
      json: { dbAllowedCidrs: ["10.0.0.0/33"] },
    });
    await checked("PATCH", restrictions, { json: { add: { dbAllowedCidrsV6: ["fd00::/8"] }, remove: json } });
    assert.deepEqual(Object((await checked("GET", restrictions)).body).config, {
      dbAllowedCidrs: [],
      dbAllowedCidrsV6: ["fd00::/8"],
    });
    await checked("GET", "/v1/projects/{ref}/ssl-enforcement");
    const put = await checked("PUT", "/v1/projects/{ref}/ssl-enforcement", {
      json: { requestedConfig: { database: true } },
    });
    assert.equal(Object(put.body).currentConfig.database, true);
  });

  it("storage settings and buckets", async () => {
    const sql = "INSERT INTO storage.buckets (id, name) VALUES ('order_photos', 'order_photos')";
    await checked("POST", "/v1/projects/{ref}/database/query", { status: 201, json: { query: sql } });
    const { body } = await checked("GET", "/v1/projects/{ref}/storage/buckets");
    assert.deepEqual(
      Object(body).map(({ name }: { name: string }) => name),
      ["order_photos"],
    );
    await checked("PATCH", "/v1/projects/{ref}/config/storage", {
      json: { fileSizeLimit: 1000, features: { s3Protocol: { enabled: false } } },
    });
    await checked("PATCH", "/v1/projects/{ref}/config/storage", { status: 400, json: { weather: 1 } });
    const config = Object((await checked("GET", "/v1/projects/{ref}/config/storage")).body);
    assert.deepEqual([config.fileSizeLimit, config.features.s3Protocol.enabled], [1000, false]);
  });

  it("branches: projects that only their own routes show", async () => {
    const branches = "/v1/projects/{ref}/branches";
    const parent = { ref: await supabase.add({ organization: "all" }) };
    await checked("POST", branches, { status: 406, json: { branch_name: "x", with_data: true } });
    const created = Object(
      (await checked("POST", branches, { status: 201, parameters: parent, json: { branch_name: "drill" } }))
        .body,
    );
    assert.equal(created.with_data, false);
    assert.equal(Object((await checked("GET", branches, { parameters: parent })).body).length, 1);
    await checked("GET", `${branches}/{name}`, { parameters: { ...parent, name: "drill" } });
    await checked("GET", "/v1/projects/{ref}", { parameters: { ref: created.project_ref }, status: 404 });
    const parameters = { branch_id_or_ref: String(created.project_ref) };
    const shown = await checked("GET", "/v1/branches/{branch_id_or_ref}", { parameters });
    assert.equal(Object(shown.body).ref, created.project_ref);
    while ((await ask(supabase, "DELETE", `/v1/branches/${created.id}`)).status === 400);
    asked.add("DELETE /v1/branches/{branch_id_or_ref}");
    await checked("GET", "/v1/branches/{branch_id_or_ref}", { parameters, status: 404 });
  });

  it("every endpoint was asked", () => {
    const closed = ["POST /v1/projects/{ref}/database/backups/restore"];
    const missing = ALL_ENDPOINTS.map(({ method, path }) => `${method} ${path}`).filter(
      (one) => !asked.has(one),
    );
    assert.deepEqual(missing, closed);
  });
});
