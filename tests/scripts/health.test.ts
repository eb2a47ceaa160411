import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CloudWatchClient, PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import { backup } from "../../jobs/backup.ts";
import { parseDatabaseUrl } from "../../postgres/database-url.ts";
import { healthMarkdown } from "../../scripts/lib/describe-health.ts";
import { startChatServer } from "../jobs/measure/support/chat-server.ts";
import { createDatabase, query } from "../support/databases.ts";
import { createJobBench, type JobBench, testProject } from "../support/jobs.ts";
import { PROJECT_VARIABLE, writePlanFile } from "../support/plan-file.ts";
import { runScript, type ScriptName } from "../support/run-script.ts";
import { getAws, testDirectory } from "../support/servers.ts";

const NAME: ScriptName = "health";

describe("npm run health", function () {
  this.timeout(120_000);
  let bench: JobBench;
  let url: string;
  let plan: string;
  let aws: NodeJS.ProcessEnv;

  before(async () => {
    bench = await createJobBench();
    url = await createDatabase();
    await query(url, "CREATE TABLE public.orders (id int PRIMARY KEY); INSERT INTO public.orders VALUES (1)");
    const checks = { expectedTables: ["public.orders"], expectedEnums: ["public.stage"] };
    await query(url, "CREATE TYPE public.stage AS ENUM ('Filling')");
    await backup({
      ...{ vault: bench.vault, project: testProject(), tier: "nightly", address: parseDatabaseUrl(url) },
      ...{ workers: 2, progress: () => undefined },
    });
    plan = await writePlanFile(bench.settings, { project: { checks } });
    const { endpoint, region } = await getAws();
    const cloudwatch = new CloudWatchClient({ endpoint, region });
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        ...{ AlarmName: "holdfast-test-canary", Namespace: "HoldfastTest", MetricName: "CanarySent" },
        ...{ Statistic: "Sum", ComparisonOperator: "GreaterThanOrEqualToThreshold", Threshold: 1 },
        ...{ Period: 300, EvaluationPeriods: 1 },
      }),
    );
    cloudwatch.destroy();
    aws = { AWS_ENDPOINT_URL: endpoint };
  });
  after(() => bench.vault.close());

  const run = (args: readonly string[] = [], variables: NodeJS.ProcessEnv = {}) =>
    runScript(NAME, ["--plan", plan, ...args], { ...aws, [PROJECT_VARIABLE]: url, ...variables });

  it("prints an aligned table, and ends with 3 only when a line fails", async () => {
    const { exitCode, stdout, stderr } = await run();
    assert.equal(exitCode, 0, stdout + stderr);
    const rows = stdout.trimEnd().split("\n");
    assert.match(rows[0] ?? "", /^ +project +line +figure +bound$/);
    const column = (rows[0] ?? "").indexOf("figure");
    for (const row of rows.slice(1, -2)) assert.match(row.slice(column - 2, column), /^ {2}$/, row);
    assert.match(stdout, /^PASS {2}shop +expected-tables +1 of 1 +all 1 exist$/m);
    assert.match(stdout, /^PASS {2}shop +recent-backups\.nightly +newest is \d+s old, 26h allowed/m);
    assert.match(stdout, /^WARN {2}- +alert-path +not measured: no test alert was due yet/m);
    assert.match(stdout, /^WARN {2}- +storage +not measured: the plan names no vault\.budget\.storage/m);
    assert.match(stdout, /\nWARN: test at .*, \d+ lines pass, \d+ warn, 0 fail\.\n$/);
    await query(url, "ALTER TABLE public.orders RENAME TO orders_old");
    const drifted = await run();
    await query(url, "ALTER TABLE public.orders_old RENAME TO orders");
    assert.equal(drifted.exitCode, 3);
    assert.match(
      drifted.stdout,
      /^FAIL {2}shop +expected-tables +0 of 1; public\.orders: it does not exist/m,
    );
  });

  it("gives the same as one line of JSON, and as Markdown", async () => {
    const { stdout, exitCode } = await run(["--json"]);
    assert.equal(exitCode, 0);
    const report = JSON.parse(stdout) as { verdict: string; lines: { id: string; verdict: string }[] };
    assert.equal(report.verdict, "WARN");
    assert.equal(report.lines.find(({ id }) => id === "expected-enums")?.verdict, "PASS");
    const markdown = await run(["--markdown"]);
    assert.match(markdown.stdout, /^## Health of test: WARN\n/);
    assert.match(markdown.stdout, /^\| PASS \| shop \| expected-enums \| 1 of 1 \| all 1 exist \|$/m);
    const odd = { id: "x", verdict: "FAIL", figure: "a|b\\c\nd", bound: "e" } as const;
    const page = healthMarkdown({ environment: "t", at: new Date(0), verdict: "FAIL", lines: [odd] });
    assert.ok(page.endsWith("| FAIL |  | x | a\\|b\\\\c d | e |"), page);
  });

  it("warns when production cannot be reached, with no word of its password", async () => {
    const dark = await run([], { [PROJECT_VARIABLE]: "postgres://postgres:S3cretWord@127.0.0.1:9/shop" });
    assert.equal(dark.exitCode, 0);
    assert.match(dark.stdout, /^WARN {2}shop +expected-tables +not measured: .*127\.0\.0\.1/m);
    assert.match(dark.stdout, /^PASS {2}shop +recent-backups/m);
    const missing = await run([], { [PROJECT_VARIABLE]: "" });
    assert.match(missing.stdout, /^WARN .*not measured: the URL of shop is to be read from .*SHOP_URL/m);
    assert.ok(!(dark.stdout + dark.stderr).includes("S3cretWord"));
  });

  it("tells the chat the week's result when it is asked to, and says when it could not", async () => {
    const chat = await startChatServer();
    const told = join(await testDirectory("told-plan"), "plan.yaml");
    const alerts = { chatWebhook: { env: "CHAT_URL" } };
    writeFileSync(told, JSON.stringify({ ...JSON.parse(readFileSync(plan, "utf8")), alerts }));
    const variables = { ...aws, [PROJECT_VARIABLE]: url };
    const tell = (more: NodeJS.ProcessEnv) =>
      runScript(NAME, ["--plan", told, "--tell"], { ...variables, ...more });
    assert.match((await tell({ CHAT_URL: chat.url })).stdout, /^Told the chat\.$/m);
    await chat.close();
    const [message = "", ...others] = chat.messages;
    assert.deepEqual(others, []);
    assert.match(message, /^Holdfast test: health WARN, \d+ lines pass, \d+ warn, 0 fail\n/);
    assert.match(message, /^WARN shop staging-restore: not measured: none was due yet$/m);
    assert.doesNotMatch(message, /^PASS/m);
    const missing = await tell({});
    assert.equal(missing.exitCode, 0);
    assert.match(
      missing.stdout,
      /^The chat was not told: the chat webhook's URL is to be read from .*CHAT_URL/m,
    );
  });

  it("fails when the vault is not there, since nothing could be recorded", async () => {
    const { endpoint = "" } = bench.settings;
    const settings = { ...bench.settings, endpoint: endpoint.replace(/\d+$/, "9") };
    const { exitCode, stdout } = await runScript(NAME, ["--plan", await writePlanFile(settings)], {
      ...{ ...aws, [PROJECT_VARIABLE]: url },
    });
    assert.equal(exitCode, 3, stdout);
    assert.match(stdout, /^FAIL {2}- +evidence +this check could not be recorded: /m);
    assert.match(stdout, /^WARN {2}shop +recent-backups\.nightly +not measured: /m);
  });

  it("refuses an unknown option, and a plan that is none, each with its fix", async () => {
    const directory = await testDirectory("bad-plan");
    const bad = join(directory, "bad.yaml");
    writeFileSync(bad, "environment: test\n");
    const codes = [];
    for (const args of [
      ["--plan", plan, "--markdwn"],
      ["--plan", bad],
      ["--plan", join(directory, "none.yaml")],
      [],
    ]) {
      const { exitCode, stdout } = await runScript(NAME, [...args, "--json"]);
      const { error } = JSON.parse(stdout) as { error: { code: string; hint: string } };
      assert.ok(error.hint.length > 10);
      codes.push(`${exitCode} ${error.code}`);
    }
    assert.deepEqual(codes, ["2 USAGE", "2 PLAN_INVALID", "2 PLAN_FILE_UNREADABLE", "2 USAGE"]);
  });
});
