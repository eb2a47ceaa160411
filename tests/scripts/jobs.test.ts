import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import pg from "pg";
import { stringify } from "yaml";
import { createDatabase, query } from "../support/databases.ts";
import { databaseOf } from "../support/jobs.ts";
import { getPostgres, testDirectory } from "../support/servers.ts";
import { createShop } from "../support/shop.ts";
import { createVaultPlan } from "../support/vaults.ts";
import { runScript, type ScriptResult } from "./support/run-script.ts";

const ROOT = resolve(import.meta.dirname, "../..");

interface Place {
  readonly planFile: string;
  readonly source: string;
  readonly password: string;
  readonly escrowKey: string;
}

/** A plan file for a small shop database on the test's servers, as a person would have it. */
async function makePlace(change: (plan: Record<string, unknown>) => void = () => undefined): Promise<Place> {
  const directory = await testDirectory("scripts");
  const { vault, escrowPrivateKeyFile } = await createVaultPlan();
  const { environment: _, ...section } = vault;
  const plan = {
    environment: "test",
    vault: section,
    projects: [{ name: "shop", kind: "postgres", connection: { env: "SHOP_URL" } }],
  };
  change(plan);
  const planFile = join(directory, "plan.yaml");
  writeFileSync(planFile, stringify(plan));
  const source = await createShop();
  return { planFile, source, password: new URL(source).password, escrowKey: escrowPrivateKeyFile };
}

function run(place: Place, script: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return runScript(`scripts/${script}.ts`, ["--plan", place.planFile, ...args], {
    cwd: ROOT,
    env: { SHOP_URL: place.source, ...env },
  });
}

/** What every error must be: a code, a fix, no stack, no secret. */
function assertError(result: ScriptResult, place: Place, code: string, exitCode: number, text: RegExp): void {
  const all = result.stdout + result.stderr;
  assert.equal(result.code, exitCode, all);
  assert.match(result.stderr, new RegExp(`^error ${code}: `, "m"));
  assert.match(result.stderr, /^fix: \S/m);
  assert.match(result.stderr, text);
  assert.doesNotMatch(all, /^\s+at .*:\d+:\d+/m, "a stack trace");
  if (place.password !== "") assert.ok(!all.includes(place.password), "the password is shown");
}

describe("backup, points, verify and restore as commands", function () {
  this.timeout(120_000);
  let place: Place;
  let point: string;
  before(async () => {
    place = await makePlace();
    const { code, stdout, stderr } = await run(place, "backup", ["--json"]);
    assert.equal(code, 0, stderr);
    point = JSON.parse(stdout).point;
  });

  it("list the point, read it, restore it by the escrow key, and prove it", async () => {
    const points = await run(place, "points", ["--json"]);
    assert.deepEqual(
      JSON.parse(points.stdout).points.map((entry: { id: string }) => entry.id),
      [point],
    );
    const read = await run(place, "verify", ["--point", point, "--json"]);
    assert.equal(JSON.parse(read.stdout).verdict, "PASS");
    const target = await createDatabase();
    const args = ["--point", "latest", "--target-env", "TARGET", "--escrow-key", place.escrowKey];
    const restored = await run(place, "restore", [...args, "--confirm", databaseOf(target), "--json"], {
      TARGET: target,
    });
    assert.equal(restored.code, 0, restored.stderr);
    assert.equal(JSON.parse(restored.stdout).proof.verdict, "PASS");
    assert.equal((await query(target, "SELECT count(*)::int AS n FROM orders"))[0]?.n, 3000);
  });

  it("exit 3 when the proof fails, with the reason", async () => {
    const damaged = await createDatabase();
    const result = await run(place, "verify", ["--point", point, "--target-env", "TARGET", "--no-tag"], {
      TARGET: damaged,
    });
    assert.equal(result.code, 3);
    assert.match(result.stdout, /FAIL table public\.orders: missing/);
  });

  it("write nothing in a dry run", async () => {
    const target = await createDatabase();
    const result = await run(
      place,
      "restore",
      ["--target-env", "TARGET", "--confirm", databaseOf(target), "--dry-run"],
      { TARGET: target },
    );
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stdout, /Nothing was written/);
    const relations = await query(
      target,
      "SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace",
    );
    assert.deepEqual(relations, []);
  });

  describe("told something wrong", () => {
    const nowhere = "postgres://someone:marked-secret-8h2@127.0.0.1:9/shop";
    const cases: readonly (readonly [
      string,
      string,
      readonly string[],
      string,
      number,
      RegExp,
      NodeJS.ProcessEnv?,
    ])[] = [
      ["an unknown project", "backup", ["--project", "shopp"], "PROJECT_UNKNOWN", 2, /shop/],
      ["an unknown tier", "backup", ["--tier", "nightley"], "TIER_UNKNOWN", 2, /nightly/],
      ["a tier that the plan lacks", "backup", ["--tier", "weekly"], "TIER_UNKNOWN", 2, /weekly/],
      ["an unknown option", "backup", ["--teir", "nightly"], "USAGE", 2, /--tier/],
      ["a malformed point", "verify", ["--point", "nightly_2026"], "POINT_ID_INVALID", 2, /nightly_/],
      ["an impossible date", "verify", ["--point", "nightly_20260231_000000"], "POINT_ID_INVALID", 2, /date/],
      [
        "an unknown point",
        "verify",
        ["--point", "nightly_20200101_000000"],
        "POINT_UNKNOWN",
        2,
        /nightly_2020/,
      ],
      ["no target", "restore", [], "USAGE", 2, /--target-env/],
      [
        "a target variable that is empty",
        "restore",
        ["--target-env", "NOT_SET_HERE"],
        "SECRET_MISSING",
        2,
        /NOT_SET_HERE/,
      ],
      ["no URL of the source", "backup", [], "SECRET_MISSING", 2, /SHOP_URL/, { SHOP_URL: "" }],
      [
        "a URL that is none",
        "backup",
        [],
        "DATABASE_URL_INVALID",
        2,
        /postgres/,
        { SHOP_URL: "db.example.com" },
      ],
      ["an unreachable host", "backup", [], "DATABASE_UNREACHABLE", 1, /127\.0\.0\.1/, { SHOP_URL: nowhere }],
      [
        "the transaction pooler",
        "backup",
        [],
        "DATABASE_URL_INVALID",
        2,
        /5432/,
        { SHOP_URL: "postgres://u:p@aws-0-eu.pooler.supabase.com:6543/postgres" },
      ],
    ];
    for (const [what, script, args, code, exitCode, text, env] of cases) {
      it(`${what}: ${code}, exit ${exitCode}`, async () => {
        const result = await run(place, script, args, env);
        assertError(result, place, code, exitCode, text);
        assert.doesNotMatch(result.stdout + result.stderr, /marked-secret/);
      });
    }

    it("a wrong password: DATABASE_LOGIN_REFUSED, and the word itself is nowhere", async () => {
      const url = new URL(place.source);
      url.password = "marked-secret-8h2";
      const result = await run(place, "backup", [], { SHOP_URL: url.href });
      assertError(result, place, "DATABASE_LOGIN_REFUSED", 1, /password|login/i);
      assert.doesNotMatch(result.stdout + result.stderr, /marked-secret/);
    });

    it("an error as JSON: one line with code, message and hint", async () => {
      const result = await run(place, "backup", ["--tier", "weekly", "--json"]);
      assert.equal(result.code, 2);
      const { error } = JSON.parse(result.stdout);
      assert.equal(error.code, "TIER_UNKNOWN");
      assert.ok(error.message !== "" && error.hint !== "");
    });

    it("a plan with two errors: both are named, nothing is done", async () => {
      const wrong = await makePlace((plan) => {
        plan.enviroment = "x";
        plan.vault = { ...(plan.vault as object), bucket: "NO" };
      });
      const result = await run(wrong, "backup", []);
      assertError(result, wrong, "PLAN_INVALID", 2, /enviroment/);
      assert.match(result.stderr, /vault\.bucket/);
    });
  });

  it("finds a source without privileges before it reads, and names the grants", async () => {
    const { url } = await getPostgres();
    const reader = `reader_${Date.now()}`;
    await query(url(), `CREATE ROLE ${pg.escapeIdentifier(reader)} LOGIN PASSWORD 'readers-secret-7x1'`);
    const poor = new URL(place.source);
    poor.username = reader;
    poor.password = "readers-secret-7x1";
    const result = await run(place, "backup", [], { SHOP_URL: poor.href });
    assertError(result, place, "SOURCE_NOT_READABLE", 1, /GRANT SELECT ON/);
    assert.doesNotMatch(result.stdout + result.stderr, /readers-secret/);
    const points = JSON.parse((await run(place, "points", ["--json"])).stdout).points;
    assert.equal(points.length, 1);
  });

  it("refuse client tools older than the server", async () => {
    const directory = await testDirectory("old-tools");
    for (const tool of ["pg_dump", "pg_dumpall", "psql"]) {
      writeFileSync(join(directory, tool), `#!/bin/sh\necho "${tool} (PostgreSQL) 12.4"\n`, { mode: 0o755 });
    }
    const result = await run(place, "backup", [], { HOLDFAST_PG_BIN: directory });
    assertError(result, place, "PG_TOOLS_TOO_OLD", 1, /12\.4/);
  });
});
