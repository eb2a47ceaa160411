import type { GetScheduleCommandOutput } from "@aws-sdk/client-scheduler";
import { declaresVault } from "../../plan/declares-vault.ts";
import type { AuditContext } from "../audit-context.ts";
import type { AuditFact, FactKind } from "../audit-fact.ts";
import type { AuditSource } from "../audit-source.ts";
import { answerFact, askAws, UP } from "../aws/ask-aws.ts";
import { type DeclaredStack, declaredStack, type Inputs } from "../declared/declared-stack.ts";
import { familyOf } from "../schedules/family-of.ts";
import { MAP, mapFacts } from "../schedules/map-facts.ts";
import { roleName } from "../schedules/role-name.ts";
import { type DescribeTask, describeTasks, TASK_KINDS, taskFacts } from "../schedules/task-facts.ts";

const kind = (id: string, setting: string): FactKind => ({
  id: `schedules.${id}`,
  setting,
  source: "EventBridge Scheduler GetSchedule",
  fix: UP,
});
const STATE = kind("state", "state of a schedule");
const TIMES = kind("times", "times of a schedule");
const STARTS = kind("starts", "what a schedule starts, and in which role");
const DEAD_LETTERS = kind("dead-letters", "where a schedule puts what could not be started");
const OTHERS: FactKind = {
  id: "schedules.others",
  setting: "schedules in the environment's group that the plan does not have",
  source: "EventBridge Scheduler ListSchedules",
  fix: "aws scheduler delete-schedule --group-name {subject} --name of each, or put its job into the plan",
};

/** The schedules that start the environment's jobs. */
export const schedulesSource: AuditSource = {
  name: "schedules",
  kinds: [STATE, TIMES, STARTS, MAP, ...TASK_KINDS, DEAD_LETTERS, OTHERS],
  async *read(context) {
    if (!declaresVault(context.plan.vault)) return;
    const stack = await declaredStack(context);
    const declared = stack.of("scheduler/schedule:Schedule");
    const describe = describeTasks(context);
    for (const schedule of declared) {
      context.signal.throwIfAborted();
      yield* scheduleFacts(context, stack, describe, schedule);
    }
    const group = stack.one("scheduler/scheduleGroup:ScheduleGroup");
    yield await othersFact(context, String(group?.name), new Set(declared.map(({ name }) => String(name))));
  },
};

interface DeclaredTarget {
  readonly arn: string;
  readonly roleArn: string;
  readonly input?: string;
  /** Absent where a state machine starts the tasks. */
  readonly ecsParameters?: { readonly taskDefinitionArn: string };
  readonly deadLetterConfig: { readonly arn: string };
}

async function* scheduleFacts(
  context: AuditContext,
  stack: DeclaredStack,
  describe: DescribeTask,
  inputs: Inputs,
): AsyncGenerator<AuditFact> {
  const { groupName, state, scheduleExpression, scheduleExpressionTimezone } = inputs;
  const target = inputs.target as DeclaredTarget;
  const subject = String(inputs.name);
  const [first = ""] = subject.split(".");
  const scheduler = await context.aws.client("scheduler");
  const answer = await askAws("scheduler:GetSchedule", ["ResourceNotFoundException"], () =>
    scheduler.getSchedule({ GroupName: String(groupName), Name: subject }),
  );
  const project = context.plan.projects.find((one) => one.name === first)?.name;
  const about = { project, subject, answer };
  yield answerFact(context, STATE, {
    ...{ ...about, declared: String(state) },
    words: ({ State }) => State ?? "absent",
  });
  // Each setting of a schedule that is gone is gone.
  if (answer.is === "absent") return;
  yield answerFact(context, TIMES, {
    ...{ ...about, declared: `${scheduleExpression} in ${scheduleExpressionTimezone}` },
    words: timesWords,
  });
  const task = target.ecsParameters?.taskDefinitionArn;
  const family = familyOf(task);
  yield answerFact(context, STARTS, {
    ...{ ...about, declared: startWords(target.arn, task, target.input) },
    words: ({ Target }) =>
      startWords(Target?.Arn, Target?.EcsParameters?.TaskDefinitionArn, Target?.Input) +
      otherRole(target.roleArn, Target?.RoleArn),
  });
  const { Arn: machineArn, EcsParameters } = (answer.is === "told" && answer.value.Target) || {};
  const started = EcsParameters?.TaskDefinitionArn;
  // Another family, or machine, is told above, and has nothing to be compared with.
  if (started && family && familyOf(started) === family)
    yield* taskFacts(context, stack, describe, { project, subject, family, taskDefinition: started });
  if (task === undefined && machineArn === target.arn)
    yield* mapFacts(context, stack, describe, { subject, machineArn });
  yield answerFact(context, DEAD_LETTERS, {
    ...{ ...about, declared: target.deadLetterConfig.arn },
    words: ({ Target }) => Target?.DeadLetterConfig?.Arn ?? "nowhere",
  });
}

function timesWords(found: GetScheduleCommandOutput): string {
  const { ScheduleExpression, ScheduleExpressionTimezone, StartDate, EndDate, FlexibleTimeWindow } = found;
  return [
    `${ScheduleExpression} in ${ScheduleExpressionTimezone}`,
    StartDate && `from ${StartDate.toISOString()}`,
    EndDate && `until ${EndDate.toISOString()}`,
    FlexibleTimeWindow?.Mode === "FLEXIBLE" &&
      `up to ${FlexibleTimeWindow.MaximumWindowInMinutes} minutes later`,
  ]
    .filter(Boolean)
    .join(", ");
}

/** Cluster, family of tasks, and command, or the state machine; which revision of a task is AWS's to count. */
function startWords(target = "", taskDefinition?: string, input?: string): string {
  const [, machine] = /:stateMachine:(.+)/.exec(target) ?? [];
  if (machine !== undefined) return `state machine ${machine}: ${commandWords(input) || "its own list"}`;
  return `${familyOf(taskDefinition) ?? "nothing"} on ${target.split("/").at(-1)}: ${commandWords(input)}`;
}

const otherRole = (declared: string, actual: string | undefined): string =>
  roleName(actual) === roleName(declared) ? "" : `, by ${roleName(actual)}`;

interface Overrides {
  readonly name?: string;
  readonly command?: readonly string[];
}

function commandWords(input: string | undefined): string {
  if (input === undefined || input === "") return "its own command";
  try {
    const { containerOverrides = [], ...rest } = JSON.parse(input);
    const words = containerOverrides.map(({ command = [] }) => command.join(" ")).join("; ");
    // Named and not shown: an environment may hold what is secret.
    const more = containerOverrides.flatMap(({ name: _, command: __, ...others }: object & Overrides) =>
      Object.keys(others),
    );
    const extra = [...Object.keys(rest), ...more].sort();
    return extra.length === 0 ? words : `${words}, with ${extra.join(", ")} of its own`;
  } catch {
    return "an input that cannot be read";
  }
}

async function othersFact(
  context: AuditContext,
  group: string,
  declared: ReadonlySet<string>,
): Promise<AuditFact> {
  const scheduler = await context.aws.client("scheduler");
  const answer = await askAws("scheduler:ListSchedules", ["ResourceNotFoundException"], async () => {
    const names: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await scheduler.listSchedules({ GroupName: group, ...(NextToken && { NextToken }) });
      names.push(...(page.Schedules ?? []).map(({ Name = "" }) => Name));
      ({ NextToken } = page);
    } while (NextToken);
    return names.filter((name) => !declared.has(name)).sort();
  });
  return answerFact(context, OTHERS, {
    ...{ subject: group, declared: "none", answer, absent: "the group is absent" },
    words: (names) => names.join(", ") || "none",
  });
}
