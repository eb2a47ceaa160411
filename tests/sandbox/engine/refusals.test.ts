import assert from "node:assert/strict";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
  ConcurrentUpdateError,
  LocalWorkspace,
  StackAlreadyExistsError,
  StackNotFoundError,
} from "@pulumi/pulumi/automation/index.js";
import { pulumiCommand } from "../../../sandbox/engine/pulumi-command.ts";
import { EngineProject } from "./support/engine-project.ts";
import { WorldThing } from "./support/world-thing.ts";

class Bucket extends pulumi.CustomResource {}

describe("what the engine refuses", () => {
  let project: EngineProject;
  before(() => {
    project = new EngineProject();
  });
  after(() => project.remove());

  const command = (...argv: string[]): Promise<unknown> => {
    // The API's types leave out what the API itself calls.
    const { run } = pulumiCommand() as unknown as {
      readonly run: (argv: string[], directory: string, environment: object) => Promise<unknown>;
    };
    return run(argv, project.directory, project.environment);
  };

  it("commands and options that it does not have, by their names", async () => {
    const stack = await project.stack(async () => undefined);
    for (const [run, named] of [
      [() => stack.up({ target: ["urn"] }), "the option --target"],
      [() => stack.destroy({ runProgram: true }), "the option --run-program"],
      [() => stack.destroy({ refresh: true }), "the option --refresh"],
      [() => stack.up({ continueOnError: true }), "the option --continue-on-error"],
      [() => stack.preview({ plan: "f" }), "the option --save-plan"],
      [() => stack.destroy({ targetDependents: true }), "the option --target-dependents"],
      [() => stack.setTag("a", "b"), "the command `pulumi stack tag`"],
      [() => stack.rename({ stackName: "x" }), "the command `pulumi stack rename`"],
      [() => stack.workspace.installPlugin("aws", "7.0.0"), "the command `pulumi plugin install`"],
      [() => stack.setAllConfigJson("{}"), "config set-all --json"],
      [() => command("login"), "the command `pulumi login`"],
      [() => command("config", "refresh", "--stack", "dev"), "the command `pulumi config refresh`"],
    ] as const)
      await assert.rejects(run, (error: Error) =>
        error.message.includes(`${named} is not supported by the sandbox engine`),
      );
  });

  it("options of resources, calls and providers that it does not have, by their names", async () => {
    for (const [program, named] of [
      [() => new WorldThing("a", {}, { import: "x" }), "the option import of pulumi-nodejs:dynamic:Resource"],
      [
        () => new WorldThing("a", { x: new pulumi.asset.StringAsset("x") }),
        "an asset or archive among the inputs of a",
      ],
      [() => new Bucket("aws:s3/bucket:Bucket", "a"), 'the provider "aws"'],
      [() => new WorldThing("a", {}, { id: "x" }), "reading a resource by its id (get)"],
      [() => new pulumi.StackReference("organization/world/other"), "reading a resource by its id (get)"],
    ] as const) {
      const stack = await project.stack(async () => void program());
      await assert.rejects(stack.up(), (error: Error) => {
        assert.ok(error.message.includes(`${named}`), error.message);
        assert.ok(error.message.includes("is not supported by the sandbox engine"), error.message);
        return true;
      });
    }
    assert.deepEqual(project.world().things, {});
  });

  it("backends, runtimes and secrets providers that it does not have", async () => {
    const open = (environment: object, settings: object = {}, more: object = {}) =>
      LocalWorkspace.createStack(
        { stackName: "other", projectName: "world", program: async () => undefined },
        {
          workDir: project.directory,
          pulumiCommand: pulumiCommand(),
          projectSettings: { name: "world", runtime: "nodejs", ...settings },
          envVars: { ...project.environment, ...environment },
          ...more,
        },
      );
    await assert.rejects(open({ PULUMI_BACKEND_URL: "s3://bucket" }), /the backend s3:\/\/ is not supported/);
    await assert.rejects(open({ PULUMI_BACKEND_URL: "" }), /no backend is named/);
    await assert.rejects(open({}, { runtime: "python" }), /the runtime python .* is not supported/);
    await assert.rejects(
      open({}, {}, { secretsProvider: "awskms://k" }),
      /the secrets provider awskms:\/\/k is not supported/,
    );
  });

  it("stacks that are not there, there already, or not empty, as the Automation API tells them apart", async () => {
    const options = {
      workDir: project.directory,
      pulumiCommand: pulumiCommand(),
      projectSettings: { name: "world", runtime: "nodejs" as const },
      envVars: { ...project.environment },
    };
    const args = { stackName: "missing", projectName: "world", program: async () => undefined };
    await assert.rejects(LocalWorkspace.selectStack(args, options), StackNotFoundError);
    const stack = await LocalWorkspace.createStack({ ...args, stackName: "full" }, options);
    await assert.rejects(
      LocalWorkspace.createStack({ ...args, stackName: "full" }, options),
      StackAlreadyExistsError,
    );
    await stack.up();
    await assert.rejects(stack.workspace.removeStack("full"), /still has resources/);
    await stack.workspace.removeStack("full", { force: true });
    await assert.rejects(
      LocalWorkspace.selectStack({ ...args, stackName: "full" }, options),
      StackNotFoundError,
    );
  });

  it("a run over a stack that another run holds; a lock of a dead process does not hold it", async () => {
    const stack = await project.stack(async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
    });
    const outcomes = await Promise.allSettled([
      stack.up(),
      new Promise((resolve) => setTimeout(resolve, 150)).then(() => stack.refresh()),
    ]);
    assert.equal(outcomes[0]?.status, "fulfilled");
    assert.ok(outcomes[1]?.status === "rejected" && outcomes[1].reason instanceof ConcurrentUpdateError);
    const locks = join(project.directory, "state/.pulumi/locks/organization/world/dev");
    assert.deepEqual(readdirSync(locks), []);
    const lock = { username: "someone", timestamp: "2026-01-01T00:00:00Z" };
    const file = join(locks, "held.json");
    writeFileSync(file, JSON.stringify({ ...lock, pid: 1, hostname: "another-host" }));
    await assert.rejects(stack.up(), ConcurrentUpdateError);
    assert.deepEqual((await stack.preview()).changeSummary, { same: 1 });
    await stack.cancel();
    assert.equal(existsSync(file), false);
    writeFileSync(file, JSON.stringify({ ...lock, pid: 2 ** 22 + 1, hostname: hostname() }));
    assert.match((await stack.up()).stderr, /the lock of process 4194305 was removed/);
  });

  it("a state that is damaged, of another version, or of features that it does not know", async () => {
    const stack = await project.stack(async () => undefined);
    const resource = { urn: "urn:pulumi:dev::world::a:b:C::d", type: "a:b:C", custom: true, id: "1" };
    const withResource = (more: object) => ({
      version: 3,
      deployment: { resources: [{ ...resource, ...more }] },
    });
    await assert.rejects(stack.importStack({ version: 2, deployment: {} }), /has version 2, not 3/);
    await assert.rejects(
      stack.importStack(withResource({ external: true })),
      /"external" of urn:.*::d .* is not supported/,
    );
    await assert.rejects(stack.importStack(withResource({ taint: true })), /"taint" of/);
    await assert.rejects(
      stack.importStack({ version: 3, deployment: { resources: [{ custom: true }] } as never }),
      /is damaged: a resource has no urn/,
    );
    writeFileSync(project.stateFile, "{ half");
    await assert.rejects(stack.up(), /state file .*dev\.json is no JSON; .*\.bak holds the state before it/);
  });
});
