import assert from "node:assert/strict";
import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import type { AuditSource } from "../../../audit/audit-source.ts";
import { declaredStack } from "../../../audit/declared/declared-stack.ts";
import { describeTasks, TASK_KINDS, taskFacts } from "../../../audit/schedules/task-facts.ts";
import { HOLDFAST_VERSION } from "../../../jobs/holdfast-version.ts";
import { type AuditedStack, mappedStack } from "../support/audited-stack.ts";
import { type Drift, testDrifts } from "../support/drifts.ts";

const SUBJECT = "orders.nightly";

/** The revision that somebody registered, while there is one. */
let registered: string | undefined;

/** What is told where a schedule starts that revision of the dump's task, or the declared one. */
const tasks: AuditSource = {
  name: "tasks",
  kinds: TASK_KINDS,
  async *read(context) {
    const family = `holdfast-${context.plan.environment}_orders-dump`;
    const taskDefinition = registered ?? `${family}:1`;
    const about = { project: "orders", subject: SUBJECT, family, taskDefinition };
    yield* taskFacts(context, await declaredStack(context), describeTasks(context), about);
  },
};

type Change = (task: RegisterTaskDefinitionCommandInput) => RegisterTaskDefinitionCommandInput;

/** A change of the only container. */
const container =
  (change: (one: ContainerDefinition) => ContainerDefinition): Change =>
  (task) => ({ ...task, containerDefinitions: task.containerDefinitions?.map(change) });

/** Variables or secrets, with the value of one changed. */
const withValue = <Named extends { name?: string | undefined }>(
  all: readonly Named[] | undefined,
  name: string,
  change: (one: Named) => Named,
): Named[] => (all ?? []).map((one) => (one.name === name ? change(one) : one));

/** Makes a further revision, as anybody may who can register tasks. */
async function register({ ecs, plan }: AuditedStack, change: Change): Promise<void> {
  const { taskDefinition: was } = await ecs.describeTaskDefinition({
    taskDefinition: `holdfast-${plan.environment}_orders-dump:1`,
  });
  const { taskDefinition } = await ecs.registerTaskDefinition(
    change({
      ...{ family: was?.family, cpu: was?.cpu, memory: was?.memory, taskRoleArn: was?.taskRoleArn },
      ...{ executionRoleArn: was?.executionRoleArn, networkMode: was?.networkMode },
      containerDefinitions: was?.containerDefinitions,
    }),
  );
  registered = taskDefinition?.taskDefinitionArn;
}

async function deregister({ ecs }: AuditedStack): Promise<void> {
  const taskDefinition = registered;
  registered = undefined;
  await ecs.deregisterTaskDefinition({ taskDefinition });
}

const IMAGE = `000000000000.dkr.ecr.eu-west-2.amazonaws.com/holdfast-<env>:${HOLDFAST_VERSION}`;
const RUNS = `holdfast-<env>-writer runs ${IMAGE}: node scripts/backup.ts --plan env:HOLDFAST_PLAN --project orders`;

function revised(what: string, difference: string, change: Change): Drift {
  return {
    what,
    findings: [`schedules.task/orders/${SUBJECT}: ${RUNS}, ${difference}`],
    make: (stack) => register(stack, change),
    back: deregister,
  };
}

describe("audit of what a task runs", () => {
  testDrifts(
    tasks,
    [
      revised(
        "another entry point",
        "with another entry point",
        container((one) => ({ ...one, entryPoint: ["sh", "-c", "true"] })),
      ),
      revised(
        "another plan",
        "with another variable HOLDFAST_PLAN",
        container((one) => ({
          ...one,
          environment: withValue(one.environment, "HOLDFAST_PLAN", ({ name, value }) => ({
            name,
            value: value?.replace('"days":30', '"days":1'),
          })),
        })),
      ),
      revised(
        "a second plan, another and a further variable, of which none is shown, and files of more",
        "with another variable HOLDFAST_METRICS, with another variable HOLDFAST_PLAN, with variable NODE_OPTIONS too, with files of variables",
        container((one) => ({
          ...one,
          environment: [
            ...withValue(one.environment, "HOLDFAST_METRICS", ({ name }) => ({ name, value: "none" })),
            { name: "HOLDFAST_PLAN", value: "{}" },
            { name: "NODE_OPTIONS", value: "--import=data:text/javascript,0" },
          ],
          environmentFiles: [{ type: "s3", value: "arn:aws:s3:::other/more.env" }],
        })),
      ),
      revised(
        "a task without a variable",
        "without variable HOLDFAST_TIMEOUT_SECONDS",
        container((one) => ({
          ...one,
          environment: one.environment?.filter(({ name }) => name !== "HOLDFAST_TIMEOUT_SECONDS"),
        })),
      ),
      revised(
        "a task without a secret",
        "without secret ORDERS_DATABASE_URL",
        container((one) => ({
          ...one,
          secrets: one.secrets?.filter(({ name }) => name !== "ORDERS_DATABASE_URL"),
        })),
      ),
      revised(
        "a secret that is another one, and one more",
        "with another secret ORDERS_DATABASE_URL, with secret MORE too",
        container((one) => ({
          ...one,
          secrets: [
            ...withValue(one.secrets, "ORDERS_DATABASE_URL", ({ name, valueFrom }) => ({
              name,
              valueFrom: valueFrom?.replace("/ORDERS_", "/OTHER_"),
            })),
            { name: "MORE", valueFrom: one.secrets?.[0]?.valueFrom },
          ],
        })),
      ),
      revised("another execution role", "with execution role other", (task) => ({
        ...task,
        executionRoleArn: task.executionRoleArn?.replace(/[^/]+$/, "other"),
      })),
      revised(
        "a container of another name",
        "without container job",
        container((one) => ({ ...one, name: "other" })),
      ),
    ],
    [],
    mappedStack,
  );

  it("finds nothing in a revision that means the same in another order", async () => {
    const stack = await mappedStack();
    const turned = container((one) => ({
      ...one,
      environment: withValue(one.environment, "HOLDFAST_PLAN", ({ name, value = "" }) => ({
        name,
        value: JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(value)).toReversed()), null, 1),
      })).toReversed(),
      secrets: one.secrets?.toReversed(),
    }));
    await register(stack, turned);
    try {
      const [task, revision] = await stack.facts(tasks);
      assert.deepEqual([task?.verdict, revision?.actual], ["PASS", "the newest"]);
    } finally {
      await deregister(stack);
    }
  });
});
