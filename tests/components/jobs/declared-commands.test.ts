import assert from "node:assert/strict";
import { Roles } from "../../../components/iam/roles.ts";
import { jobSecretNames } from "../../../components/jobs/job-secret-names.ts";
import { JobSecrets } from "../../../components/jobs/job-secrets.ts";
import { ProjectJobs } from "../../../components/jobs/project-jobs.ts";
import { readEscrowKey } from "../../../components/jobs/read-escrow-key.ts";
import { SweepSchedule } from "../../../components/jobs/sweep-schedule.ts";
import { taskPlan } from "../../../components/jobs/task-plan.ts";
import { Watch } from "../../../components/jobs/watch.ts";
import { parsePlan } from "../../../plan/parse-plan.ts";
import { createJobBench } from "../../support/jobs.ts";
import { runScript, type ScriptName } from "../../support/run-script.ts";
import { declareRuntime, OPERATIONS_KEY_ARN } from "../support/job-runtime.ts";
import { Declared } from "../support/protection.ts";

interface DeclaredCommand {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** What every task and every schedule of the jobs starts, with the environment that it has in AWS, but its secrets. */
function commandsOf(declared: Declared): DeclaredCommand[] {
  const environments = new Map<string, DeclaredCommand["environment"]>();
  const commands = declared.of("aws:ecs/taskDefinition:TaskDefinition").map(({ inputs }) => {
    const [{ command, environment }] = JSON.parse(String(inputs.containerDefinitions));
    const variables = environment.map(({ name, value }: { name: string; value: string }) => [name, value]);
    environments.set(String(inputs.family), Object.fromEntries(variables));
    return { command, environment: Object.fromEntries(variables) };
  });
  const overrides = declared.of("aws:scheduler/schedule:Schedule").map(({ inputs }) => {
    const { input, ecsParameters } = Object(inputs.target);
    const [, family = ""] = /\/([^/:]+):\d+$/.exec(ecsParameters.taskDefinitionArn) ?? [];
    const environment = environments.get(family);
    assert.ok(environment, family);
    // One that changes nothing of its task starts what that one says.
    return input ? [{ command: JSON.parse(input).containerOverrides[0].command, environment }] : [];
  });
  return [...commands, ...overrides.flat()];
}

async function run({ command, environment }: DeclaredCommand) {
  const [node, script = "", ...args] = command;
  assert.equal(node, "node");
  const [, name] = /^scripts\/(\w+)\.ts$/.exec(script) ?? [];
  const { exitCode, stdout } = await runScript(name as ScriptName, [...args, "--json"], environment);
  // Metrics go to the same log, before it.
  const told = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  const error: { code?: string; message?: string } = told.error ?? {};
  return { exitCode, ...error, told };
}

const wordsOf = ({ command }: DeclaredCommand) => command.slice(1).join(" ");

describe("what tasks and schedules start", function () {
  this.timeout(60_000);
  let commands: DeclaredCommand[];
  before(async () => {
    const { settings } = await createJobBench();
    const { environment, ...vault } = settings;
    const project = {
      name: "orders",
      kind: "supabase",
      ref: "abcdefghijklmnopqrst",
      connection: { env: "ORDERS_URL_OF_NOBODY" },
      tiers: { nightly: { retain: { days: 7 } }, weekly: { retain: { count: 4 } } },
      storage: [{ bucket: "-order photos" }],
      storageAccess: { accessKeyId: { env: "ID" }, secretAccessKey: { env: "KEY" } },
    };
    const written = {
      environment,
      vault,
      projects: [project, { ...project, name: "more", ref: "bbcdefghijklmnopqrst", storage: [] }],
    };
    const plan = parsePlan(written, "the test's plan");
    const declared = await Declared.of(plan, (_, facts) => {
      const secrets = new JobSecrets("secrets", { environment, names: jobSecretNames(plan), facts });
      const keys = { keyArn: undefined, replicaKeyArn: undefined, signingKeyArn: undefined };
      const access = { keys, operationsKeyArn: OPERATIONS_KEY_ARN, secretArns: [] };
      const roles = new Roles("roles", { ...plan, ...access, facts });
      const runtime = declareRuntime(plan, facts);
      new ProjectJobs("jobs", { plan, written, runtime, roles, secrets, facts });
      const ofAll = { environment, runtime, plan: taskPlan(written, undefined, readEscrowKey), facts };
      new Watch("watch", { ...ofAll, watcherRoleArn: roles.watcher.arn, secrets: {} });
      new SweepSchedule("sweep", { ...ofAll, sweeperRoleArn: roles.sweeper.arn });
    });
    commands = commandsOf(declared).filter(({ command }) => !command.includes("more"));
  });

  it("is understood by the scripts: plan, project, vault, tier and bucket are found", async () => {
    const moving = commands.filter((one) => /backup|sync/.test(wordsOf(one)));
    assert.deepEqual(moving.map(wordsOf), [
      "scripts/backup.ts --plan env:HOLDFAST_PLAN --project orders",
      "scripts/sync.ts --plan env:HOLDFAST_PLAN --project orders",
      "scripts/backup.ts --plan env:HOLDFAST_PLAN --project orders --tier nightly",
      "scripts/backup.ts --plan env:HOLDFAST_PLAN --project orders --tier weekly",
      "scripts/sync.ts --plan env:HOLDFAST_PLAN --project orders --bucket=-order photos",
    ]);
    for (const command of moving) {
      const { exitCode, code, message = "" } = await run(command);
      // The first thing that is missing is what ECS alone puts there.
      assert.equal(code, "SECRET_MISSING", message);
      assert.match(message, /the environment variable ORDERS_URL_OF_NOBODY/);
      assert.equal(exitCode, 2);
    }
  });

  it("is done where nothing is to be logged in to: one look, the litter of all projects, no drill that is due", async () => {
    const looking = commands.filter((one) => !/backup|sync/.test(wordsOf(one)));
    assert.deepEqual(looking.map(wordsOf), [
      "scripts/drill.ts --plan env:HOLDFAST_PLAN --due --project orders",
      "scripts/sweep.ts --plan env:HOLDFAST_PLAN --all --yes",
      "scripts/watch.ts --plan env:HOLDFAST_PLAN",
    ]);
    const [drill, sweep, watch] = await Promise.all(looking.map(run));
    assert.deepEqual([drill?.exitCode, drill?.code], [0, undefined], drill?.message);
    assert.deepEqual([sweep?.exitCode, Object.keys(sweep?.told.projects)], [0, ["orders", "more"]]);
    assert.deepEqual([watch?.exitCode, watch?.told.environment], [0, "test"], JSON.stringify(watch?.told));
  });

  it("would be refused with a word that a script does not know, and without its plan", async () => {
    const first = commands.find((one) => wordsOf(one).includes("backup"));
    assert.ok(first);
    assert.equal((await run({ ...first, command: [...first.command, "--teir", "x"] })).code, "USAGE");
    assert.equal((await run({ ...first, environment: {} })).code, "PLAN_FILE_UNREADABLE");
  });
});
