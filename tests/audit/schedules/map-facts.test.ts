import assert from "node:assert/strict";
import type { UpdateScheduleCommandInput } from "@aws-sdk/client-scheduler";
import type { DescribeStateMachineOutput } from "@aws-sdk/client-sfn";
import { schedulesSource } from "../../../audit/facts/schedules.ts";
import { type AuditedStack, mappedStack } from "../support/audited-stack.ts";
import { type Drift, testDrifts } from "../support/drifts.ts";

const SCHEDULE = "0_2_x_x_x.map.nightly";
const AS_DECLARED = "nightly points of 2 projects, 2 at once, by holdfast-<env>-scheduler";

async function machineOf({ sfn, plan }: AuditedStack): Promise<DescribeStateMachineOutput> {
  const { stateMachines = [] } = await sfn.listStateMachines({});
  const name = `holdfast-${plan.environment}_0_2_x_x_x-nightly`;
  const stateMachineArn = stateMachines.find((one) => one.name === name)?.stateMachineArn;
  return await sfn.describeStateMachine({ stateMachineArn });
}

// biome-ignore lint/suspicious/noExplicitAny: a definition, which the tests change anywhere
type Definition = any;

function changed(what: string, actual: string, change: (definition: Definition) => void): Drift {
  let was: DescribeStateMachineOutput;
  return {
    what,
    findings: [`schedules.map/${SCHEDULE}: ${actual}`],
    async make(stack) {
      was = await machineOf(stack);
      const definition = JSON.parse(was.definition ?? "");
      change(definition);
      await stack.sfn.updateStateMachine({
        ...{ stateMachineArn: was.stateMachineArn, definition: JSON.stringify(definition) },
      });
    },
    back: ({ sfn }) =>
      sfn.updateStateMachine({ stateMachineArn: was.stateMachineArn, definition: was.definition }),
  };
}

const projects = (definition: Definition): { project: string; task: string }[] =>
  definition.States.List.Result.projects;

describe("audit of maps of projects", () => {
  let was: DescribeStateMachineOutput;
  let schedule: UpdateScheduleCommandInput;
  let evil = "";
  testDrifts(
    schedulesSource,
    [
      changed(
        "a project that is left out",
        `${AS_DECLARED.replace("2 projects", "1 projects")}, without stock`,
        (one) => projects(one).splice(1, 1),
      ),
      changed(
        "a project that nobody declared",
        `${AS_DECLARED.replace("2 projects", "3 projects")}, with wages too`,
        (one) => projects(one).push({ project: "wages", task: projects(one)[0]?.task ?? "" }),
      ),
      changed("another task for a project", `${AS_DECLARED}, stock by holdfast-<env>_orders-dump`, (one) => {
        const [orders, stock] = projects(one);
        if (orders && stock) stock.task = orders.task;
      }),
      changed("another cap", AS_DECLARED.replace("2 at once", "40 at once"), (one) => {
        one.States.Projects.MaxConcurrency = 40;
      }),
      changed("no cap", AS_DECLARED.replace("2 at once", "any number at once"), (one) => {
        delete one.States.Projects.MaxConcurrency;
      }),
      changed("points of another tier", AS_DECLARED.replace("nightly", "weekly"), (one) => {
        one.States.List.Result.tier = "weekly";
      }),
      changed("another command for all", `${AS_DECLARED}, with states of its own`, (one) => {
        const task = one.States.Projects.ItemProcessor.States.Backup;
        task.Parameters.Overrides.ContainerOverrides[0]["Command.$"] = "States.Array('true')";
      }),
      changed(
        "a machine that does something else",
        "something else than a map of projects, by holdfast-<env>-scheduler",
        (one) => {
          one.States = { Rest: { Type: "Succeed" } };
          one.StartAt = "Rest";
        },
      ),
      {
        what: "another machine",
        findings: [`schedules.starts/${SCHEDULE}: state machine other: its own list`],
        async make({ scheduler, plan }) {
          const { $metadata: _, ...found } = await scheduler.getSchedule({
            ...{ GroupName: `holdfast-${plan.environment}`, Name: SCHEDULE },
          });
          schedule = found as UpdateScheduleCommandInput;
          const Arn = `${found.Target?.Arn?.split(":").slice(0, -1).join(":")}:other`;
          await scheduler.updateSchedule({
            ...schedule,
            Target: { ...schedule.Target, Arn, RoleArn: found.Target?.RoleArn },
          });
        },
        back: ({ scheduler }) => scheduler.updateSchedule(schedule),
      },
      {
        what: "another role",
        findings: [`schedules.map/${SCHEDULE}: ${AS_DECLARED.replace("-scheduler", "-writer")}`],
        async make(stack) {
          was = await machineOf(stack);
          await stack.sfn.updateStateMachine({
            stateMachineArn: was.stateMachineArn,
            roleArn: was.roleArn?.replace("-scheduler", "-writer"),
          });
        },
        back: ({ sfn }) =>
          sfn.updateStateMachine({ stateMachineArn: was.stateMachineArn, roleArn: was.roleArn }),
      },
      {
        what: "another image in a project's task",
        findings: [
          "schedules.revision/stock/0_4_1_x_x.map.monthly: revision 1; the newest is 2",
          `schedules.task/stock/${SCHEDULE}: holdfast-<env>-writer runs evil:1: node scripts/backup.ts --plan env:HOLDFAST_PLAN --project stock`,
        ],
        async make(stack) {
          was = await machineOf(stack);
          evil = await registerEvil(stack);
          const definition = JSON.parse(was.definition ?? "");
          for (const one of projects(definition)) if (one.project === "stock") one.task = evil;
          const { stateMachineArn } = was;
          await stack.sfn.updateStateMachine({ stateMachineArn, definition: JSON.stringify(definition) });
        },
        async back({ sfn, ecs }) {
          await sfn.updateStateMachine({ stateMachineArn: was.stateMachineArn, definition: was.definition });
          await ecs.deregisterTaskDefinition({ taskDefinition: evil });
        },
      },
    ],
    [],
    mappedStack,
  );

  it("tells a machine that is gone, and of each project what its task runs", async () => {
    const stack = await mappedStack();
    const ids = (await stack.facts(schedulesSource)).map(({ id }) => id);
    const told = ids.filter((id) => /^schedules.task.*map/.test(id)).toSorted();
    assert.deepEqual(
      told,
      ["orders", "stock"].flatMap((project) => [
        `schedules.task/${project}/${SCHEDULE}`,
        `schedules.task/${project}/0_4_1_x_x.map.monthly`,
      ]),
    );
    const { stateMachineArn } = await machineOf(stack);
    await stack.sfn.deleteStateMachine({ stateMachineArn });
    assert.deepEqual(await stack.findings(schedulesSource), [`schedules.map/${SCHEDULE}: absent`]);
  });
});

async function registerEvil({ ecs, plan }: AuditedStack): Promise<string> {
  const { taskDefinition: was } = await ecs.describeTaskDefinition({
    taskDefinition: `holdfast-${plan.environment}_stock-dump`,
  });
  const { taskDefinition } = await ecs.registerTaskDefinition({
    ...{ family: was?.family, cpu: was?.cpu, memory: was?.memory, taskRoleArn: was?.taskRoleArn },
    ...{ executionRoleArn: was?.executionRoleArn, networkMode: was?.networkMode },
    containerDefinitions: (was?.containerDefinitions ?? []).map((one) => ({ ...one, image: "evil:1" })),
  });
  return taskDefinition?.taskDefinitionArn ?? "";
}
