import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createDatabase, query } from "../support/databases.ts";
import { createJobBench, databaseOf, type JobBench } from "../support/jobs.ts";
import { TARGET_VARIABLE, writePlanFile } from "../support/plan-file.ts";
import { assertRefused } from "../support/refusals.ts";
import { runScript } from "../support/run-script.ts";
import { testDirectory } from "../support/servers.ts";
import { createShop } from "../support/shop.ts";

describe("npm run restore", () => {
  let bench: JobBench;
  let plan: string;
  let source: string;
  let target: string;
  before(async () => {
    bench = await createJobBench();
    plan = await writePlanFile(bench.settings);
    source = await createShop();
    await bench.backup(source);
    target = await createDatabase();
  });

  const into = (url: string, ...args: string[]) =>
    [["--plan", plan, "--target-env", TARGET_VARIABLE, ...args], { [TARGET_VARIABLE]: url }] as const;

  async function refused(code: string, exitCode: 1 | 2 | 3, url: string, ...given: string[]) {
    const [args, variables] = into(url, ...given);
    const secrets = [new URL(url).password];
    const refusal = await assertRefused("restore", args, { code, exitCode, variables, secrets });
    assert.deepEqual(
      await query(target, "SELECT FROM pg_class WHERE oid >= 16384"),
      [],
      "the target is as it was",
    );
    return refusal;
  }

  it("refuses a target that is named twice or not readable, and a point that was never verified", async () => {
    const twice = ["--plan", plan, "--target-env", "A", "--target-file", "b"];
    await assertRefused("restore", twice, { code: "USAGE", exitCode: 2, words: true });
    await assertRefused("restore", ["--plan", plan, "--target-file", "/nonexistent"], {
      code: "SECRET_MISSING",
      exitCode: 2,
    });
    const confirm = ["--confirm", databaseOf(target)];
    const unknown = await refused("POINT_UNKNOWN", 2, target, "--point", "latest-verified", ...confirm);
    assert.match(unknown.hint, /npm run verify/);
  });

  it("refuses a target that is not confirmed by its name, is the source, is in use or does not answer", async () => {
    const unconfirmed = await refused("TARGET_NOT_CONFIRMED", 2, target);
    assert.ok(unconfirmed.hint.includes(`--confirm ${databaseOf(target)}`));
    await refused("TARGET_NOT_CONFIRMED", 2, target, "--confirm", "another");
    await refused("TARGET_IS_SOURCE", 1, source, "--confirm", databaseOf(source));
    const used = await createDatabase();
    await query(used, "CREATE TABLE mine (id int)");
    const inUse = await refused("TARGET_NOT_EMPTY", 1, used, "--confirm", databaseOf(used));
    assert.match(inUse.message, /mine/);
    await refused("DATABASE_UNREACHABLE", 1, "postgresql://a:secretpw@127.0.0.1:1/b", "--confirm", "b");
  });

  it("refuses escrow keys that are no keys or open nothing", async () => {
    const confirm = ["--confirm", databaseOf(target)];
    const absent = await refused(
      "ESCROW_KEY_UNREADABLE",
      2,
      target,
      "--escrow-key",
      "/nonexistent",
      ...confirm,
    );
    assert.match(absent.hint, /PEM/);
    const file = join(await testDirectory("key"), "key.pem");
    writeFileSync(file, "-----BEGIN PRIVATE KEY-----\nbm90IGEga2V5\n-----END PRIVATE KEY-----\n");
    const invalid = await refused("ESCROW_KEY_INVALID", 2, target, "--escrow-key", file, ...confirm);
    assert.doesNotMatch(JSON.stringify(invalid), /bm90IGEga2V5/);
  });

  it("restores what the proof then refuses with exit code 3, when the plan's checks do not hold", async () => {
    const strict = await writePlanFile(bench.settings, {
      project: { checks: { criticalTables: ["public.audit"], expectedTables: ["public.invoices"] } },
    });
    const fresh = await createDatabase();
    const args = [
      "--plan",
      strict,
      "--target-env",
      TARGET_VARIABLE,
      "--confirm",
      databaseOf(fresh),
      "--json",
    ];
    const run = await runScript("restore", args, { [TARGET_VARIABLE]: fresh });
    assert.equal(run.exitCode, 3, run.stdout + run.stderr);
    const { proof } = JSON.parse(run.stdout) as { proof: { verdict: string; checks: { detail: string }[] } };
    assert.equal(proof.verdict, "FAIL");
  });
});
