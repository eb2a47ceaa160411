import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { listEvidence } from "../../vault/evidence/list-evidence.ts";
import { listPoints } from "../../vault/list-points.ts";
import { CHECKS, createCheckedDatabase } from "../jobs/checkpoint/support/checkpoint-bench.ts";
import { createDatabase, query } from "../support/databases.ts";
import { createJobBench, type JobBench } from "../support/jobs.ts";
import { PLANNED_PROJECT, PROJECT_VARIABLE, TARGET_VARIABLE, writePlanFile } from "../support/plan-file.ts";
import { assertRefused } from "../support/refusals.ts";
import { runScript } from "../support/run-script.ts";
import { testDirectory } from "../support/servers.ts";

const PASSWORD = "Pa55word-of-the-checkpoint";
const CONTACTS = {
  primary: { name: "Platform on-call", email: "on-call@example.com" },
  secondary: { name: "Architect of the week", email: "architect@example.com" },
};

describe("npm run checkpoint", () => {
  let bench: JobBench;
  let plan: string;
  let directory: string;
  let source: string;
  before(async () => {
    bench = await createJobBench();
    plan = await writePlanFile(bench.settings, { project: { checks: CHECKS, contacts: CONTACTS } });
    directory = await testDirectory("checkpoint");
    source = await createCheckedDatabase();
    const role = `owner_${source.slice(-8)}`;
    await query(source, `CREATE ROLE ${role} LOGIN SUPERUSER PASSWORD '${PASSWORD}'`);
    source = source.replace(/\/\/[^@]*@/, `//${role}:${PASSWORD}@`);
  });
  const run = (args: readonly string[], variables: NodeJS.ProcessEnv = {}) =>
    runScript("checkpoint", ["--plan", plan, ...args], { [PROJECT_VARIABLE]: source, ...variables });

  it("writes the release's sheet, the workflow's outputs and one line of JSON", async () => {
    const [markdown, output] = [join(directory, "sheet.md"), join(directory, "output")];
    writeFileSync(output, "earlier=1\n");
    const signed = ["--reviewed-by", "Ada | <b>lead</b>", "--confirmed-by", `Bo password=${PASSWORD}`];
    const { exitCode, stdout, stderr } = await run(["--markdown", markdown, "--json", ...signed], {
      GITHUB_ACTOR: "octocat",
      GITHUB_SERVER_URL: "https://github.example",
      GITHUB_REPOSITORY: "acme/shop",
      GITHUB_RUN_ID: "42",
      GITHUB_OUTPUT: output,
    });
    assert.equal(exitCode, 0, stdout + stderr);
    const result = JSON.parse(stdout);
    const sheet = readFileSync(markdown, "utf8");
    const outputs = readFileSync(output, "utf8");
    assert.equal(outputs, `earlier=1\ncheckpoint=${result.checkpoint}\nverdict=PASS\nmarkdown=${markdown}\n`);
    for (const line of [
      "**Verdict: PASS**",
      `- [x] **PITR checkpoint created:** ID \`${result.checkpoint}\``,
      `- [x] **Backup completion verified:** complete ${result.point.completedAt}, `,
      `- [x] **System state documented:** as of ${result.countedAt}`,
      "- [x] **Checkpoint ID recorded in deployment notes:** this sheet",
      "| public.orders | critical | 3 | 3 |",
      "| public.events | critical | 5 | 5 |",
      "| public.notes | expected | 0 | 0 |",
      "- [x] **smoke orders-of-today:** 1 row as expected",
      `- [x] **Backup integrity verified:** ${result.point.chunks} of ${result.point.chunks} chunks are as they were sealed; it was not restored`,
      "- [x] **Critical data accessible:** rows of 2 of 2 critical tables are in the point",
      "- [x] **No corruption detected:** ",
      "- [ ] **Last successful backup:** _________________ (the vault has none)",
      "- [ ] **Previous backup checkpoint:** none before this one",
      "- [ ] **Recovery window available:** none before this checkpoint",
      "  - no point-in-time recovery: a plain PostgreSQL database",
      "- [ ] **Estimated recovery time:** no drill was measured yet",
      "- [x] **nightly backup:** there is none, and none was due yet",
      `- **Checklist completed by:** octocat (GitHub, https://github.example/acme/shop/actions/runs/42) (timestamp: ${result.signOff.at})`,
      `- **Technical review:** Ada \\| \\<b\\>lead\\</b\\> (Architect, timestamp: ${result.signOff.at})`,
      `- **Backup verification confirmed:** Bo password=`,
    ])
      assert.ok(sheet.includes(line), `${line}\n\n${sheet}`);
    const evidence = JSON.stringify(await listEvidence(bench.vault));
    for (const text of [sheet, stdout, stderr, outputs, evidence])
      assert.ok(!text.includes(PASSWORD) && !text.includes("undefined"), text);
  });

  it("run again names the checkpoint before it, and leaves open what nobody signed", async () => {
    const [before] = await listPoints(bench.vault, PLANNED_PROJECT);
    const { exitCode, stdout, stderr } = await run(["--markdown", "-"]);
    assert.equal(exitCode, 0, stdout + stderr);
    assert.match(stdout, /^# Checkpoint of shop \(test\)\n/);
    assert.match(stderr, /Counting the tables of shop/);
    for (const line of [
      `- [x] **Previous backup checkpoint:** \`${before?.id}\``,
      `- Earlier checkpoints of the same release: \`${before?.id}\``,
      "- [x] **Recovery window available:** 0 hours; the moments of recovery points: 1",
      "- **Technical review:** _________________ (Architect: Architect of the week, timestamp: _______)",
      "- **Backup verification confirmed:** _________________ (DevOps: Platform on-call, timestamp: _______)",
    ])
      assert.ok(stdout.includes(line), `${line}\n\n${stdout}`);
  });

  it("blocks with exit code 3, and the sheet and the workflow say why", async () => {
    const [markdown, output] = [join(directory, "blocked.md"), join(directory, "blocked.output")];
    const url = await createCheckedDatabase();
    await query(url, "TRUNCATE orders");
    const variables = { [PROJECT_VARIABLE]: url, GITHUB_OUTPUT: output };
    const { exitCode, stdout } = await run(["--markdown", markdown, "--dry-run"], variables);
    assert.equal(exitCode, 3, stdout);
    assert.match(stdout, /^FAIL: dry run, no point was taken; .* The deployment is blocked\.$/m);
    assert.match(stdout, /^ {2}FAIL critical table public\.orders: it is empty$/m);
    const sheet = readFileSync(markdown, "utf8");
    assert.match(sheet, /\*\*Verdict: FAIL\*\*, the deployment is blocked; a dry run: no point was taken/);
    assert.match(sheet, /^- FAIL: critical table public\.orders: it is empty$/m);
    assert.match(sheet, /^- \[ \] \*\*System state documented:/m);
    assert.match(sheet, /^- \[ \] \*\*PITR checkpoint created:\*\* ID _+$/m);
    assert.match(readFileSync(output, "utf8"), /^checkpoint=\nverdict=FAIL\n/);
  });

  it("restores and proves in a database that the caller gives", async () => {
    const target = await createDatabase();
    const { exitCode, stdout } = await run(["--target-env", TARGET_VARIABLE, "--json"], {
      [TARGET_VARIABLE]: target,
    });
    assert.equal(exitCode, 0, stdout);
    const { proof, checkpoint } = JSON.parse(stdout);
    assert.equal(proof.verdict, "PASS");
    const [point] = await listPoints(bench.vault, PLANNED_PROJECT);
    assert.deepEqual([point?.id, point?.verifiedAt !== undefined], [checkpoint, true]);
  });

  it("is named by the repository that it runs in, and signed by its user where neither GitHub nor AWS knows who calls", async () => {
    const { stdout } = await run(["--dry-run", "--json"], {
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "user.name",
      GIT_CONFIG_VALUE_0: "Ada Lovelace",
    });
    const describe = execFileSync("git", ["describe", "--tags", "--always"], { encoding: "utf8" }).trim();
    assert.equal(JSON.parse(stdout).gitDescribe, describe);
    assert.match(JSON.parse(stdout).signOff.completedBy, /^Ada Lovelace.*, \S+ on this machine$/);
  });

  it("signs by the caller at AWS where it is asked", async () => {
    const { stdout } = await run(["--dry-run", "--json"], { AWS_ENDPOINT_URL_STS: bench.settings.endpoint });
    assert.match(JSON.parse(stdout).signOff.completedBy, /^arn:aws:/);
  });

  describe("refuses before it takes anything", () => {
    const refused = (args: string[], code: string, variables: NodeJS.ProcessEnv = {}) =>
      assertRefused("checkpoint", ["--plan", plan, ...args], {
        code,
        exitCode: 2,
        variables: { [PROJECT_VARIABLE]: source, ...variables },
        secrets: [PASSWORD],
      });

    it("a sheet that cannot be written", async () => {
      const found = await refused(["--markdown", join(directory, "no/such/sheet.md")], "FILE_NOT_WRITABLE");
      assert.match(found.message, /its directory does not exist/);
      await refused(["--markdown", "-"], "USAGE");
      assert.ok(!existsSync(join(directory, "no")));
    });

    it("a proof without anything to restore into", async () => {
      await refused(["--prove"], "DRILL_TARGET_MISSING");
      await refused(["--target-env", "NO_SUCH_VARIABLE"], "SECRET_MISSING");
    });
  });
});
