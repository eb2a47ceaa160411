import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { EngineProject, ROOT } from "../engine/support/engine-project.ts";

describe("the stand-in of the provider command", function () {
  this.timeout(60_000);
  let project: EngineProject;
  beforeEach(() => {
    project = new EngineProject({ plugins: { command: join(ROOT, "sandbox/plugins/command/serve.ts") } });
  });
  afterEach(() => project.remove());

  const stackOf = (args: command.local.CommandArgs, options?: pulumi.CustomResourceOptions) =>
    project.stack(async () => {
      const one = new command.local.Command("one", args, options);
      return { stdout: one.stdout, stderr: one.stderr };
    });
  const run = async (args: command.local.CommandArgs, options?: pulumi.CustomResourceOptions) => {
    const { outputs, summary } = await (await stackOf(args, options)).up();
    return { stdout: outputs.stdout?.value, stderr: outputs.stderr?.value, changes: summary.resourceChanges };
  };
  const log = (): string[] => readFileSync(join(project.directory, "log"), "utf8").trim().split("\n");

  it("is run at creation, change, replacement and removal, and knows what it printed before", async () => {
    const say = (what: string): string =>
      `echo "${what} $N after '$PULUMI_COMMAND_STDOUT' $(cat)" >> log; echo ${what}-$N`;
    const args = (n: string, trigger = 1): command.local.CommandArgs => ({
      ...{ create: say("create"), update: say("update"), delete: say("delete"), stdin: "in" },
      ...{ environment: { N: n }, triggers: [trigger], dir: project.directory },
    });
    assert.deepEqual(await run(args("1")), { stdout: "create-1", stderr: "", changes: { create: 2 } });
    assert.deepEqual((await run(args("1"))).changes, { same: 2 });
    assert.equal((await run(args("2"))).stdout, "update-2");
    const silent = { ...args("3"), addPreviousOutputInEnv: false };
    assert.equal((await run(silent)).stdout, "update-3");
    const { changes } = await run(args("4", 2));
    assert.deepEqual(changes, { replace: 1, same: 1 });
    const stack = await stackOf(args("4", 2));
    assert.deepEqual((await stack.refresh()).summary.resourceChanges, { same: 2 });
    await stack.destroy();
    assert.deepEqual(log(), [
      "create 1 after '' in",
      "update 2 after 'create-1' in",
      "update 3 after '' in",
      // The new one is made before the old one goes.
      "create 4 after '' in",
      "delete 3 after '' in",
      "delete 4 after 'create-4' in",
    ]);
  });

  it("runs the create command again where a change has none of its own, and keeps both streams", async () => {
    const args = (n: number) => ({ create: `echo out-${n}; echo err-${n} >&2` });
    assert.deepEqual(await run(args(1)), { stdout: "out-1", stderr: "err-1", changes: { create: 2 } });
    assert.deepEqual(await run(args(2)), {
      stdout: "out-2",
      stderr: "err-2",
      changes: { same: 1, update: 1 },
    });
    const interpreter = [process.execPath, "-e"];
    assert.equal(
      (await run({ create: "console.log(process.argv.length, 'x  y')", interpreter })).stdout,
      "1 x  y",
    );
  });

  it("keeps secrets out of state, output and errors", async () => {
    const password = "hunter2hunter2";
    const args = {
      create: "echo the password is $P; echo $P >&2",
      environment: { P: pulumi.secret(password) },
    };
    const lines: string[] = [];
    const stack = await stackOf(args);
    const { outputs } = await stack.up({ onOutput: (text) => lines.push(text) });
    assert.deepEqual(outputs.stdout, { value: `the password is ${password}`, secret: true });
    assert.ok(lines.join("").includes("the password is ***"));
    assert.ok(!lines.join("").includes(password) && !project.stateText.includes(password));
    const failing = await stackOf({ ...args, create: "echo $P; exit 3" });
    await assert.rejects(failing.up(), (error: Error) => {
      assert.match(error.message, /exit status 3: running "echo \$P; exit 3":\n\*\*\*/);
      return !error.message.includes(password);
    });
  });

  it("kills a command, with what it started, at the bound of the program", async () => {
    const create = `(sleep 600; touch ${join(project.directory, "late")}) & wait`;
    await assert.rejects(run({ create }, { customTimeouts: { create: "1s" } }), /did not end within 1 s/);
    assert.ok(!existsSync(join(project.directory, "late")));
  });

  it("refuses, by name, what is wrong or not supported", async () => {
    await assert.rejects(
      run({ create: "true", assetPaths: ["x"] }),
      /assetPaths: files are not collected here/,
    );
    await assert.rejects(
      run({ create: "true", archivePaths: ["x"] }),
      /archivePaths: files are not collected/,
    );
    const odd = { create: "true", when: "later", environment: { A: 1 }, logging: "loud" } as object;
    await assert.rejects(
      run(odd as command.local.CommandArgs),
      /environment: must be a map of texts; logging: must be one of stdout, /,
    );
    await assert.rejects(run({ create: "true", dir: "/no/such/folder" }), /ENOENT/);
    await assert.rejects(run({ create: "true", interpreter: ["/no/such/program"] }), /ENOENT/);
  });
});
