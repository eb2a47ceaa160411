import { isDeepStrictEqual } from "node:util";
import type { AuditContext } from "../audit-context.ts";
import type { AuditFact, FactKind } from "../audit-fact.ts";
import { answerFact, askAws, UP } from "../aws/ask-aws.ts";
import type { DeclaredStack } from "../declared/declared-stack.ts";
import { familyOf } from "./family-of.ts";
import { type MapDefinition, readMapDefinition } from "./map-definition.ts";
import { roleName } from "./role-name.ts";
import { type DescribeTask, taskFacts } from "./task-facts.ts";

export const MAP: FactKind = {
  id: "schedules.map",
  setting: "what the state machine of a schedule does, and in which role",
  source: "Step Functions DescribeStateMachine",
  fix: UP,
};

/**
 * What the state machine of a map really does: whoever may change it decides whose points are taken, by which task,
 * and how many at once. Then the task of each project that it starts.
 * @param about.machineArn what the schedule names, of the declared name
 */
export async function* mapFacts(
  context: AuditContext,
  stack: DeclaredStack,
  describe: DescribeTask,
  about: { /** Of the schedule. */ readonly subject: string; readonly machineArn: string },
): AsyncGenerator<AuditFact> {
  const { subject, machineArn } = about;
  const name = machineArn.split(":").at(-1) ?? "";
  const inputs = stack.one("sfn/stateMachine:StateMachine", { name });
  const declared = readMapDefinition(String(inputs?.definition));
  // The stack's own definition can be read.
  if (declared === undefined) return;
  const sfn = await context.aws.client("sfn");
  const answer = await askAws("states:DescribeStateMachine", ["StateMachineDoesNotExist"], () =>
    sfn.describeStateMachine({ stateMachineArn: machineArn }),
  );
  const role = roleName(String(inputs?.roleArn));
  yield answerFact(context, MAP, {
    ...{ subject, answer, declared: mapWords(declared, role) },
    words: ({ definition, roleArn }) =>
      actualWords(declared, readMapDefinition(definition), roleName(roleArn)),
  });
  const actual = answer.is === "told" ? readMapDefinition(answer.value.definition) : undefined;
  for (const [project, task] of declared.tasks) {
    context.signal.throwIfAborted();
    const taskDefinition = actual?.tasks.get(project);
    const family = familyOf(task);
    // Another family, or none, is told above.
    if (taskDefinition && family && familyOf(taskDefinition) === family)
      yield* taskFacts(context, stack, describe, { project, subject, family, taskDefinition });
  }
}

const atOnce = (concurrency: number): string =>
  concurrency === 0 ? "any number at once" : `${concurrency} at once`;

const mapWords = ({ tier, tasks, concurrency }: MapDefinition, role: string): string =>
  `${tier} points of ${tasks.size} projects, ${atOnce(concurrency)}, by ${role}`;

/** The declared words, or where the machine differs: a list of a thousand projects is not repeated. */
function actualWords(declared: MapDefinition, actual: MapDefinition | undefined, role: string): string {
  if (actual === undefined) return `something else than a map of projects, by ${role}`;
  const leftOut = [...declared.tasks.keys()].filter((project) => !actual.tasks.has(project));
  const added = [...actual.tasks.keys()].filter((project) => !declared.tasks.has(project));
  const otherTasks = [...actual.tasks].flatMap(([project, task]) => {
    const family = familyOf(declared.tasks.get(project));
    const own = familyOf(task);
    return family === undefined || family === own ? [] : [`${project} by ${own ?? "nothing"}`];
  });
  return [
    mapWords(actual, role),
    leftOut.length > 0 && `without ${leftOut.join(", ")}`,
    added.length > 0 && `with ${added.join(", ")} too`,
    ...otherTasks,
    !isDeepStrictEqual(actual.states, declared.states) && "with states of its own",
  ]
    .filter(Boolean)
    .join(", ");
}
