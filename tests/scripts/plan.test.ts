import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { runScript } from "./support/run-script.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const SCRIPT = join(ROOT, "scripts/plan.ts");

const MINIMAL = `environment: local
vault:
  bucket: my-vault
  region: eu-central-1
  endpoint: http://127.0.0.1:9000
  lock: {mode: none}
  keys: {escrowPublicKey: {file: keys/escrow.pem}}
projects:
  - {name: shop, kind: postgres, connection: {env: SHOP_DATABASE_URL}}
`;

describe("npm run plan", () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "holdfast-plan-"));
    writeFileSync(join(directory, "minimal.yaml"), MINIMAL);
  });
  after(() => rmSync(directory, { recursive: true }));

  const plan = (args: string[], cwd = ROOT) => runScript(SCRIPT, args, { cwd });

  for (const stack of ["prod", "staging"]) {
    it(`describes the ${stack} stack in words`, async () => {
      const { code, stdout, stderr } = await plan(["--stack", stack, "--at", "2026-11-22T12:00:00Z"]);
      assert.equal(code, 0, stderr);
      assert.equal(stderr, "");
      assert.match(
        stdout,
        new RegExp(`^Protection plan of ${stack}: coppercore, ordak\nAs of 2026-11-22 12:00`),
      );
      assert.match(stdout, /back in service within 30m \(RTO\); at most 5m of changes lost/);
      assert.match(stdout, /2026-11-23 02:00 {2}in 14h {6}coppercore: nightly recovery point/);
      assert.match(stdout, /Total +\$\d+\.\d\d/);
      assert.doesNotMatch(stdout, /undefined|NaN|\[object/);
    });
  }

  it("describes a plan file of ten lines", async () => {
    assert.ok(MINIMAL.trimEnd().split("\n").length <= 10);
    const { code, stdout } = await plan(["--plan", "minimal.yaml"], directory);
    assert.equal(code, 0);
    assert.match(stdout, /Protection plan of local: shop/);
    assert.ok(stdout.includes(join(directory, "keys/escrow.pem")));
  });

  it("prints one line of JSON", async () => {
    const { code, stdout, stderr } = await plan([
      "--stack",
      "prod",
      "--json",
      "--at",
      "2026-11-22T12:00:00Z",
    ]);
    assert.equal(code, 0);
    assert.equal(stderr, "");
    assert.equal(stdout.trimEnd().split("\n").length, 1);
    const result = JSON.parse(stdout);
    assert.deepEqual(Object.keys(result), ["at", "plan", "nextDue", "forecast", "notes"]);
    assert.equal(result.plan.projects[0].objectives.rtoSeconds, 1_800);
    assert.equal(result.nextDue[0].dueAt, "2026-11-23T02:00:00.000Z");
    assert.ok(result.forecast.monthlyUsd > 200);
  });

  it("explains itself", async () => {
    const { code, stdout } = await plan(["--help"]);
    assert.equal(code, 0);
    for (const part of ["Usage: npm run plan", "--stack NAME", "--plan FILE", "--json", "Exit codes: 0"]) {
      assert.ok(stdout.includes(part), stdout);
    }
  });

  const refused: readonly (readonly [string, string[], RegExp, RegExp])[] = [
    ["no plan at all", [], /^error USAGE: No plan is named/, /--stack prod or --stack staging, or --plan/],
    ["two plans", ["--stack", "prod", "--plan", "a.yaml"], /^error USAGE: Both/, /not both/],
    [
      "an unknown stack",
      ["--stack", "prd"],
      /^error STACK_UNKNOWN: There is no stack "prd"/,
      /Did you mean prod\?.*prod, staging/,
    ],
    ["a stack that is a path", ["--stack", "../x"], /^error STACK_UNKNOWN/, /prod, staging/],
    ["an empty stack", ["--stack="], /^error USAGE: --stack needs a value/, /--stack NAME/],
    [
      "a missing file",
      ["--plan", "none.yaml"],
      /^error PLAN_FILE_UNREADABLE: .* does not exist/,
      /Name a YAML file/,
    ],
    ["a directory", ["--plan", "."], /^error PLAN_FILE_UNREADABLE: .* is a directory/, /Name a YAML file/],
    [
      "an unknown option",
      ["--stak", "prod"],
      /^error USAGE: There is no option --stak/,
      /Did you mean --stack\?/,
    ],
    ["a word too many", ["prod"], /^error USAGE: "prod" is not expected/, /--help/],
    [
      "a time that is none",
      ["--stack", "prod", "--at", "yesterday"],
      /^error USAGE: --at is "yesterday"/,
      /2026-01-31T/,
    ],
    ["a time without a zone", ["--stack", "prod", "--at", "2026-01-31T02:00"], /^error USAGE: --at/, /Z\./],
  ];
  for (const [name, args, error, fix] of refused) {
    it(`refuses ${name} with the fix and no stack`, async () => {
      const { code, stdout, stderr } = await plan(args);
      assert.equal(code, 2);
      assert.equal(stdout, "");
      const [first = "", second = ""] = stderr.split("\nfix: ");
      assert.match(first, error);
      assert.match(second, fix);
      assert.doesNotMatch(stderr, /\n {4}at /);
    });
  }

  it("lists what is wrong with a plan, with lines, and as JSON", async () => {
    const bad = MINIMAL.replace("mode: none", "mode: nothing").replace(
      "connection: {env: SHOP_DATABASE_URL}",
      "connection: postgres://a:hunter2@b/c",
    );
    writeFileSync(join(directory, "bad.yaml"), bad);
    const words = await plan(["--plan", "bad.yaml"], directory);
    assert.equal(words.code, 2);
    assert.match(words.stderr, /vault\.lock\.mode \(line 6\) is "nothing"; it must be compliance/);
    assert.match(
      words.stderr,
      /projects\[0\]\.connection \(line 9\) is a text of 24 characters \(not shown\)/,
    );
    assert.ok(!words.stderr.includes("hunter2"));
    const json = await plan(["--plan", "bad.yaml", "--json"], directory);
    assert.equal(json.code, 2);
    const { error } = JSON.parse(json.stdout);
    assert.equal(error.code, "PLAN_INVALID");
    assert.equal(error.details.length, 2);
    assert.equal(error.details[0].path, "vault.lock.mode");
    assert.equal(error.details[0].line, 6);
  });
});
