import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setSslEnforcement } from "../../supabase/calls/set-ssl-enforcement.ts";
import { openManagementApi } from "../../supabase/open-management-api.ts";
import { listEvidence } from "../../vault/evidence/list-evidence.ts";
import { openVault } from "../../vault/open-vault.ts";
import type { Vault } from "../../vault/vault.ts";
import { startFaultProxy } from "../support/fault-proxy.ts";
import { type ScriptRun, startScript } from "../support/run-script.ts";
import { testDirectory } from "../support/servers.ts";
import { createSupabase, type TestSupabase } from "../support/supabase.ts";
import { createVaultPlan, type TestVault } from "../support/vaults.ts";

describe("npm run audit", function () {
  this.timeout(120_000);
  let supabase: TestSupabase;
  let vault: Vault;
  let plan: string;
  let ref: string;
  let settings: TestVault["vault"];
  const writePlan = async ({ environment, ...place }: TestVault["vault"]) => {
    const file = join(await testDirectory("plan"), "plan.yaml");
    const project = {
      ...{ name: "shop", ref, region: "eu-central-1", compute: "small", sslEnforcement: false },
      connection: { env: "SHOP_URL" },
    };
    // JSON is YAML.
    const content = {
      environment,
      vault: place,
      supabase: { endpoint: supabase.endpoint },
      projects: [project],
    };
    writeFileSync(file, JSON.stringify(content));
    return file;
  };
  const run = async (args: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<ScriptRun> => {
    const started = await startScript("audit", ["--plan", plan, ...args], {
      SUPABASE_ACCESS_TOKEN: supabase.token,
      // Not even an audit of everything may ask the real AWS.
      AWS_ENDPOINT_URL: settings.endpoint,
      ...variables,
    });
    const ended = await started.ended;
    assert.ok(!`${ended.stdout}${ended.stderr}`.includes(supabase.token), "no secret");
    return ended;
  };

  before(async () => {
    supabase = await createSupabase();
    ref = await supabase.add({ compute: "ci_small" });
    settings = (await createVaultPlan()).vault;
    vault = await openVault(settings, { clock: () => new Date() });
    plan = await writePlan(settings);
  });
  after(async () => {
    vault.close();
    await supabase.close();
  });

  it("ends with 0 and a word where all is as declared, and keeps evidence", async () => {
    const { exitCode, stdout } = await run(["--only", "supabase"]);
    assert.equal(stdout, "PASS test: 0 of 5 facts from supabase differ.\n");
    assert.equal(exitCode, 0);
    const [record] = (await listEvidence(vault)) as { kind: string; body: Record<string, unknown> }[];
    assert.deepEqual([record?.kind, record?.body.verdict, record?.body.facts], ["audit", "PASS", 5]);
  });

  it("shows every fact when it is asked to", async () => {
    const { stdout } = await run(["--only", "supabase", "--all"]);
    assert.equal(
      stdout,
      [
        "shop",
        "  PASS    the project at Supabase: can be read",
        "  PASS    state of the project: ACTIVE_HEALTHY",
        "  PASS    region of the project: eu-central-1",
        "  PASS    compute size: small",
        "  PASS    connections without TLS: accepted",
        "",
        "PASS test: 0 of 5 facts from supabase differ.",
        "",
      ].join("\n"),
    );
  });

  it("ends with 3 and shows as a diff what differs and how to mend it, and what changed since the last", async () => {
    const api = openManagementApi({ ...supabase, clock: () => new Date() });
    await setSslEnforcement(api, ref, { databaseEnforced: true });
    const { exitCode, stdout } = await run(["--only", "supabase", "--since", "last"]);
    assert.equal(exitCode, 3);
    assert.match(
      stdout,
      new RegExp(
        [
          "^shop",
          "  FAIL    connections without TLS",
          "    - accepted",
          "    \\+ refused",
          "    source: Supabase GET /v1/projects/\\{ref\\}/ssl-enforcement",
          "    fix:    pulumi up --refresh --stack test",
          "",
          "FAIL test: 1 of 5 facts from supabase differ\\.",
          "Since the audit of \\S+ \\(evidence 2\\):",
          "  new      supabase\\.ssl/shop: refused, declared accepted",
          "  changed  supabase\\.ssl/shop: accepted → refused\n$",
        ].join("\n"),
      ),
    );
  });

  it("writes a table for a pull request, and one line of JSON", async () => {
    const { stdout } = await run(["--only", "supabase", "--markdown"]);
    assert.equal(
      stdout,
      [
        "### Audit of `test`: FAIL, 1 of 5 facts differ",
        "",
        "| project | setting | declared | actual | verdict | source |",
        "|---|---|---|---|---|---|",
        "| shop | connections without TLS | accepted | refused | FAIL | Supabase GET /v1/projects/\\{ref\\}/ssl-enforcement |",
        "",
        "How to mend it:",
        "",
        "- shop: connections without TLS: pulumi up --refresh --stack test",
        "",
        "",
      ].join("\n"),
    );
    const json = await run(["--only", "supabase", "--json", "--since", "1"]);
    assert.equal(json.exitCode, 3);
    const result = JSON.parse(json.stdout) as Record<string, unknown>;
    assert.deepEqual(
      [result.environment, result.verdict, result.sources, result.evidenceKept],
      ["test", "FAIL", ["supabase"], true],
    );
    assert.equal((result.facts as unknown[]).length, 5);
    assert.deepEqual(Object(result.changes).found, ["supabase.ssl/shop"]);
  });

  it("tells of a source that does not answer, with the others' facts", async () => {
    const { exitCode, stdout } = await run(["--json"], { SUPABASE_ACCESS_TOKEN: "" });
    assert.equal(exitCode, 3);
    const { facts } = JSON.parse(stdout) as { facts: { id: string; actual: string; fix?: string }[] };
    const failed = facts.find(({ id }) => id === "audit.source/supabase");
    assert.match(failed?.actual ?? "", /^SECRET_MISSING: /);
    assert.match(failed?.fix ?? "", /Then: npm run audit -- --plan \S+ --only supabase$/);
    assert.ok(facts.some(({ id }) => id === "points.litter/shop"));
    assert.ok(facts.some(({ id }) => id.startsWith("drills.done/shop/")));
  });

  it("reports all the same where it may not write, and says that no evidence was kept", async () => {
    const proxy = await startFaultProxy(settings.endpoint);
    const body = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
    proxy.inject({ kind: { answer: 403, body }, when: ({ method }) => method === "PUT" });
    const behind = await writePlan({ ...settings, endpoint: proxy.endpoint });
    try {
      const started = await startScript("audit", ["--plan", behind, "--only", "points"]);
      const { exitCode, stdout } = await started.ended;
      assert.equal(exitCode, 0);
      assert.match(stdout, /^No evidence was kept of this audit: .+\nPASS test: 0 of /);
    } finally {
      await proxy.close();
    }
  });

  it("refuses an unknown source, an earlier audit that is none, and a plan that is none, with 2", async () => {
    const refused = async (args: readonly string[]) => {
      const { exitCode, stdout } = await run([...args, "--json"]);
      return [exitCode, JSON.parse(stdout).error.code];
    };
    assert.deepEqual(await refused(["--only", "supabas"]), [2, "USAGE"]);
    assert.deepEqual(await refused(["--since", "9999"]), [2, "AUDIT_UNKNOWN"]);
    assert.deepEqual(await refused(["--since", "tomorrow"]), [2, "USAGE"]);
    const { exitCode } = await (await startScript("audit", ["--plan", "/nonexistent.yaml"])).ended;
    assert.equal(exitCode, 2);
  });
});
