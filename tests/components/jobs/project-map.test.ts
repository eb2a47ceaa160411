import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { JobRuntime } from "../../../components/jobs/job-runtime.ts";
import { ProjectMap } from "../../../components/jobs/project-map.ts";
import {
  type ProjectMapFacts,
  projectMapDefinition,
} from "../../../components/jobs/project-map-definition.ts";
import { everythingIsTagged } from "../../../policies/rules/everything-is-tagged.ts";
import { scheduleCannotFailSilently } from "../../../policies/rules/schedule-cannot-fail-silently.ts";
import { mapTask } from "../../../sandbox/tasks/map-task.ts";
import { judge } from "../../policies/judge.ts";
import { AwsStack } from "../../sandbox/plugins/aws/support/aws-stack.ts";
import { ACCOUNT, REGION, recordStack } from "../../support/record-stack.ts";
import { smallPlan, testFacts } from "../support/protection.ts";

const task = (project: string) =>
  `arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/holdfast-test-${project}-dump:1`;

const FACTS: ProjectMapFacts = {
  projects: ["orders", "stock"].map((project) => ({ project, task: task(project) })),
  tier: "nightly",
  concurrency: 3,
  clusterArn: "cluster",
  subnetIds: ["subnet-1", "subnet-2"],
  securityGroupId: "sg-1",
  assignPublicIp: true,
  timeoutSeconds: 21_600,
};

interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

describe("the definition of a map over projects", () => {
  const definition = projectMapDefinition(FACTS) as Definition;

  it("lists the projects and runs so many at once, none stopped by the failure of another", () => {
    const { List, Projects } = definition.States;
    assert.equal(definition.StartAt, "List");
    assert.deepEqual(List, {
      Type: "Pass",
      Result: { tier: "nightly", projects: FACTS.projects },
      Next: "Projects",
    });
    assert.deepEqual(
      [Projects?.Type, Projects?.ItemsPath, Projects?.MaxConcurrency, Projects?.ToleratedFailurePercentage],
      ["Map", "$.projects", 3, 100],
    );
    const processor = Projects?.ItemProcessor as Definition & { ProcessorConfig: object };
    const { ProcessorConfig, States } = processor;
    assert.deepEqual(ProcessorConfig, { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" });
    const { TimeoutSeconds, Resource, Parameters = {} } = States.Backup ?? {};
    assert.deepEqual([TimeoutSeconds, Resource], [21_600, "arn:aws:states:::ecs:runTask.sync"]);
    assert.deepEqual((Parameters as Record<string, unknown>).NetworkConfiguration, {
      AwsvpcConfiguration: {
        Subnets: ["subnet-1", "subnet-2"],
        SecurityGroups: ["sg-1"],
        AssignPublicIp: "ENABLED",
      },
    });
  });

  it("starts for a project its own task with the command of its own schedule", () => {
    assert.deepEqual(mapTask(JSON.stringify(definition), { project: "stock", task: task("stock") }, 1), {
      taskDefinition: task("stock"),
      input: {
        ContainerOverrides: [
          {
            Name: "job",
            Command: [
              ...["node", "scripts/backup.ts", "--plan", "env:HOLDFAST_PLAN"],
              ...["--project", "stock", "--tier", "nightly"],
            ],
          },
        ],
      },
    });
  });

  it("takes a thousand projects, and refuses a list that no state could hand on", () => {
    const many = (count: number) => ({
      ...FACTS,
      projects: Array.from({ length: count }, (_, at) => ({
        project: `project-${at}`,
        task: task(`project-${at}`),
      })),
    });
    projectMapDefinition(many(1_000));
    assert.throws(() => projectMapDefinition(many(3_000)), {
      code: "PROJECT_MAP_TOO_LARGE",
      exitCode: 2,
      message: /3000 projects is \d{6} bytes/,
    });
  });
});

const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/holdfast-test-${name}`;

/** A runtime, and a map over one project. */
function program(cron = "0 2 * * *", organization = "acme"): void {
  const plan = smallPlan();
  const { environment } = plan;
  const facts = testFacts(plan);
  const runtime = new JobRuntime("jobs", {
    ...{ plan, facts, version: "1", operationsKeyArn: `arn:aws:kms:${REGION}:${ACCOUNT}:key/1` },
    ...{ executionRoleArn: role("execution"), schedulerRoleArn: role("scheduler") },
  });
  new ProjectMap("map", {
    ...{ environment, group: organization, tier: "nightly", cron, concurrency: 10, runtime, facts },
    projects: [{ name: "orders", taskDefinitionArn: pulumi.output(task("orders")) }],
  });
}

describe("ProjectMap", () => {
  const declare = async (cron?: string, organization?: string) =>
    await recordStack(() => program(cron, organization));

  it("is one state machine and one schedule, which keep the policies", async () => {
    const all = await declare();
    const own = all.filter(({ parent }) => parent === "map");
    assert.deepEqual(
      own.map(({ name }) => name),
      ["map-machine", "map-schedule"],
    );
    const [machine, schedule] = own;
    assert.ok(machine && schedule);
    assert.equal(machine.inputs.name, "holdfast-test_acme-nightly");
    assert.equal(machine.inputs.roleArn, `arn:aws:iam::${ACCOUNT}:role/holdfast-test-scheduler`);
    assert.deepEqual(machine.inputs.tags, {
      "holdfast:environment": "test",
      "holdfast:component": "ProjectMap",
    });
    const definition = JSON.parse(String(machine.inputs.definition)) as Definition;
    assert.equal(definition.States.Projects?.MaxConcurrency, 10);
    assert.equal(mapTask(String(machine.inputs.definition), { project: "a", task: "t" }).taskDefinition, "t");
    assert.equal(schedule.inputs.name, "acme.map.nightly");
    assert.equal(schedule.inputs.scheduleExpression, "cron(0 2 * * ? *)");
    assert.deepEqual(schedule.inputs.target, {
      arn: `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:holdfast-test_acme-nightly`,
      roleArn: `arn:aws:iam::${ACCOUNT}:role/holdfast-test-scheduler`,
      input: "{}",
      retryPolicy: { maximumRetryAttempts: 5, maximumEventAgeInSeconds: 3600 },
      deadLetterConfig: { arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:holdfast-test-dead-letters` },
    });
    for (const { type, inputs: props } of own)
      for (const rule of [everythingIsTagged, scheduleCannotFailSilently])
        assert.deepEqual(await judge(rule, { type, props }), []);
  });

  it("has names of its own for organizations whose names are long and begin alike", async () => {
    const names = async (organization: string) =>
      (await declare(undefined, organization))
        .filter(({ parent }) => parent === "map")
        .map(({ inputs }) => String(inputs.name));
    const [machine = "", schedule = ""] = await names(`${"a".repeat(63)}b`);
    assert.match(machine, /^holdfast-test_a{9}-[0-9a-f]{8}-nightly$/);
    assert.match(schedule, /^a{9}-[0-9a-f]{8}\.map\.nightly$/);
    assert.notDeepEqual(await names(`${"a".repeat(63)}c`), [machine, schedule]);
  });

  it("refuses a schedule that EventBridge cannot have", async () => {
    await assert.rejects(declare("0 2 1 * 1"), { code: "SCHEDULE_NOT_FOR_AWS", exitCode: 2 });
  });

  it("is taken by AWS's API as it is declared, and changes nothing when applied again", async function () {
    this.timeout(60_000);
    const stack = await AwsStack.open();
    const applied = async () => await stack.up(async () => program());
    const { create = 0 } = await applied();
    assert.deepEqual(await applied(), { same: create });
    await stack.destroy();
    stack.project.remove();
  });
});
