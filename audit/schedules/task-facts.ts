import type { TaskDefinition } from "@aws-sdk/client-ecs";
import type { AuditContext } from "../audit-context.ts";
import type { AuditFact, FactKind } from "../audit-fact.ts";
import { type AwsAnswer, answerFact, askAws, UP } from "../aws/ask-aws.ts";
import type { DeclaredStack, Inputs } from "../declared/declared-stack.ts";
import { type AuditedTask, compareTasks } from "./compare-tasks.ts";
import { isTaskPlan } from "./is-task-plan.ts";

const kind = (id: string, setting: string): FactKind => ({
  id: `schedules.${id}`,
  setting,
  source: "ECS DescribeTaskDefinition",
  fix: UP,
});
const TASK = kind("task", "what the task of a schedule runs: image, command, roles, variables and secrets");
const REVISION = kind("revision", "revision of the task that a schedule starts");
export const TASK_KINDS: readonly FactKind[] = [TASK, REVISION];

/** A task definition by its name or ARN; without a revision, the newest. */
export type DescribeTask = (name: string) => Promise<AwsAnswer<TaskDefinition | undefined>>;

/** Asks once for each, as many schedules start the same task. */
export function describeTasks(context: AuditContext): DescribeTask {
  const answers = new Map<string, ReturnType<DescribeTask>>();
  const ask: DescribeTask = async (taskDefinition) => {
    const ecs = await context.aws.client("ecs");
    // ECS has no name of its own for what does not exist.
    return await askAws("ecs:DescribeTaskDefinition", ["ClientException"], async () => {
      return (await ecs.describeTaskDefinition({ taskDefinition })).taskDefinition;
    });
  };
  return (name) => {
    const answer = answers.get(name) ?? ask(name);
    answers.set(name, answer);
    return answer;
  };
}

/**
 * What a schedule's task really is. A family does not tell: whoever registers a revision of it decides what runs, and
 * a schedule that stayed behind runs what was declared once.
 * @param about.taskDefinition what the schedule names, of the declared family
 */
export async function* taskFacts(
  context: AuditContext,
  stack: DeclaredStack,
  describe: DescribeTask,
  about: {
    readonly project: string | undefined;
    /** Of the schedule. */
    readonly subject: string;
    readonly family: string;
    readonly taskDefinition: string;
  },
): AsyncGenerator<AuditFact> {
  const { family, taskDefinition, ...named } = about;
  const declared = stack.one("ecs/taskDefinition:TaskDefinition", { family });
  const answer = await describe(taskDefinition);
  const compare = comparison(context, declared);
  yield answerFact(context, TASK, {
    ...{ ...named, answer },
    declared: compare({}).declared,
    words: (task = {}) => compare(task).actual,
  });
  if (answer.is !== "told") return;
  yield answerFact(context, REVISION, {
    ...{ ...named, declared: "the newest", answer: await describe(family) },
    words: (newest) => revisionWords(answer.value, newest),
  });
}

function comparison({ plan, vault }: AuditContext, inputs: Inputs = {}) {
  const { containerDefinitions, taskRoleArn, executionRoleArn, tags } = inputs;
  const declared: AuditedTask = {
    containerDefinitions: JSON.parse(String(containerDefinitions)),
    taskRoleArn: String(taskRoleArn),
    executionRoleArn: String(executionRoleArn),
  };
  const { escrowFingerprint } = vault.keys;
  // Whose task it is decides how much of the plan it is given.
  const project = (tags as Readonly<Record<string, string>> | undefined)?.["holdfast:project"];
  return (actual: AuditedTask) =>
    compareTasks(declared, actual, (text) => isTaskPlan(text, { plan, project, escrowFingerprint }));
}

function revisionWords(started: TaskDefinition | undefined, newest: TaskDefinition | undefined): string {
  const own = `revision ${started?.revision}`;
  if (started?.status !== "ACTIVE") return `${own}, which cannot be started`;
  // One that was taken back is nobody's task.
  const isNewest = newest?.status !== "ACTIVE" || newest.revision === started.revision;
  return isNewest ? "the newest" : `${own}; the newest is ${newest.revision}`;
}
