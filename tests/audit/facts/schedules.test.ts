import assert from "node:assert/strict";
import type { GetScheduleCommandOutput, UpdateScheduleCommandInput } from "@aws-sdk/client-scheduler";
import { schedulesSource } from "../../../audit/facts/schedules.ts";
import { type AuditedStack, auditedStack } from "../support/audited-stack.ts";
import { type Drift, testDrifts } from "../support/drifts.ts";

const NAME = "orders.nightly";
const groupOf = ({ plan }: Pick<AuditedStack, "plan">) => ({ GroupName: `holdfast-${plan.environment}` });

/** An update takes the whole schedule. */
function whole(found: GetScheduleCommandOutput): UpdateScheduleCommandInput {
  const { $metadata: _, Arn: __, CreationDate: ___, LastModificationDate: ____, ...schedule } = found;
  return schedule as UpdateScheduleCommandInput;
}

function changed(
  what: string,
  findings: readonly string[],
  change: (schedule: UpdateScheduleCommandInput) => UpdateScheduleCommandInput,
): Drift {
  let was: UpdateScheduleCommandInput;
  return {
    what,
    findings,
    async make(stack) {
      was = whole(await stack.scheduler.getSchedule({ ...groupOf(stack), Name: NAME }));
      await stack.scheduler.updateSchedule(change(structuredClone(was)));
    },
    back: (stack) => stack.scheduler.updateSchedule(was),
  };
}

type Target = NonNullable<UpdateScheduleCommandInput["Target"]>;
const target = (change: (target: Target) => Target) => (schedule: UpdateScheduleCommandInput) => ({
  ...schedule,
  Target: change(schedule.Target ?? { Arn: "", RoleArn: "" }),
});

/** A further revision of the nightly dump's task, made as anybody may who can register tasks. */
async function register({ ecs, plan }: AuditedStack, image?: string): Promise<string> {
  const { taskDefinition: was } = await ecs.describeTaskDefinition({
    taskDefinition: `holdfast-${plan.environment}_orders-dump:1`,
  });
  const [container] = was?.containerDefinitions ?? [];
  const { taskDefinition } = await ecs.registerTaskDefinition({
    ...{ family: was?.family, cpu: was?.cpu, memory: was?.memory, taskRoleArn: was?.taskRoleArn },
    ...{ executionRoleArn: was?.executionRoleArn, networkMode: was?.networkMode },
    containerDefinitions: [{ ...container, ...(image && { image }) }],
  });
  return taskDefinition?.taskDefinitionArn ?? "";
}

const startTask = (TaskDefinitionArn: string) =>
  target((one) => ({ ...one, EcsParameters: { ...one.EcsParameters, TaskDefinitionArn } }));

describe("audit of schedules", () => {
  let registered = "";
  const deregister = ({ ecs }: AuditedStack) => ecs.deregisterTaskDefinition({ taskDefinition: registered });
  let gone: UpdateScheduleCommandInput;
  testDrifts(schedulesSource, [
    changed("a schedule that is off", [`schedules.state/orders/${NAME}: DISABLED`], (schedule) => ({
      ...schedule,
      State: "DISABLED",
    })),
    changed(
      "other times, in another zone",
      [`schedules.times/orders/${NAME}: cron(0 4 ? * SUN *) in Europe/Berlin`],
      (schedule) => ({
        ...schedule,
        ScheduleExpression: "cron(0 4 ? * SUN *)",
        ScheduleExpressionTimezone: "Europe/Berlin",
      }),
    ),
    changed(
      "a schedule that ends",
      [
        `schedules.times/orders/${NAME}: cron(0 2 * * ? *) in UTC, until 2040-01-01T00:00:00.000Z, up to 15 minutes later`,
      ],
      (schedule) => ({
        ...schedule,
        EndDate: new Date("2040-01-01T00:00:00Z"),
        FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 15 },
      }),
    ),
    changed(
      "another command",
      [`schedules.starts/orders/${NAME}: holdfast-<env>_orders-dump on holdfast-<env>: true`],
      target((one) => ({
        ...one,
        Input: JSON.stringify({ containerOverrides: [{ name: "job", command: ["true"] }] }),
      })),
    ),
    changed(
      "another plan for the task, whose value is not shown",
      [
        `schedules.starts/orders/${NAME}: holdfast-<env>_orders-dump on holdfast-<env>: true, with environment, taskRoleArn of its own`,
      ],
      target((one) => ({
        ...one,
        Input: JSON.stringify({
          taskRoleArn: "arn:aws:iam::123456789012:role/other",
          containerOverrides: [
            { name: "job", command: ["true"], environment: [{ name: "HOLDFAST_PLAN", value: "{}" }] },
          ],
        }),
      })),
    ),
    changed(
      "another task",
      [
        `schedules.starts/orders/${NAME}: holdfast-<env>_sweep on holdfast-<env>: node scripts/backup.ts --plan env:HOLDFAST_PLAN --project orders --tier nightly`,
      ],
      target((one) => ({
        ...one,
        EcsParameters: {
          ...one.EcsParameters,
          TaskDefinitionArn: one.EcsParameters?.TaskDefinitionArn?.replace("orders-dump", "sweep"),
        },
      })),
    ),
    {
      what: "a schedule that stayed behind a revision that somebody registered",
      findings: [
        "schedules.revision/orders/orders.monthly: revision 1; the newest is 2",
        `schedules.revision/orders/${NAME}: revision 1; the newest is 2`,
      ],
      async make(stack) {
        registered = await register(stack);
      },
      back: deregister,
    },
    {
      what: "another image in a revision that the schedule was moved to",
      findings: [
        "schedules.revision/orders/orders.monthly: revision 1; the newest is 3",
        `schedules.task/orders/${NAME}: holdfast-<env>-writer runs evil:1: node scripts/backup.ts --plan env:HOLDFAST_PLAN --project orders`,
      ],
      async make(stack) {
        gone = whole(await stack.scheduler.getSchedule({ ...groupOf(stack), Name: NAME }));
        registered = await register(stack, "evil:1");
        await stack.scheduler.updateSchedule(startTask(registered)(structuredClone(gone)));
      },
      async back(stack) {
        await stack.scheduler.updateSchedule(gone);
        await deregister(stack);
      },
    },
    {
      what: "a revision that was taken back, which no schedule can start",
      findings: [`schedules.revision/orders/${NAME}: revision 4, which cannot be started`],
      async make(stack) {
        gone = whole(await stack.scheduler.getSchedule({ ...groupOf(stack), Name: NAME }));
        registered = await register(stack);
        await stack.scheduler.updateSchedule(startTask(registered)(structuredClone(gone)));
        await deregister(stack);
      },
      back: (stack) => stack.scheduler.updateSchedule(gone),
    },
    changed(
      "another role to start it in",
      [
        `schedules.starts/orders/${NAME}: holdfast-<env>_orders-dump on holdfast-<env>: node scripts/backup.ts --plan env:HOLDFAST_PLAN --project orders --tier nightly, by holdfast-<env>-writer`,
      ],
      target((one) => ({ ...one, RoleArn: one.RoleArn?.replace("-scheduler", "-writer") })),
    ),
    changed(
      "no queue for what could not be started",
      [`schedules.dead-letters/orders/${NAME}: nowhere`],
      target(({ DeadLetterConfig: _, ...one }) => one),
    ),
    {
      what: "a schedule that is gone",
      findings: [`schedules.state/orders/${NAME}: absent`],
      async make(stack) {
        gone = whole(await stack.scheduler.getSchedule({ ...groupOf(stack), Name: NAME }));
        await stack.scheduler.deleteSchedule({ ...groupOf(stack), Name: NAME });
      },
      back: (stack) => stack.scheduler.createSchedule(gone),
    },
    {
      what: "a schedule that nobody declared",
      findings: ["schedules.others/holdfast-<env>: orders.wipe"],
      async make(stack) {
        const { Description: _, ...one } = whole(
          await stack.scheduler.getSchedule({ ...groupOf(stack), Name: NAME }),
        );
        await stack.scheduler.createSchedule({ ...one, Name: "orders.wipe" });
      },
      back: (stack) => stack.scheduler.deleteSchedule({ ...groupOf(stack), Name: "orders.wipe" }),
    },
  ]);

  it("tells all that is declared, each project's by its name", async () => {
    const stack = await auditedStack();
    const states = (await stack.facts(schedulesSource)).filter(({ id }) => id.startsWith("schedules.state/"));
    const told = states.map(({ project, id }) => `${id.split("/").at(-1)} of ${project ?? "all"}`);
    assert.deepEqual(told.toSorted(), [
      "orders.monthly of orders",
      "orders.nightly of orders",
      "sweep of all",
      "watch of all",
    ]);
  });
});
