import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parse } from "yaml";
import { ROOT } from "./docs/support/documents.ts";
import { CHECKS, createCheckedDatabase } from "./jobs/checkpoint/support/checkpoint-bench.ts";
import { query } from "./support/databases.ts";
import { createJobBench } from "./support/jobs.ts";
import { PROJECT_VARIABLE, writePlanFile } from "./support/plan-file.ts";
import { testDirectory, useTestCredentials } from "./support/servers.ts";

interface Step {
  readonly id: string;
  readonly shell: string;
  readonly run: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string; readonly description: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const SOURCE = readFileSync(join(ROOT, "action.yml"), "utf8");
const ACTION = parse(SOURCE) as Action;
const { steps } = ACTION.runs;
const scripts = steps.map(({ run }) => run).join("\n");

describe("action.yml", () => {
  it("is composite, of steps of bash in which no input is pasted", () => {
    assert.equal(ACTION.runs.using, "composite");
    for (const { shell, run } of steps) {
      assert.equal(shell, "bash");
      assert.ok(!run.includes("${{"), run);
    }
  });

  it("uses every input that it declares, and no other", () => {
    const used = [...SOURCE.matchAll(/\$\{\{ inputs\.([\w-]+) \}\}/g)].map(([, name]) => name);
    assert.deepEqual(used.toSorted(), Object.keys(ACTION.inputs).toSorted());
    const variables = steps.flatMap(({ env = {} }) => Object.keys(env));
    for (const variable of variables) assert.ok(scripts.includes(`"$${variable}"`), variable);
  });

  it("gives the outputs that the command writes", () => {
    const written = /await writeGithubOutput\(\{([\s\S]*?)\}\);/.exec(
      readFileSync(join(ROOT, "scripts/checkpoint.ts"), "utf8"),
    )?.[1];
    for (const { value } of Object.values(ACTION.outputs)) {
      const [, step, output = ""] = /^\$\{\{ steps\.(\w+)\.outputs\.(\w+) \}\}$/.exec(value) ?? [];
      assert.ok(
        steps.some(({ id }) => id === step),
        value,
      );
      assert.match(written ?? "", new RegExp(`\\b${output}: `));
    }
  });

  it("uses options that the command has", () => {
    const help = execFileSync(process.execPath, [join(ROOT, "scripts/checkpoint.ts"), "--help"], {
      encoding: "utf8",
    });
    const options = [...scripts.matchAll(/(?:value|flag|\("?)\s?(--[a-z-]+)/g)].map(([, option]) => option);
    assert.equal(options.length, 10);
    for (const option of options) assert.match(help, new RegExp(`^ {2}${option} `, "m"));
  });

  describe("run as a workflow runs it", () => {
    let workspace: string;
    let source: string;
    before(async () => {
      const bench = await createJobBench();
      workspace = await testDirectory("workspace");
      copyFileSync(
        await writePlanFile(bench.settings, { project: { checks: CHECKS } }),
        join(workspace, "plan.yaml"),
      );
      const git = (...args: string[]) => execFileSync("git", args, { cwd: workspace, stdio: "ignore" });
      const identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgSign=false"];
      git("init");
      git("add", ".");
      git(...identity, "commit", "-m", "first");
      git("tag", "v2.0.1");
      source = await createCheckedDatabase();
    });

    let runs = 0;
    /** Each step in a shell of its own, as the runner starts it, until one fails. */
    async function run(inputs: Readonly<Record<string, string>>, variables: NodeJS.ProcessEnv = {}) {
      runs += 1;
      const temporary = join(workspace, `../runner-${runs}-${process.pid}`);
      mkdirSync(temporary, { recursive: true });
      const [summary, output] = [join(temporary, "summary.md"), join(temporary, "output")];
      let exitCode = 0;
      let log = "";
      for (const { run: script, env = {} } of steps) {
        if (exitCode !== 0) break;
        const file = join(temporary, "step.sh");
        writeFileSync(file, script);
        const given = Object.entries(env).map(([name, value]) => [name, evaluate(value, inputs)]);
        const child = spawn("bash", ["--noprofile", "--norc", "-e", "-o", "pipefail", file], {
          cwd: workspace,
          stdio: ["ignore", "pipe", "pipe"],
          env: {
            ...process.env,
            ...useTestCredentials(),
            ...Object.fromEntries(given),
            GITHUB_ACTION_PATH: ROOT,
            GITHUB_ACTOR: "octocat",
            GITHUB_OUTPUT: output,
            GITHUB_STEP_SUMMARY: summary,
            RUNNER_TEMP: temporary,
            [PROJECT_VARIABLE]: source,
            ...variables,
          },
        });
        const ended = new Promise<number>((resolve) => child.on("close", (code) => resolve(code ?? 1)));
        const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
        log += out + errors;
        exitCode = await ended;
      }
      const read = (path: string) => (existsSync(path) ? readFileSync(path, "utf8") : "");
      return { exitCode, log, summary: read(summary), outputs: read(output) };
    }

    const evaluate = (value: string, inputs: Readonly<Record<string, string>>) =>
      value.replaceAll(
        /\$\{\{ inputs\.([\w-]+) \}\}/g,
        (_, name: string) => inputs[name] ?? ACTION.inputs[name]?.default ?? "",
      );

    it("takes a checkpoint named by the workspace's tag, and shows its sheet", async () => {
      const inputs = { plan: "plan.yaml", project: "shop", "reviewed-by": '--"; exit 9 #' };
      const { exitCode, log, summary, outputs } = await run(inputs);
      assert.equal(exitCode, 0, log);
      const [, id, file] =
        /^checkpoint=(CHECKPOINT_\d{8}_\d{6}_vv2\.0\.1)\nverdict=PASS\nmarkdown=(.+)\n$/.exec(outputs) ?? [];
      assert.equal(readFileSync(file ?? "", "utf8"), summary);
      assert.ok(summary.includes(`- [x] **PITR checkpoint created:** ID \`${id}\``), summary);
      assert.match(summary, /completed by:\*\* octocat \(GitHub\)/);
      assert.match(summary, /Technical review:\*\* --"; exit 9 #/);
    });

    it("blocks the deployment with exit code 3, and shows why", async () => {
      const url = await createCheckedDatabase();
      await query(url, "TRUNCATE orders");
      const inputs = { plan: "plan.yaml", "dry-run": "true" };
      const { exitCode, summary, outputs } = await run(inputs, { [PROJECT_VARIABLE]: url });
      assert.deepEqual([exitCode, /^verdict=FAIL$/m.test(outputs)], [3, true]);
      assert.match(summary, /^- FAIL: critical table public\.orders: it is empty$/m);
    });

    it("fails on inputs that are wrong, before anything is taken", async () => {
      const wrong = await run({ plan: "plan.yaml", prove: "yes" });
      assert.deepEqual([wrong.exitCode, wrong.summary, wrong.outputs], [2, "", ""]);
      assert.match(wrong.log, /::error::--prove is "yes"; the input must be true or false/);
      const missing = await run({ plan: "no-such-plan.yaml" });
      assert.deepEqual([missing.exitCode, missing.summary, missing.outputs], [2, "", ""]);
      assert.match(missing.log, /error PLAN_FILE_UNREADABLE/);
    });
  });
});
