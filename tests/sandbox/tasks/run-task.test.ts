import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type ContainerDefinition, ECS } from "@aws-sdk/client-ecs";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { runTask, type TaskResult, type TaskRun } from "../../../sandbox/tasks/run-task.ts";
import { getAws, type TestAws } from "../../support/servers.ts";

/** Prints its environment, its directory and its last argument. */
const SHOW =
  "for (const [name, value] of Object.entries(process.env).sort()) console.log(name + '=' + value);" +
  "console.log(process.cwd()); console.log(process.argv.at(-1))";

describe("a task on this machine", function () {
  this.timeout(60_000);
  let aws: TestAws;
  let ecs: ECS;
  let secrets: SecretsManager;
  before(async () => {
    aws = await getAws();
    const { endpoint, region } = aws;
    ecs = new ECS({ endpoint, region });
    secrets = new SecretsManager({ endpoint, region });
  });

  async function define(container: Partial<ContainerDefinition>): Promise<string> {
    const family = `task-${randomBytes(4).toString("hex")}`;
    await ecs.registerTaskDefinition({
      ...{ family, cpu: "256", memory: "512", requiresCompatibilities: ["FARGATE"], networkMode: "awsvpc" },
      taskRoleArn: "arn:aws:iam::000000000000:role/task",
      containerDefinitions: [{ name: "job", image: "holdfast", ...container }],
    });
    return family;
  }

  async function secret(SecretString: string): Promise<string> {
    const Name = `task/${randomBytes(4).toString("hex")}`;
    return (await secrets.createSecret({ Name, SecretString })).ARN ?? "";
  }

  const run = (taskDefinition: string, more: Partial<TaskRun> = {}): Promise<TaskResult> =>
    runTask({ taskDefinition, aws, directory: import.meta.dirname, ...more });

  it("gets the command, environment and secrets that are declared, and nothing else of the caller's", async () => {
    const url = await secret("postgres://u:hunter2hunter2@h/d");
    const table = await secret(JSON.stringify({ key: "from the table", other: "x" }));
    process.env.HOLDFAST_TEST_STRAY = "stray";
    const family = await define({
      command: ["node", "-e", SHOW, "$HOME; `id`"],
      environment: [
        { name: "MODE", value: "declared" },
        { name: "KEPT", value: "yes" },
      ],
      secrets: [
        { name: "URL", valueFrom: url },
        { name: "KEY", valueFrom: `${table}:key::` },
      ],
    });
    const seen: string[] = [];
    const input = {
      containerOverrides: [{ name: "job", environment: [{ name: "MODE", value: "override" }] }],
    };
    const result = await run(family, { input: JSON.stringify(input), onLine: (line) => seen.push(line) });
    delete process.env.HOLDFAST_TEST_STRAY;
    assert.equal(result.exitCode, 0, result.output);
    const ofTheMachine = /^(PATH|HOME|TMPDIR|LANG)=/;
    const lines = result.output.split("\n").filter((line) => !ofTheMachine.test(line));
    assert.deepEqual(lines, [
      "AWS_ACCESS_KEY_ID=test",
      "AWS_CONFIG_FILE=/dev/null",
      `AWS_DEFAULT_REGION=${aws.region}`,
      "AWS_EC2_METADATA_DISABLED=true",
      `AWS_ENDPOINT_URL=${aws.endpoint}`,
      `AWS_REGION=${aws.region}`,
      "AWS_SECRET_ACCESS_KEY=***",
      "AWS_SHARED_CREDENTIALS_FILE=/dev/null",
      "KEPT=yes",
      "KEY=***",
      "MODE=override",
      "URL=***",
      import.meta.dirname,
      // No shell has looked at it.
      "$HOME; `id`",
    ]);
    assert.ok(result.output.includes(`PATH=${process.env.PATH}`));
    assert.match(result.taskDefinitionArn, new RegExp(`:task-definition/${family}:1$`));
    assert.ok(!seen.join().includes("hunter2"));
  });

  it("takes the command and the entry point that the run, the definition or the image say", async () => {
    const print = "console.log(process.argv.slice(1).join())";
    const family = await define({ entryPoint: ["node", "-e", print], command: ["declared"] });
    assert.equal((await run(family)).output, "declared");
    const override = { ContainerOverrides: [{ Name: "job", Command: ["given", "by a map"] }] };
    assert.equal((await run(family, { input: override })).output, "given,by a map");
    const bare = await define({ command: ["-e", print, "x"] });
    assert.equal((await run(bare, { imageEntryPoint: ["node"] })).output, "x");
  });

  it("runs the newest revision of a family, or the one that is named", async () => {
    const family = await define({ command: ["node", "-e", "console.log(1)"] });
    const [first] = (await ecs.listTaskDefinitions({ familyPrefix: family })).taskDefinitionArns ?? [];
    const containerDefinitions = [{ name: "job", image: "i", command: ["node", "-e", "console.log(2)"] }];
    await ecs.registerTaskDefinition({ family, containerDefinitions });
    assert.equal((await run(family)).output, "2");
    assert.equal((await run(`${family}:1`)).output, "1");
    await ecs.deregisterTaskDefinition({ taskDefinition: first });
    await assert.rejects(run(`${family}:1`), { code: "TASK_UNKNOWN", message: /it is deregistered/ });
  });

  it("gives exit code, signal and what was printed to either stream", async () => {
    const failing = await define({ command: ["node", "-e", "console.error('why'); process.exit(3)"] });
    const { taskDefinitionArn: _, ...failed } = await run(failing);
    assert.deepEqual(failed, { exitCode: 3, output: "why" });
    const killed = await define({ command: ["node", "-e", "process.kill(process.pid, 'SIGKILL')"] });
    assert.equal((await run(killed)).killedBy, "SIGKILL");
  });

  it("stops a task, with what it started, at its bound and when it is called off", async () => {
    const child =
      "require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(()=>{}, 1e9)'], { stdio: 'inherit' })";
    const script = `process.on('SIGTERM', () => console.log('told')); ${child}; setInterval(() => {}, 1e9); console.log('up')`;
    const family = await define({ command: ["node", "-e", script], stopTimeout: 1 });
    const calling = new AbortController();
    const onLine = (line: string): void => {
      if (line === "up") calling.abort();
    };
    const aborted = await run(family, { signal: calling.signal, onLine });
    assert.deepEqual([aborted.stopped, aborted.killedBy, aborted.output], ["aborted", "SIGKILL", "up\ntold"]);
    const quiet = await define({ command: ["node", "-e", "setInterval(() => {}, 1e9)"] });
    const late = await run(quiet, { timeoutSeconds: 0.1 });
    assert.deepEqual([late.stopped, late.killedBy], ["timeout", "SIGTERM"]);
  });

  it("gets the credentials of its role where they are asked for", async () => {
    const family = await define({ command: ["node", "-p", "process.env.AWS_ACCESS_KEY_ID"] });
    assert.match((await run(family, { credentials: "role" })).output, /^ASIA/);
    assert.equal((await run(family)).output, "test");
  });

  it("refuses, by name, what it cannot run", async () => {
    const silent = await define({});
    await assert.rejects(run(silent), { code: "TASK_UNSUPPORTED", message: /names no command/ });
    await assert.rejects(run("no-such-family"), { code: "TASK_UNKNOWN" });
    const family = await define({ command: ["node", "-v"] });
    const other = { containerOverrides: [{ name: "sidecar" }] };
    await assert.rejects(run(family, { input: other }), { message: /has no container sidecar/ });
    const unknown = { containerOverrides: [{ name: "job", image: "x" }] };
    await assert.rejects(run(family, { input: unknown }), { code: "TASK_INPUT_INVALID", message: /image/ });
    await assert.rejects(run(family, { input: "{" }), { code: "TASK_INPUT_INVALID", message: /no JSON/ });
    const lost = await define({
      command: ["node", "-v"],
      secrets: [
        { name: "URL", valueFrom: "arn:aws:secretsmanager:eu-west-2:000000000000:secret:none-abcdef" },
      ],
    });
    await assert.rejects(run(lost), {
      code: "TASK_SECRET_MISSING",
      message: /URL.*secret:none-abcdef.*cannot be read/,
    });
    const valueFrom = `${await secret('{"a":"very secret"}')}:b::`;
    const keyless = await define({ command: ["node", "-v"], secrets: [{ name: "URL", valueFrom }] });
    await assert.rejects(run(keyless), (error: Error) => {
      assert.match(error.message, /has no key b/);
      return !error.message.includes("very secret");
    });
    const missing = await define({ command: ["/no/such/program"] });
    await assert.rejects(run(missing), { code: "TASK_UNSUPPORTED", message: /cannot be started/ });
  });
});
